#!/bin/bash
# Makes or renews build/linux: the base with the series of patches/ on top, on
# branch gmem (branch base is what it starts from).
#
# Working on the series: commit there, rebase as you like (git rebase -i base),
# then 'make export' writes patches/.  Which topic a commit is of stands in a note
# that `git log` shows and that goes along with --amend and rebase:
#   a new commit in the middle or at the end of a topic   nothing to do: without a
#       note, it has the topic of the commit before it
#   the first commit of a new topic                       git topic 20-name [COMMIT]
#   a commit moved to another topic                       the same
# (a note lost by reset and commit again is no harm: a patch of that name in
# patches/ tells the topic too).
#
# Own work in build/linux is never overwritten: the script stops instead and says
# what to do.  FORCE=1 overwrites it (what was committed stays in the reflog, what
# was not goes to git stash).  tree.sh --keep, for scripts that need the tree:
# own work on top of the patches/ of today is left as it is, with a note.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

once "$tree_lock" "$@"
keep=
[ "${1:-}" != --keep ] || keep=1
patches=$top/patches
force=${FORCE:-}
tmp=

# own_work: refuse, or with --keep and nothing new in patches/, leave it.
own_work() {
	if [ -n "$keep" ] && [ "$have" = "$want" ] && [ "$based" = "$base" ]; then
		note "note: build/linux has $1; left as it is"
		exit 0
	fi
	[ -z "$force" ] || return 0
	die "build/linux has $1$2
  or FORCE=1 make tree   overwrites it"
}

repo=$("$top/scripts/series/base.sh")
base=$(pgit -C "$repo" rev-parse HEAD)
want=$(series_key "$patches")

if [ -e "$linux/.git" ]; then
	head=$(pgit -C "$linux" rev-parse HEAD)
	have=$(pgit -C "$linux" config gmem.series) || have=
	based=$(pgit -C "$linux" config gmem.base) || based=
	op=$(under_way "$linux")
	if [ -n "$op" ]; then
		[ -z "$keep" ] || [ "$have" != "$want" ] || own_work "a git $op under way" ""
		die "build/linux is in the middle of a git $op
  finish it there (git $op --continue) or give it up (git $op --abort)"
	fi
	if changed "$linux"; then
		own_work "uncommitted changes" ":
  cd build/linux; git commit -s, or git stash; then make export"
	elif [ "$head" = "$(pgit -C "$linux" config gmem.head)" ]; then
		if [ "$have" = "$want" ] && [ "$based" = "$base" ]; then
			set_up_tree "$linux"
			exit 0
		fi
	elif differ=$(cd "$top" && scripts/series/export.sh --compare 2>&1); then
		# The same patches, if not the same commits.
		exported "$linux" "$base"
		exit 0
	else
		own_work "commits that patches/ does not have" ":
$(head -n 10 <<<"$differ" | sed 's/^/    /')
  make export            writes them to patches/"
	fi
elif [ -e "$linux" ]; then
	die "$linux is there, but is no git tree: move it away"
fi

mkdir -p "$build"
tmp=$(mktemp -d "$build/tree.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
stage "applying the series to ${base:0:12}" "$top/scripts/series/applied.sh"
series=$("$top/scripts/series/applied.sh")
tip=$(pgit -C "$series" rev-parse HEAD)
if [ "$base" = "$(base commit)" ] && [ -e "$patches/series" ]; then
	expected=$(cat "$patches/tree" 2>/dev/null) ||
		die "patches/tree is missing; 'make export' writes it"
	found=$(pgit -C "$series" rev-parse 'HEAD^{tree}')
	[ "$found" = "$expected" ] || die "the series does not give the tree that it was exported from
  expected $expected (patches/tree)
  found    $found
  patches/ was changed by hand: undo that (git checkout patches), or run 'make export' in the tree it came from"
fi

if [ -e "$linux/.git" ]; then
	if changed "$linux"; then
		pgit -C "$linux" -c user.name=gmem -c user.email=gmem@localhost stash push -q
		note "uncommitted changes are put aside: git stash list"
	fi
	pgit -C "$linux" fetch -q --no-tags "$series" gmem
	# Only files that differ are written, so that make rebuilds only those.
	stage "bringing build/linux up to date" pgit -C "$linux" checkout -q -B gmem "$tip"
	pgit -C "$linux" branch -q -f base "$base"
	[ "$head" = "$tip" ] || note "what was there before: ${head:0:12}"
	tree=$linux
else
	# Own or hard-linked objects: the cache may go away.
	stage "cloning the base" pgit clone -q --no-checkout "$repo" "$tmp/linux"
	tree=$tmp/linux
	pgit -C "$tree" remote remove origin
	pgit -C "$tree" fetch -q --no-tags "$series" gmem
	stage "checking build/linux out" pgit -C "$tree" checkout -q -B gmem "$tip"
fi
set_up_tree "$tree"
paste -d ' ' <(pgit -C "$tree" rev-list --reverse "$base..$tip") <(series_of "$patches") |
	while read -r c p; do
		pgit -C "$tree" -c user.name=gmem -c user.email=gmem@localhost \
			notes --ref=topic add -f -m "${p%%/*}" "$c" 2>/dev/null
	done
exported "$tree" "$base"
[ "$tree" = "$linux" ] || mv -T "$tree" "$linux"
note "build/linux: $(series_of "$patches" | wc -l) patches on Linux v$(base version)"
