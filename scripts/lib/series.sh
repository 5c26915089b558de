# shellcheck shell=bash
# Sourced, after lib.sh, by the scripts that work on the base and the series:
# git without anybody's configuration, trees made into commits, the series
# applied, which topic a commit is of.  Runs nothing by itself, but makes sure
# that a hook of git (or `git rebase --exec`) may call the scripts.

# shellcheck disable=SC2046 # a list of words
unset $(git rev-parse --local-env-vars) GIT_NOTES_REF GIT_EXTERNAL_DIFF \
	GIT_DIFF_OPTS GIT_ATTR_SOURCE GIT_TEMPLATE_DIR GIT_DEFAULT_HASH \
	GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE \
	GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE

# The same results for everybody: no configuration, attributes, ignore lists,
# templates or hooks but a repository's own, and none of its hooks.
pgit() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1 \
		git -c core.excludesFile=/dev/null -c core.attributesFile=/dev/null \
		-c core.hooksPath=/dev/null -c init.templateDir= -c gc.auto=0 \
		-c maintenance.auto=false -c advice.detachedHead=false \
		-c commit.gpgSign=false -c core.autocrlf=false "$@"
}

series_date() { date -u -d "$(base date)" +%s; }

# base_commit_text TREE TITLE [SECONDS]: the text of the base commit of TREE;
# everybody makes the same of it.
base_commit_text() {
	local who
	who="linux-gmem base <base@localhost> ${3:-$(series_date)} +0000"
	printf 'tree %s\nauthor %s\ncommitter %s\n\n%s\n' "$1" "$who" "$who" "$2"
}

# kernel_version <Makefile: VERSION.PATCHLEVEL.SUBLEVEL, as in BASE.
kernel_version() {
	awk '$2 == "=" && $1 ~ /^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)$/ { v[$1] = $3 }
		END { printf "%s.%s.%s%s\n", v["VERSION"], v["PATCHLEVEL"], v["SUBLEVEL"], v["EXTRAVERSION"] }'
}

# unpack FILE FOLDER: the kernel source in FILE (a tarball, or a Debian package
# linux-source-*) into FOLDER, which does not exist yet.
unpack() {
	local file=$1 dest=$2 parts=$2.parts member
	mkdir "$parts"
	case $file in
	*.deb)
		need ar
		member=$(ar t "$file" | grep '^data\.tar') || die "$file is not a Debian package"
		# The package packs the source a second time, as an .xz.
		ar p "$file" "$member" | decompress "$member" |
			tar -f - -x -O --wildcards '*/linux-source-*.tar.xz' |
			decompress .xz | tar -f - -x --no-same-owner -C "$parts"
		;;
	*.tar | *.tar.*)
		# shellcheck disable=SC2094 # NAME is only looked at
		decompress "$file" <"$file" | tar -f - -x --no-same-owner -C "$parts"
		;;
	*) die "$file is neither a tarball (.tar.*) nor a Debian package (.deb)" ;;
	esac
	# One folder with everything in it, as kernel.org and Debian have it.
	set -- "$parts"/*
	if [ $# -ne 1 ] || [ ! -e "$1/Makefile" ]; then
		die "$file does not hold one folder with a kernel source in it"
	fi
	mv "$1" "$dest"
	rmdir "$parts"
}

# memory_scratch: a new folder for one unpacked kernel, in memory if there is
# plenty: its 96,000 files are only read once, and a disk may take minutes to
# forget them.
memory_scratch() {
	local free
	free=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
	if [ "$free" -gt 6000000 ] && [ -w /dev/shm ] &&
		[ "$(df -k --output=avail /dev/shm | tail -n 1)" -gt 3000000 ]; then
		mktemp -d /dev/shm/linux-gmem.XXXXXXXX
	else
		scratch
	fi
}

# decompress NAME: standard input, compressed as the end of NAME says.
decompress() {
	case $1 in
	*.tar) cat ;;
	*.xz) need xz && xz -dc -T0 ;;
	*.zst) need zstd && zstd -dc ;;
	*.gz) gzip -dc ;;
	*.bz2) need bzip2 && bzip2 -dc ;;
	*) die "$1: unknown compression" ;;
	esac
}

# import_folder FOLDER REPO: adds what is in FOLDER to the bare repository
# REPO, prints the tree's hash.  Nearly all contents go straight into one pack.
import_folder() {
	local src=$1 repo=$2
	# Debian's ignore list ends with lines that hide everything from git.
	if grep -q '^# Debian packaging' "$src/.gitignore" 2>/dev/null; then
		awk '{ line[NR] = $0 }
			/^# Debian packaging/ { end = NR - 1 }
			END {
				while (end > 0 && (line[end] == "#" || line[end] == ""))
					end--
				for (i = 1; i <= end; i++)
					print line[i]
			}' "$src/.gitignore" >"$src/.gitignore.new"
		mv "$src/.gitignore.new" "$src/.gitignore"
	fi
	# -f: what the kernel's own ignore list names is in the tarball all the same.
	GIT_DIR=$repo GIT_WORK_TREE=$src pgit \
		-c core.bigFileThreshold=1 -c core.compression=1 \
		-c core.fileMode=true -c core.symlinks=true add -A -f
	GIT_DIR=$repo pgit write-tree
	rm -f "$repo/index"
}

# --- the series ---------------------------------------------------------------

# The lock of this checkout's build/linux and patches/.
# shellcheck disable=SC2034,SC2154 # for the scripts; from lib.sh
tree_lock=tree-$(printf '%s' "$top" | key)

# series_of FOLDER: the patches that its file "series" lists, in apply order.
series_of() {
	[ ! -e "$1/series" ] || sed -e 's/[[:space:]]*#.*//' -e '/^$/d' "$1/series"
}

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

# under_way REPO: an operation of git's that one has to finish first, or nothing.
under_way() {
	local dir
	dir=$(pgit -C "$1" rev-parse --absolute-git-dir)
	if [ -e "$dir/rebase-apply/applying" ]; then
		echo am
	elif [ -e "$dir/rebase-merge" ] || [ -e "$dir/rebase-apply" ]; then
		echo rebase
	elif [ -e "$dir/CHERRY_PICK_HEAD" ]; then
		echo cherry-pick
	elif [ -e "$dir/MERGE_HEAD" ]; then
		echo merge
	elif [ -e "$dir/REVERT_HEAD" ]; then
		echo revert
	fi
}

# changed REPO: are there uncommitted changes of tracked files?
changed() { [ -n "$(pgit -C "$1" status --porcelain --untracked-files=no)" ]; }

# checkout_src REPO COMMIT: the source tree that everything is compiled from
# ($cache/src; hold the lock "src") is at COMMIT, of REPO.  Files that do not change
# keep their times, so that make rebuilds only what depends on those that do.
# shellcheck disable=SC2154 # cache is lib.sh's
checkout_src() {
	local src=$cache/src repo
	repo=$("$top/scripts/series/base.sh")
	if [ ! -e "$src/.git/HEAD" ]; then
		rm -rf "$src" "$src.new"
		pgit clone -q --shared --no-checkout "$repo" "$src.new"
		mv -T "$src.new" "$src"
	fi
	# A base that came since, or that is gone.
	printf '%s/objects\n' "$cache"/git/base-*.git >"$src/.git/objects/info/alternates"
	pgit -C "$src" rev-parse -q --verify 'HEAD^{tree}' >/dev/null ||
		pgit -C "$src" update-ref --no-deref HEAD "$(pgit -C "$repo" rev-parse HEAD)"
	pgit -C "$src" cat-file -e "$2^{tree}" 2>/dev/null ||
		pgit -C "$src" fetch -q --no-tags "$1" "$2"
	rm -f "$src/.git/index.lock"
	pgit -C "$src" checkout -qf --detach "$2"
	# What stage.sh compiles lies within.
	pgit -C "$src" clean -qffdx -e "/obj-*"
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

# range_diff OLD NEW OLD-RANGE NEW-RANGE [OPTION...]: git range-diff of commits of two
# bare repositories.
range_diff() (
	old=$1 new=$2 was=$3 is=$4
	shift 4
	# Both in one repository; their objects are few.
	both=$(scratch)
	trap 'rm -rf "$both"' EXIT
	pgit init -q --bare "$both/git"
	printf '%s/objects\n' "$old" "$new" >"$both/git/objects/info/alternates"
	pgit -C "$both/git" --no-pager range-diff --no-notes "$@" "$was" "$is"
)
