# shellcheck shell=bash
# Sourced, after lib.sh, by what works on a series: which series it is, patches as
# commits, which topic a commit is of.  Brings git.sh along.  Runs nothing by itself.
# Longer than two screens: a library, of short functions.

# shellcheck source=scripts/lib/git.sh
# shellcheck disable=SC2154 # top is lib.sh's
. "$top/scripts/lib/git.sh"

# The lock of this checkout's work tree and patches; which_series may say another.
# shellcheck disable=SC2034,SC2154 # for the scripts; from lib.sh
tree_lock=tree-$(printf '%s' "$top" | key)

# which_series [WORD]: reads scripts/series/WORD.conf, or linux.conf if WORD is not the
# name of a series; then it fails.  "which_series "${1:-}" && shift" thus leaves the other
# arguments.  Folders: $work and $patches; $place and $called are their names in messages.
# shellcheck disable=SC2034 # for the scripts
which_series() {
	series=linux
	[[ ! ${1:-} =~ ^[a-z]+$ || ! -r $top/scripts/series/$1.conf ]] || series=$1
	# shellcheck source=scripts/series/linux.conf
	. "$top/scripts/series/$series.conf"
	place=$work called=$patches
	names=$top/$names work=$top/$work patches=$top/$patches
	[ "$series" = linux ] || tree_lock=$series-$tree_lock
	[ "$series" = "${1:-}" ]
}

# series_key FOLDER: what it depends on whether an applied series is the same.
series_key() {
	local p
	series_of "$1" | while read -r p; do
		printf '%s\n' "$p"
		cat "$1/$p"
	done | key
}

# am OPTION... PATCH...: git am with a fixed committer, so that a patch gives the same
# commit everywhere.  Lines may end in CR and LF.
am() {
	GIT_COMMITTER_NAME="linux-gmem series" GIT_COMMITTER_EMAIL=series@localhost \
		pgit am --committer-date-is-author-date --keep-cr --keep-non-patch --no-scissors "$@"
}

# patch_stem PATCH: its subject as format-patch writes it in a file name.
patch_stem() {
	local s=${1##*/}
	s=${s%.patch}
	printf '%s\n' "${s#[0-9][0-9][0-9][0-9]-}"
}

# topics REPO BASE FOLDER: "COMMIT TOPIC" for each commit of the series in REPO, in
# order.  The first that is known counts: the commit's note, the topic of a
# patch of that name in FOLDER, the topic of the commit before.
topics() {
	local c f p t last='' list
	mapfile -t list < <(series_of "$3")
	pgit -C "$1" log --reverse --format='%H %f' "$2..HEAD" | while read -r c f; do
		t=$(pgit -C "$1" notes --ref=topic show "$c" 2>/dev/null) || t=
		if [ -z "$t" ]; then
			for p in "${list[@]}"; do
				# File names are cut to 64 characters.
				if [ "$(patch_stem "$p")" = "${f:0:52}" ]; then
					t=${p%%/*}
					break
				fi
			done
		fi
		t=${t:-$last}
		[ -n "$t" ] || die "commit $(pgit -C "$1" log -1 --format='%h "%s"' "$c") has no topic
  give it one, in build/linux: git topic 10-attributes $c
  (the commits after it are of the same topic until another one is given)"
		[[ $t =~ ^[0-9][0-9]-[a-z0-9-]+$ ]] ||
			die "commit ${c:0:12}: \"$t\" is no topic's name; like this, in build/linux: git topic 10-attributes $c"
		if [[ -n $last && $t < $last ]]; then
			die "commit $(pgit -C "$1" log -1 --format='%h "%s"' "$c") is of topic $t, but the one before it is of $last
  move it (git rebase -i), or give it another topic, in build/linux: git topic $last $c"
		fi
		last=$t
		printf '%s %s\n' "$c" "$t"
	done
}

# set_up_tree REPO: what makes topics comfortable to work with.
set_up_tree() {
	pgit -C "$1" config notes.rewriteRef refs/notes/topic
	# Of commits melted into one, the first one's note counts.
	pgit -C "$1" config notes.rewriteMode ignore
	pgit -C "$1" config notes.displayRef refs/notes/topic
	pgit -C "$1" config alias.topic 'notes --ref=topic add -f -m'
}

# note_topic REPO COMMIT TOPIC
note_topic() {
	pgit -C "$1" -c user.name=gmem -c user.email=gmem@localhost notes --ref=topic add -f -m "$3" "$2" 2>/dev/null
}

# exported REPO BASE FOLDER: remember that HEAD of REPO and FOLDER's patches are the same.
exported() {
	pgit -C "$1" config gmem.base "$2"
	pgit -C "$1" config gmem.series "$(series_key "$3")"
	pgit -C "$1" config gmem.head "$(pgit -C "$1" rev-parse HEAD)"
}

# topic_folder NN: the folder of the topic with that number (or name) in patches/.
topic_folder() {
	local all found
	all=$(series_of "$top/patches" | cut -d/ -f1 | uniq)
	[ -n "${1:-}" ] || die "say which topic: TOPIC=NN, one of: $(paste -sd' ' <<<"$all")"
	found=$(grep -xE -e "$1(-.*)?" <<<"$all") || die "there is no topic $1; patches/ has: $(paste -sd' ' <<<"$all")"
	printf '%s\n' "$found"
}

# topic_range FOLDER TOPIC: "BEFORE COUNT": how many patches of the series in FOLDER are
# before that topic, and how many are its own.
topic_range() {
	series_of "$1" | awk -F/ -v topic="$2" '
		$1 == topic { n++ }
		!n { before++ }
		END { print before + 0, n + 0 }'
}

# applied_at COMMIT FOLDER [NAME]: as applied.sh, but the series of a commit of this
# repository, which messages call NAME; its files go to FOLDER.
applied_at() (
	mkdir -p "$2"
	pgit -C "$top" archive "$1" BASE patches 2>"$2/err" | tar -x -C "$2" 2>>"$2/err" ||
		die "${3:-$1} has no BASE and patches/: $(cat "$2/err")"
	was=$(base commit "$2/BASE")
	[ "$was" = "$(base commit)" ] || note "note: ${3:-$1} is for Linux v$(base version "$2/BASE") (base $was); its patches are applied to this base"
	"$top/scripts/series/applied.sh" "$2/patches" ||
		die "the series of ${3:-$1} does not apply to this base; compare the files: git diff ${3:-$1} -- patches"
)

