#!/bin/bash
# tree.sh [linux|emulator] [--keep]
#
# Makes or renews the tree to work on a series in: build/linux, the base with the series of
# patches/ on top, or build/qemu, with that of selftests/emulator; on branch gmem (branch
# base is what it starts from).
#
# Working on the series: commit there, rebase as you like (git rebase -i base),
# then 'make export' writes patches/.  Which topic a commit is of stands in a note
# that `git log` shows and that goes along with --amend and rebase:
#   a new commit in the middle or at the end of a topic   nothing to do: without a
#       note, it has the topic of the commit before it
#   the first commit of a new topic                       git topic 20-name [COMMIT]
#   a commit moved to another topic                       the same
# (a note lost by reset and commit again is no harm: a patch of that name in
# patches/ tells the topic too).  The emulator has no topics: 'make qemu-export'.
#
# Own work is never overwritten: the script stops instead and says what to do.
# FORCE=1 overwrites it (what was committed stays in the reflog, what was not goes to git
# stash).  --keep, for scripts that need the tree: own work on top of the patches of today
# is left as it is, with a note.
#
# Longer than two screens: half of it finds out whether own work would be lost.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

args=("$@") keep=
which_series "${1:-}" && shift
[ "${1:-}" != --keep ] || { keep=1; shift; }
no_arguments "$@"
once "$tree_lock" "${args[@]}"
force=${FORCE:-}

# own_work WHAT HOW: refuse, or with --keep and nothing new in the patches, leave it.
own_work() {
	if [ -n "$keep" ] && [ "$have" = "$want" ] && [ "$based" = "$base" ]; then
		note "note: $place has $1; left as it is"
		exit 0
	fi
	[ -z "$force" ] || return 0
	die "$place has $1$2
  or FORCE=1 $make_tree   overwrites it"
}

# nothing_to_lose: the tree that is there can be renewed; if it need not be, that is all.
nothing_to_lose() {
	local op differ
	have=$(pgit -C "$work" config gmem.series) || have=
	based=$(pgit -C "$work" config gmem.base) || based=
	op=$(under_way "$work")
	if [ -n "$op" ]; then
		[ -z "$keep" ] || [ "$have" != "$want" ] || own_work "a git $op under way" ""
		die "$place is in the middle of a git $op
  finish it there (git $op --continue) or give it up (git $op --abort)"
	fi
	if changed "$work"; then
		own_work "uncommitted changes" ":
  cd $place; git commit -s, or git stash; then $make_export"
	elif [ "$head" = "$(pgit -C "$work" config gmem.head)" ]; then
		if [ "$have" = "$want" ] && [ "$based" = "$base" ]; then
			[ -z "$by_topic" ] || set_up_tree "$work"
			exit 0
		fi
	elif differ=$(cd "$top" && scripts/series/export.sh "$series" --compare 2>&1); then
		# The same patches, if not the same commits.
		exported "$work" "$base" "$patches"
		exit 0
	else
		own_work "commits that $called/ does not have" ":
$(head -n 10 <<<"$differ" | sed 's/^/    /')
  $make_export   writes them to $called/"
	fi
}

# as_recorded REPO: on the pinned base, the series gives the tree that it was exported from.
as_recorded() {
	local expected found
	[ "$base" = "$(base commit "$names")" ] && [ -e "$patches/series" ] || return 0
	expected=$(cat "$patches/tree" 2>/dev/null) ||
		die "$called/tree is missing; '$make_export' writes it"
	found=$(pgit -C "$1" rev-parse 'HEAD^{tree}')
	[ "$found" = "$expected" ] || die "the series does not give the tree that it was exported from
  expected $expected ($called/tree)
  found    $found
  $called/ was changed by hand: undo that (git checkout $called), or run '$make_export' in the tree it came from"
}

repo=$("$top/scripts/series/base.sh" "$series")
base=$(pgit -C "$repo" rev-parse HEAD)
want=$(series_key "$patches")
head=
if [ -e "$work/.git" ]; then
	head=$(pgit -C "$work" rev-parse HEAD) || die "git does not work in $place (above)"
	nothing_to_lose
elif [ -e "$work" ]; then
	die "$work is there, but is no git tree: move it away"
fi

mkdir -p "$build"
tmp=$(mktemp -d "$build/tree.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
stage "applying the series to ${base:0:12}" "$top/scripts/series/applied.sh" "$series"
applied=$("$top/scripts/series/applied.sh" "$series")
tip=$(pgit -C "$applied" rev-parse HEAD)
as_recorded "$applied"

tree=$work
if [ -n "$head" ]; then
	if changed "$tree"; then
		pgit -C "$tree" -c user.name=gmem -c user.email=gmem@localhost stash push -q
		note "uncommitted changes are put aside: git stash list"
	fi
	pgit -C "$tree" fetch -q --no-tags "$applied" gmem
	# Only files that differ are written, so that make rebuilds only those.
	stage "bringing $place up to date" pgit -C "$tree" checkout -q -B gmem "$tip"
	pgit -C "$tree" branch -q -f base "$base"
	[ "$head" = "$tip" ] || note "what was there before: ${head:0:12}"
else
	tree=$tmp/new
	# Own or hard-linked objects: the cache may go away.
	stage "cloning the base" pgit clone -q --no-checkout "$repo" "$tree"
	pgit -C "$tree" remote remove origin
	pgit -C "$tree" fetch -q --no-tags "$applied" gmem
	stage "checking $place out" pgit -C "$tree" checkout -q -B gmem "$tip"
fi
if [ -n "$by_topic" ]; then
	set_up_tree "$tree"
	paste -d ' ' <(pgit -C "$tree" rev-list --reverse "$base..$tip") <(series_of "$patches") |
		while read -r c p; do
			note_topic "$tree" "$c" "${p%%/*}"
		done
fi
exported "$tree" "$base" "$patches"
[ "$tree" = "$work" ] || mv -T "$tree" "$work"
note "$place: $(series_of "$patches" | wc -l) patches on $base_name$(base version "$names")"
