#!/bin/bash
# Writes patches/ from the commits of build/linux: patches/NN-topic/NNNN-subject.patch,
# patches/series, and patches/tree (the tree that the series makes of the pinned
# base).  cover.md and everything else in patches/ is left alone.
#
# The bytes depend on the commits only (write_patches): not on the user's
# configuration, on the folder's attributes, nor, as far as git allows, on git's
# version.  Before anything is changed, the patches are applied again and the result
# compared with the commits.
#
# export.sh --compare: changes nothing; says which files would change, and
# fails if any would.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

patches=$top/patches
compare=
[ "${1:-}" != --compare ] || compare=1
[ -e "$linux/.git" ] || die "there is no build/linux: run 'make tree'"
[ -n "$compare" ] || once "$tree_lock" "$@"

base=$(pgit -C "$("$top/scripts/series/base.sh")" rev-parse HEAD)
set_up_tree "$linux"

# Is it a series that can be exported?
op=$(under_way "$linux")
[ -z "$op" ] || die "build/linux is in the middle of a git $op
  finish it there (git $op --continue) or give it up (git $op --abort)"
if changed "$linux"; then
	pgit -C "$linux" status --short --untracked-files=no | head -n 10 | sed 's/^/    /' >&2
	die "build/linux has uncommitted changes
  commit them there (git commit -s, git commit --amend), or put them aside (git stash)"
fi
pgit -C "$linux" merge-base --is-ancestor "$base" HEAD 2>/dev/null ||
	die "build/linux is not on the base
  expected $base
  found    $(pgit -C "$linux" rev-list --max-parents=0 HEAD | tail -n 1)
  'make tree' makes a new one on that base; 'make rebase ONTO=PATH' carries the series to another"
untracked=$(pgit -C "$linux" ls-files --others --exclude-standard -- '*.[chS]' '*.rst' | head -n 5)
[ -z "$untracked" ] || note "note: not in git, so not exported: $(tr '\n' ' ' <<<"$untracked")"

check_commits "$linux" "$base" || exit 1

mkdir -p "$build"
tmp=$(mktemp -d "$build/export.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
topics "$linux" "$base" "$patches" >"$tmp/topics"

n=1
mkdir "$tmp/new"
: >"$tmp/new/series"
while read -r topic first last count; do
	mkdir "$tmp/new/$topic"
	write_patches "$linux" "$first" "$last" $n "$tmp/new/$topic"
	(cd "$tmp/new" && printf '%s\n' "$topic"/*.patch) >>"$tmp/new/series"
	n=$((n + count))
done < <(awk '
	$2 != topic { if (n) print topic, first, last, n; topic = $2; first = $1; n = 0 }
	{ last = $1; n++ }
	END { if (n) print topic, first, last, n }' "$tmp/topics")

# Which files differ?  Of what is in patches/ now, only what export wrote.
old=$(cd "$patches" 2>/dev/null && ls -d [0-9][0-9]-*/[0-9][0-9][0-9][0-9]-*.patch series 2>/dev/null) || :
new=$(cd "$tmp/new" && ls -d [0-9][0-9]-*/*.patch series 2>/dev/null) || :
[ -s "$tmp/new/series" ] || [ -e "$patches/series" ] || new=
differ=$(while read -r f; do
	[ -z "$f" ] || cmp -s "$tmp/new/$f" "$patches/$f" || printf '%s\n' "$f"
done <<<"$new")
stale=$(comm -23 <(sort <<<"$old") <(sort <<<"$new") | sed '/^$/d')

if [ -n "$compare" ]; then
	[ -z "$differ$stale" ] && exit 0
	printf '%s\n' "$differ" "$stale" | sed '/^$/d'
	exit 1
fi

# What git am makes of the patches must be what is in build/linux.
again=$("$top/scripts/series/applied.sh" "$tmp/new")
same_commits "$linux" "$again" "$base"
tree=$(pgit -C "$linux" rev-parse 'HEAD^{tree}')

# patches/tree is about the pinned base.
if [ "$base" = "$(base commit)" ]; then
	echo "$tree" >"$tmp/new/tree"
elif [ -n "$differ$stale" ]; then
	note "note: exported from another base than the pinned one; patches/tree is removed, 'make export' there writes it"
	rm -f "$patches/tree"
fi
if [ -e "$tmp/new/tree" ] && ! cmp -s "$tmp/new/tree" "$patches/tree"; then
	differ=$(printf '%s\n' "$differ" tree | sed '/^$/d')
fi

# New files first, then the list of them, then what it does not name any more.
mkdir -p "$patches"
while read -r f; do
	[ -n "$f" ] || continue
	mkdir -p "$(dirname "$patches/$f")"
	mv "$tmp/new/$f" "$patches/$f"
	note "patches/$f"
done < <(grep -vx series <<<"$differ"; grep -x series <<<"$differ")
while read -r f; do
	[ -n "$f" ] || continue
	rm -f "$patches/$f"
	note "patches/$f removed"
	rmdir "$(dirname "$patches/$f")" 2>/dev/null || :
done <<<"$stale"
exported "$linux" "$base"
note "exported $(wc -l <"$patches/series") patches of $(cut -d ' ' -f 2 "$tmp/topics" | uniq | wc -l) topics"
