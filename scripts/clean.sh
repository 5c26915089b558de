#!/bin/bash
# clean.sh [all]: removes what was built here, except build/linux, the tree one
# works in; with "all" that tree and the cache, too.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

if [ "${1:-}" = all ]; then
	[ ! -e "$linux" ] || [ -n "${FORCE:-}" ] || "$top/scripts/export.sh" --compare ||
		die "build/linux has work that patches/ does not have (above): 'make export' saves it, FORCE=1 gives it up"
	rm -rf "$linux"
	# By name: the cache folder is the user's choice and may hold other things.
	for d in dl git src obj kernels kselftests initramfs ccache apt lock unverified; do
		rm -rf "${cache:?}/$d"
	done
	[ ! -d "$cache" ] || rmdir --ignore-fail-on-non-empty "$cache"
fi
if [ -d "$build" ]; then
	find "$build" -mindepth 1 -maxdepth 1 ! -name linux -exec rm -rf {} +
fi
[ ! -d "$build" ] || rmdir --ignore-fail-on-non-empty "$build"
