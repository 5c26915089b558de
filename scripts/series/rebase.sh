#!/bin/bash
# Carries the series to another kernel, patch by patch with a three-way merge,
# in a work tree of its own, build/rebase; build/linux and patches/ stay as they are.
#
#   make rebase ONTO=X       X: a ref or commit of build/linux; a git tree (its HEAD);
#                            a folder with a kernel source; a tarball; Debian's
#                            linux-source-*.deb
#   make rebase CONTINUE=1   after a conflict is resolved (git add) in build/rebase
#   make rebase SKIP=1       leave the patch out (it is in the new base already, say)
#   make rebase ABORT=1      give it up, and remove build/rebase
#
# build/rebase is a worktree of build/linux: the result is a branch there, and
# git's own commands (am --continue, range-diff, log) work in both.
#
# Longer than two screens: half of it are words that say what to type next.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/source.sh
. "$top/scripts/lib/source.sh"

no_arguments "$@"
once "$tree_lock"
which_series linux
tree=$build/rebase
[ -e "$linux/.git" ] || die "there is no build/linux: run 'make tree'"
tmp=

dir=
[ ! -e "$tree/.git" ] || dir=$(pgit -C "$tree" rev-parse --absolute-git-dir)

# stopped: git am could not go on; say why, and what to type.
stopped() {
	local n patch files
	n=$(cat "$dir/rebase-apply/next")
	patch=$(sed -n "${n}p" "$dir/gmem-list")
	files=$(pgit -C "$tree" diff --name-only --diff-filter=U)
	echo
	echo "stopped at patch $n of $(wc -l <"$dir/gmem-list"): patches/$patch"
	if [ -n "$files" ]; then
		echo "in conflict:"
		while read -r f; do
			printf '  build/rebase/%s (%d places)\n' "$f" "$(grep -c '^<<<<<<<' "$tree/$f" 2>/dev/null || :)"
		done <<<"$files"
		echo "
what to type next:
  cd build/rebase
  git diff                              # the conflict, and both sides
  git am --show-current-patch=diff      # what the patch wants to do"
		# shellcheck disable=SC2086 # one word a file
		echo "  git add" $files "   # when they are as they should be"
	else
		sed 's/^/  /' "$dir/gmem-log"
		echo "
git could not even begin to merge it.  What to type next:
  cd build/rebase
  git am --show-current-patch=diff      # the patch; make its change by hand
  git add FILE..."
	fi
	echo "  cd $top
  make rebase CONTINUE=1                # go on with the other patches
  make rebase SKIP=1                    # or: leave this patch out
  make rebase ABORT=1                   # or: give the rebase up"
	exit 1
}

# all_added: no change in the work tree is about to be left out of the commits.
all_added() {
	local files
	files=$(pgit -C "$tree" diff --name-only | paste -sd' ')
	[ -z "$files" ] || die "build/rebase has changes that are not added: $files
  to take them:      git -C build/rebase add $files
  to give them up:   git -C build/rebase checkout $files
  then: make rebase CONTINUE=1"
	files=$(pgit -C "$tree" ls-files --others --exclude-standard -- '*.[chS]' '*.rst' | head -n 5)
	[ -z "$files" ] || note "note: not in git, so left out: $(tr '\n' ' ' <<<"$files")"
}

# finish: all patches are done.
finish() {
	local onto branch count c p
	onto=$(cat "$dir/gmem-onto")
	branch=$(pgit -C "$tree" symbolic-ref --short HEAD)
	count=$(pgit -C "$tree" rev-list --count "$onto..HEAD")
	# Their topics, for an export from there one day.
	topics "$tree" "$onto" "$patches" | while read -r c p; do
		note_topic "$tree" "$c" "$p"
	done
	rm -f "$dir/gmem-log"
	echo
	echo "carried over: $count of $(wc -l <"$dir/gmem-list") patches, to $(pgit -C "$tree" log -1 --format='%h "%s"' "$onto")"
	echo "in build/rebase, branch $branch.  To look at it:
  git -C build/linux range-diff $(cat "$dir/gmem-from") ${onto:0:12}..$branch
  git -C build/linux log -p ${onto:0:12}..$branch
to get it as patches:
  git -C build/linux format-patch -o FOLDER ${onto:0:12}..$branch
to remove the work tree (the branch stays in build/linux):
  git -C build/linux worktree remove build/rebase
to make it this repository's base: see the end of docs/rebase.md"
	exit 0
}

run_am() {
	local rc=0
	(cd "$tree" && am --3way "$@") >"$dir/gmem-log" 2>&1 || rc=$?
	# Without git's own advice: what to type is said below.
	grep -E '^(Applying|CONFLICT|Skipping|No changes|Patch is empty)' "$dir/gmem-log" || :
	if [ -e "$dir/rebase-apply/next" ]; then
		stopped
	fi
	[ $rc -eq 0 ] || die "git am failed (above)"
	finish
}

# A source without history: one commit, with the same hash wherever it is made.
# shellcheck disable=SC2317 # called through stage
import() {
	local version tree commit
	pgit init -q --bare "$tmp/repo.git"
	# What the two kernels have in common is not stored twice.
	pgit -C "$linux" rev-parse --path-format=absolute --git-path objects >"$tmp/repo.git/objects/info/alternates"
	version=$(kernel_version <"$1/Makefile")
	tree=$(import_folder "$1" "$tmp/repo.git")
	commit=$(base_commit_text "$tree" "$base_name" "$version" "$(date -u -d "$(base date)" +%s)" |
		pgit -C "$tmp/repo.git" hash-object -t commit -w --stdin)
	pgit -C "$tmp/repo.git" update-ref refs/heads/onto "$commit"
	pgit -C "$linux" fetch -q --no-tags "$tmp/repo.git" onto
	echo "$commit" >"$tmp/commit"
}

if [ -n "${ABORT:-}" ]; then
	[ -n "$dir" ] || die "there is no rebase to give up: build/rebase does not exist"
	branch=$(cat "$dir/gmem-branch" 2>/dev/null) || branch=
	pgit -C "$linux" worktree remove --force "$tree"
	[ -z "$branch" ] || pgit -C "$linux" branch -q -D "$branch"
	echo "given up; build/rebase is removed"
	exit 0
fi
if [ -n "${CONTINUE:-}${SKIP:-}" ]; then
	[ -n "$dir" ] || die "there is no rebase to go on with: make rebase ONTO=..."
	# By hand, with git am, it may have come to its end.
	[ -e "$dir/rebase-apply/next" ] || { all_added; finish; }
	[ -z "${SKIP:-}" ] || run_am --skip
	files=$(pgit -C "$tree" diff --name-only --diff-filter=U)
	if [ -n "$files" ]; then
		note "error: still in conflict:"
		stopped
	fi
	changed "$tree" || die "nothing is changed in build/rebase, so there is nothing to commit for the patch
  make its change and git add it, or leave the patch out: make rebase SKIP=1"
	marks=$(pgit -C "$tree" diff --cached --check | grep 'leftover conflict marker' || :)
	[ -z "$marks" ] || die "conflict markers are left:
$marks"
	all_added
	run_am --continue
fi

onto=${ONTO:-}
[ -n "$onto" ] || die "say where to: make rebase ONTO=<ref of build/linux, git tree, kernel source, tarball, or linux-source .deb>"
if [ -n "$dir" ]; then
	if [ -e "$dir/rebase-apply" ]; then
		die "a rebase is under way in build/rebase: make rebase CONTINUE=1, or make rebase ABORT=1"
	fi
	die "build/rebase is still there, with the result of the last one
  to remove it: git -C build/linux worktree remove build/rebase   (its branch stays)"
fi
[ ! -e "$tree" ] || die "$tree is there, but is not a rebase's work tree: move it away"

# The series is that of patches/, whatever is being tried in build/linux.
mapfile -t list < <(series_of "$patches")
[ ${#list[@]} -gt 0 ] || die "patches/ is empty: nothing to carry over"
series=$("$top/scripts/series/applied.sh")
pgit -C "$linux" fetch -q --no-tags "$series" gmem
tip=$(pgit -C "$series" rev-parse HEAD)
base=$(pgit -C "$series" rev-list --max-parents=0 HEAD)

tmp=$(scratch)
mem=$(memory_scratch)
trap 'rm -rf "$tmp" "$mem"' EXIT
if [ -d "$onto" ]; then
	onto=$(realpath "$onto")
	# A git tree by itself, not a folder inside one.
	if [ -e "$onto/.git" ] || [ "$(git -C "$onto" rev-parse --is-bare-repository 2>/dev/null)" = true ]; then
		commit=$(git -C "$onto" rev-parse -q --verify 'HEAD^{commit}') || die "$onto has no commit"
		stage "taking ${commit:0:12} from ${onto##*/}" pgit -C "$linux" fetch -q --no-tags --depth=1 "$onto" HEAD
	else
		[ -e "$onto/Makefile" ] || die "$onto is neither a git tree nor a kernel source"
		cp -a "$onto" "$mem/src"
		stage "making one commit of ${onto##*/}" import "$mem/src"
		commit=$(cat "$tmp/commit")
	fi
elif [ -f "$onto" ]; then
	onto=$(realpath "$onto")
	stage "unpacking ${onto##*/}" unpack "$onto" "$mem/src"
	stage "making one commit of it" import "$mem/src"
	commit=$(cat "$tmp/commit")
else
	commit=$(pgit -C "$linux" rev-parse -q --verify "$onto^{commit}") ||
		die "ONTO=$onto is no file, no folder, and no ref or commit of build/linux"
fi

name=$(pgit -C "$linux" show "$commit:Makefile" | kernel_version)
branch=onto-$name-${commit:0:7}
pgit -C "$linux" rev-parse -q --verify "refs/heads/$branch" >/dev/null &&
	die "branch $branch is in build/linux already, from an earlier rebase
  to look at it: git -C build/linux log $branch; to remove it: git -C build/linux branch -D $branch"
pgit -C "$linux" worktree prune
stage "checking v$name out in build/rebase" pgit -C "$linux" worktree add -q -b "$branch" "$tree" "$commit"
dir=$(pgit -C "$tree" rev-parse --absolute-git-dir)
echo "$branch" >"$dir/gmem-branch"
echo "$commit" >"$dir/gmem-onto"
echo "${base:0:12}..${tip:0:12}" >"$dir/gmem-from"
printf '%s\n' "${list[@]}" >"$dir/gmem-list"
run_am "${list[@]/#/$patches/}"
