#!/bin/bash
# Makes or renews build/qemu: QEMU with the series of selftests/emulator on top, on branch
# gmem (branch base is what it starts from).  Work there: commit, rebase (git
# rebase -i base); selftests/emulator/build.sh --tree builds it, 'make qemu-export' writes the series.
#
# Own work is never overwritten unless FORCE=1 says so; what was committed stays
# in the reflog then.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

once qemu-tree "$@"
tree=$build/qemu series=$top/selftests/emulator
base=$("$top/scripts/series/qemu-base.sh")
repo=$(apply_cached "$base" "$series" selftests/emulator build/qemu "make qemu-export")
tip=$(pgit -C "$repo" rev-parse HEAD)
[ "$(pgit -C "$repo" rev-parse 'HEAD^{tree}')" = "$(cat "$series/tree")" ] ||
	die "selftests/emulator was changed by hand: it does not give the tree that selftests/emulator/tree names"

if [ ! -e "$tree/.git" ]; then
	mkdir -p "$build"
	new=$(mktemp -d "$build/qemu.XXXXXXXX")
	trap 'rm -rf "$new"' EXIT
	# Own objects: the cache may go away.
	stage "cloning QEMU" pgit clone -q --no-checkout "$base" "$new/qemu"
	pgit -C "$new/qemu" remote remove origin
	pgit -C "$new/qemu" fetch -q --no-tags "$repo" gmem
	pgit -C "$new/qemu" checkout -q -B gmem "$tip"
	mv -T "$new/qemu" "$tree"
elif [ -z "${FORCE:-}" ]; then
	op=$(under_way "$tree")
	[ -z "$op" ] || die "build/qemu is in the middle of a git $op"
	! changed "$tree" || die "build/qemu has uncommitted changes: commit them, or git stash"
	[ "$(pgit -C "$tree" rev-parse HEAD)" != "$tip" ] || exit 0
	# What is known to be in the series, or in one that was applied here before.
	[ "$(pgit -C "$tree" rev-parse HEAD)" = "$(pgit -C "$tree" config gmem.head)" ] ||
		die "build/qemu has commits of its own:
  make qemu-export       writes them to selftests/emulator
  or FORCE=1 make qemu-tree   gives them up"
fi
pgit -C "$tree" fetch -q --no-tags "$repo" gmem
pgit -C "$tree" checkout -qf -B gmem "$tip"
pgit -C "$tree" branch -q -f base "$(pgit -C "$base" rev-parse HEAD)"
pgit -C "$tree" config gmem.head "$tip"
note "build/qemu: $(series_of "$series" | wc -l) patches on QEMU $(base version "$series/BASE")"
