# shellcheck shell=bash
# Sourced, after lib.sh, by what works on a series: patches made into commits, which
# topic a commit is of, commits made into patches.  Brings git.sh along.  Runs
# nothing by itself.

# shellcheck source=scripts/lib/git.sh
# shellcheck disable=SC2154 # top is lib.sh's
. "$top/scripts/lib/git.sh"

# The lock of this checkout's build/linux and patches/.
# shellcheck disable=SC2034,SC2154 # for the scripts; from lib.sh
tree_lock=tree-$(printf '%s' "$top" | key)

# series_key FOLDER: what it depends on whether an applied series is the same.
series_key() {
	local p
	series_of "$1" | while read -r p; do
		printf '%s\n' "$p"
		cat "$1/$p"
	done | key
}

# apply_series REPO COMMIT FOLDER DEST [NAME TREE EXPORT]: makes the clone DEST of
# REPO, at COMMIT with the patches of FOLDER on top; no fuzz, no merging.  Of the
# work tree only the folders that the patches touch exist.  Hashes are the same
# everywhere.  NAME, TREE, EXPORT: what messages call the folder, the tree to
# work on it in, and how to write it from there.
apply_series() (
	local repo=$1 commit=$2 from=$3 dest=$4 p list=() n
	local called=${5:-patches} workplace=${6:-build/linux} how=${7:-make export}
	mapfile -t list < <(series_of "$from")
	for p in "${list[@]}"; do
		[ -r "$from/$p" ] || die "$called/series lists $p, but there is no such file"
	done
	pgit clone -q --shared --no-checkout "$repo" "$dest"
	cd "$dest" || exit
	pgit config core.sparseCheckout true
	# Only a cone of whole folders is quick to match 96,000 files with.
	pgit config core.sparseCheckoutCone true
	for p in "${list[@]}"; do
		sed -n 's|^diff --git a/.* b/\(.*\)/[^/]*$|\1|p' "$from/$p"
	done | sort -u | pgit sparse-checkout set --stdin
	pgit checkout -q -B gmem "$commit"
	if [ ${#list[@]} -gt 0 ] && ! am "${list[@]/#/$from/}" >"$dest/.git/am.log" 2>&1; then
		n=$(cat .git/rebase-apply/next 2>/dev/null || echo 1)
		sed 's/^/    /' "$dest/.git/am.log" >&2
		die "$called/${list[n - 1]} does not apply to the base, $commit
  If $called/ was edited by hand: undo that (git checkout $called), change $workplace and run '$how'.
  If the base is another one than the series is for: make rebase ONTO=PATH"
	fi
)

# apply_cached REPO FOLDER [NAME TREE EXPORT]: the same, as a bare repository in the
# cache whose HEAD is REPO's HEAD with the patches on top; prints its path.
# shellcheck disable=SC2154 # cache is lib.sh's
apply_cached() (
	local repo=$1 from=$2 on dest work
	shift 2
	on=$(pgit -C "$repo" rev-parse HEAD)
	dest=$cache/series/$({ echo "series $on"; series_key "$from"; } | key).git
	if [ ! -e "$dest" ]; then
		work=$(scratch)
		trap 'rm -rf "$work"' EXIT
		apply_series "$repo" "$on" "$from" "$work/series" "$@"
		# The work tree and its index have done their duty.
		pgit -C "$work/series" config core.bare true
		rm -f "$work/series/.git/index"
		publish "$work/series/.git" "$dest"
	fi
	printf '%s\n' "$dest"
)

# am OPTION... PATCH...: git am with a fixed committer, so that a patch gives the same
# commit everywhere.
am() {
	GIT_COMMITTER_NAME="linux-gmem series" GIT_COMMITTER_EMAIL=series@localhost \
		pgit am --committer-date-is-author-date --keep-non-patch --no-scissors "$@"
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

# exported REPO BASE: remember that HEAD of REPO and patches/ are the same.
exported() {
	pgit -C "$1" config gmem.base "$2"
	pgit -C "$1" config gmem.series "$(series_key "$top/patches")"
	pgit -C "$1" config gmem.head "$(pgit -C "$1" rev-parse HEAD)"
}

# write_patches REPO FIRST LAST NUMBER FOLDER: the commits from FIRST to LAST as
# FOLDER/NNNN-subject.patch, from NUMBER on.  The bytes depend on the commits
# only.  No number and no base-commit in them, or each new patch would change
# all the others.
write_patches() (
	local repo=$1 first=$2 last number=$4 folder=$5 bare format
	last=$(pgit -C "$repo" rev-parse "$3")
	# A bare repository of the same objects: no work tree whose attributes count.
	# The function names in hunk headers are found as in upstream's own tree.
	bare=$(mktemp -d)
	trap 'rm -rf "$bare"' EXIT
	pgit init -q --bare "$bare"
	mkdir -p "$bare/info"
	pgit -C "$repo" rev-parse --path-format=absolute --git-path objects >"$bare/objects/info/alternates"
	printf '%s\n' '* !diff !text !eol !encoding' '*.[ch] diff=cpp' '*.dts* diff=dts' '*.rs diff=rust' \
		>"$bare/info/attributes"
	format=(format-patch -q --zero-commit --no-signature --no-numbered --no-thread --no-attach
		--no-cover-letter --no-base --no-notes --no-to --no-cc --no-add-header --no-from
		--subject-prefix=PATCH --suffix=.patch --filename-max-length=64 --encode-email-headers
		--stat=72 --summary --full-index --binary --no-renames --unified=3 --inter-hunk-context=0
		--diff-algorithm=histogram --indent-heuristic --ws-error-highlight=none
		--src-prefix=a/ --dst-prefix=b/ --no-relative --no-ext-diff --no-textconv --submodule=short
		--no-color --encoding=UTF-8)
	TZ=UTC pgit -C "$bare" "${format[@]}" --start-number="$number" -o "$folder" "$first^..$last"
)

# check_commits REPO BASE: can each commit after BASE be exported?  Says which
# cannot, and why.
check_commits() {
	local c parents subject bad=
	while read -r c parents; do
		if [[ $parents == *' '* ]]; then
			complain "$1" "$c" "is a merge: make it one line of commits (git rebase $2)"
			continue
		fi
		subject=$(pgit -C "$1" log -1 --format=%s "$c")
		[[ ! $subject =~ ^(fixup|squash|amend)!\  ]] ||
			complain "$1" "$c" "is not melted in yet: git rebase -i --autosquash $2"
		[ "$(pgit -C "$1" rev-parse "$c^{tree}")" != "$(pgit -C "$1" rev-parse "$c^^{tree}")" ] ||
			complain "$1" "$c" "changes nothing: drop it (git rebase -i $2)"
		[ -n "$(pgit -C "$1" log -1 --format='%(trailers:key=Signed-off-by)' "$c")" ] ||
			complain "$1" "$c" "has no Signed-off-by: git rebase --signoff $2"
	done < <(pgit -C "$1" log --reverse --format='%H %P' "$2..HEAD")
	[ -z "$bad" ]
}

complain() {
	note "error: commit $(pgit -C "$1" log -1 --format='%h "%s"' "$2") $3"
	bad=1
}

# same_commits TREE AGAIN BASE: git am of the exported patches (AGAIN) gave what is
# in TREE, or the commit that did not survive is named.
same_commits() {
	local a b what='%an <%ae> %ad%n%B%T'
	while read -r a b; do
		[ "$(pgit -C "$1" log -1 --format="$what" "$a")" = "$(pgit -C "$2" log -1 --format="$what" "$b")" ] || {
			diff <(pgit -C "$1" log -1 --format="$what" "$a") \
				<(pgit -C "$2" log -1 --format="$what" "$b") | sed 's/^/    /' >&2 || :
			die "commit $(pgit -C "$1" log -1 --format='%h "%s"' "$a") does not survive being mailed (above: commit and what git am makes of its patch)
  reword it: git rebase -i $a^"
		}
	done < <(paste -d ' ' <(pgit -C "$1" rev-list --reverse "$3..HEAD") <(pgit -C "$2" rev-list --reverse "$3..HEAD"))
	[ "$(pgit -C "$1" rev-parse 'HEAD^{tree}')" = "$(pgit -C "$2" rev-parse 'HEAD^{tree}')" ] ||
		die "the patches, applied, do not give the tree $(pgit -C "$1" rev-parse 'HEAD^{tree}') (nothing was written)"
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

