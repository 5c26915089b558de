#!/bin/bash
# export.sh [linux|emulator] [--compare]
#
# Writes the series from the commits of its tree: patches/ from build/linux, or
# selftests/emulator from build/qemu: NN-topic/NNNN-subject.patch (without topics, no
# folders), series, and tree (the tree that the series makes of the pinned base).
# cover.md and everything else in there is left alone.
#
# The bytes depend on the commits only (write_patches): not on the user's
# configuration, on the folder's attributes, nor, as far as git allows, on git's
# version.  Before anything is changed, the patches are applied again and the result
# compared with the commits.
#
# --compare: changes nothing; says which files would change, and fails if any would.
#
# Longer than two screens: all is checked before anything is written.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/patches.sh
. "$top/scripts/lib/patches.sh"

args=("$@") compare=
which_series "${1:-}" && shift
[ "${1:-}" != --compare ] || { compare=1; shift; }
no_arguments "$@"
[ -e "$work/.git" ] || die "there is no $place: run '$make_tree'"
[ -n "$compare" ] || once "$tree_lock" "${args[@]}"
pgit -C "$work" rev-parse HEAD >/dev/null || die "git does not work in $place (above)"

base=$(pgit -C "$("$top/scripts/series/base.sh" "$series")" rev-parse HEAD)
[ -z "$by_topic" ] || set_up_tree "$work"

# Is it a series that can be exported?
op=$(under_way "$work")
[ -z "$op" ] || die "$place is in the middle of a git $op
  finish it there (git $op --continue) or give it up (git $op --abort)"
if changed "$work"; then
	pgit -C "$work" status --short --untracked-files=no | head -n 10 | sed 's/^/    /' >&2
	die "$place has uncommitted changes
  commit them there (git commit -s, git commit --amend), or put them aside (git stash)"
fi
another=
[ "$series" != linux ] || another="; 'make rebase ONTO=PATH' carries the series to another"
pgit -C "$work" merge-base --is-ancestor "$base" HEAD 2>/dev/null ||
	die "$place is not on the base
  expected $base
  found    $(pgit -C "$work" rev-list --max-parents=0 HEAD | tail -n 1)
  '$make_tree' makes a new one on that base$another"
untracked=$(pgit -C "$work" ls-files --others --exclude-standard -- '*.[chS]' '*.rst' | head -n 5)
[ -z "$untracked" ] || note "note: not in git, so not exported: $(tr '\n' ' ' <<<"$untracked")"

check_commits "$work" "$base" || exit 1

mkdir -p "$build"
tmp=$(mktemp -d "$build/export.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
if [ -n "$by_topic" ]; then
	topics "$work" "$base" "$patches" >"$tmp/topics"
else
	pgit -C "$work" rev-list --reverse "$base..HEAD" | sed 's/$/ ./' >"$tmp/topics"
fi

n=1
mkdir "$tmp/new"
: >"$tmp/new/series"
while read -r topic first last count; do
	mkdir -p "$tmp/new/$topic"
	write_patches "$work" "$first" "$last" $n "$tmp/new/$topic"
	(cd "$tmp/new" && printf '%s\n' "$topic"/*.patch | sed 's|^\./||') >>"$tmp/new/series"
	n=$((n + count))
done < <(awk '
	$2 != topic { if (n) print topic, first, last, n; topic = $2; first = $1; n = 0 }
	{ last = $1; n++ }
	END { if (n) print topic, first, last, n }' "$tmp/topics")

# exported_files FOLDER: of what is there, that which export wrote.
exported_files() (
	shopt -s nullglob
	cd "$1" 2>/dev/null || exit 0
	printf '%s\n' [0-9][0-9]-*/[0-9][0-9][0-9][0-9]-*.patch [0-9][0-9][0-9][0-9]-*.patch | sed '/^$/d'
	[ ! -e series ] || echo series
)
# Which files differ?
old=$(exported_files "$patches")
new=$(exported_files "$tmp/new")
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

# What git am makes of the patches must be what is in the tree.
again=$("$top/scripts/series/applied.sh" "$series" "$tmp/new")
same_commits "$work" "$again" "$base"
tree=$(pgit -C "$work" rev-parse 'HEAD^{tree}')

# The file "tree" is about the pinned base.
if [ "$base" = "$(base commit "$names")" ]; then
	echo "$tree" >"$tmp/new/tree"
elif [ -n "$differ$stale" ]; then
	note "note: exported from another base than the pinned one; $called/tree is removed, '$make_export' there writes it"
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
	note "$called/$f"
done < <(grep -vx series <<<"$differ"; grep -x series <<<"$differ")
while read -r f; do
	[ -n "$f" ] || continue
	rm -f "$patches/$f"
	note "$called/$f removed"
	rmdir "$(dirname "$patches/$f")" 2>/dev/null || :
done <<<"$stale"
exported "$work" "$base" "$patches"
of=
[ -z "$by_topic" ] || of=" of $(cut -d ' ' -f 2 "$tmp/topics" | uniq | wc -l) topics"
note "exported $(wc -l <"$patches/series") patches$of"
