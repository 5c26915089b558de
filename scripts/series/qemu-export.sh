#!/bin/bash
# Writes selftests/emulator from the commits of build/qemu: NNNN-subject.patch, series, and
# tree (what the series makes of the base).  As scripts/series/export.sh: the bytes
# depend on the commits only, and before anything is changed the patches are
# applied again and the result compared.
#
# qemu-export.sh --compare: changes nothing; fails if anything would change.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

tree=$build/qemu series=$top/selftests/emulator
[ -e "$tree/.git" ] || die "there is no build/qemu: run 'make qemu-tree'"
once qemu-tree "$@"
repo=$("$top/scripts/series/qemu-base.sh")
base=$(pgit -C "$repo" rev-parse HEAD)

op=$(under_way "$tree")
[ -z "$op" ] || die "build/qemu is in the middle of a git $op"
! changed "$tree" || die "build/qemu has uncommitted changes: commit them (git commit -s), or git stash"
pgit -C "$tree" merge-base --is-ancestor "$base" HEAD 2>/dev/null ||
	die "build/qemu is not on the base $base: 'make qemu-tree' makes a new one"
check_commits "$tree" "$base" || exit 1

tmp=$(mktemp -d "$build/qemu-export.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/new"
first=$(pgit -C "$tree" rev-list --reverse "$base..HEAD" | sed -n 1p)
[ -n "$first" ] || die "build/qemu has no commit on top of the base"
write_patches "$tree" "$first" HEAD 1 "$tmp/new"
(cd "$tmp/new" && printf '%s\n' ./*.patch | sed 's|^\./||') >"$tmp/series"
mv "$tmp/series" "$tmp/new/series"
again=$(apply_cached "$repo" "$tmp/new" selftests/emulator build/qemu "make qemu-export")
same_commits "$tree" "$again" "$base"
pgit -C "$tree" rev-parse 'HEAD^{tree}' >"$tmp/new/tree"

mkdir "$tmp/old"
cp "$series"/[0-9][0-9][0-9][0-9]-*.patch "$series/series" "$series/tree" "$tmp/old/" 2>/dev/null || :
if differ=$(cd "$tmp" && diff -rq old new); then
	differ=
elif [ "${1:-}" = --compare ]; then
	printf '%s\n' "$differ"
	exit 1
fi
[ "${1:-}" != --compare ] || exit 0
rm -f "$series"/[0-9][0-9][0-9][0-9]-*.patch
cp "$tmp/new"/* "$series/"
pgit -C "$tree" config gmem.head "$(pgit -C "$tree" rev-parse HEAD)"
note "exported $(wc -l <"$series/series") patches to selftests/emulator"
