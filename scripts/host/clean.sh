#!/bin/bash
# clean.sh [all]: removes what was built here, except build/linux, build/rebase and
# build/qemu, the trees one works in; with "all" these and the cache, too.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

if [ "${1:-}" = all ]; then
	[ ! -e "$linux" ] || [ -n "${FORCE:-}" ] || "$top/scripts/series/export.sh" --compare ||
		die "build/linux has work that patches/ does not have (above): 'make export' saves it, FORCE=1 gives it up"
	[ ! -e "$build/rebase" ] || [ -n "${FORCE:-}" ] ||
		die "a rebase is under way in build/rebase: finish it (make rebase CONTINUE=1 or ABORT=1), or FORCE=1 gives it up"
	[ ! -e "$build/qemu" ] || [ -n "${FORCE:-}" ] || "$top/scripts/series/qemu-export.sh" --compare ||
		die "build/qemu has work that selftests/emulator does not have (above): 'make qemu-export' saves it, FORCE=1 gives it up"
	rm -rf "$linux" "$build/rebase" "$build/qemu"
	# By name: the cache folder is the user's choice and may hold other things.
	for d in bin ccache checkpatch dl git initramfs kernels kselftests lock obj \
		packages qemu qemu-src roots series src tools unverified warnings times-{slim,debug}{,-snp,-emulator}; do
		rm -rf "${cache:?}/$d"
	done
	[ ! -d "$cache" ] || rmdir --ignore-fail-on-non-empty "$cache"
fi
if [ -d "$build" ]; then
	find "$build" -mindepth 1 -maxdepth 1 ! -name linux ! -name rebase ! -name qemu -exec rm -rf {} +
fi
[ ! -d "$build" ] || rmdir --ignore-fail-on-non-empty "$build"
