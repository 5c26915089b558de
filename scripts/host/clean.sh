#!/bin/bash
# clean.sh [all]
#
# Removes what was built here, except build/linux, build/rebase and build/qemu, the
# trees one works in.  With "all" also these and the cache, which all checkouts of this user
# share.  Work in the trees that is not saved is refused; FORCE=1 gives it up.  While
# something of this checkout runs, or somebody uses the cache, nothing is removed.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

all=
case "${1:-}" in
all) all=1 ;;
'') ;;
*) usage "$1" ;;
esac
[ $# -le 1 ] || usage "$2"

# nothing_runs: no other script of this checkout does.  bash keeps the script that it
# reads open as file 255.
nothing_runs() {
	local fd script pid
	for fd in /proc/[0-9]*/fd/255; do
		script=$(readlink "$fd" 2>/dev/null) || continue
		pid=${fd#/proc/}
		pid=${pid%%/*}
		[ "$pid" != $$ ] || continue
		case $script in
		"$top"/scripts/* | "$top"/selftests/* | "$top"/cocci/*)
			die "${script#"$top/"} is running here (process $pid): let it end, or end it, then try again"
			;;
		esac
	done
}

# nobody_uses_the_cache: takes all of its locks, until this script ends.
nobody_uses_the_cache() {
	local lock fd
	for lock in "$cache"/lock/*; do
		case $lock in *.by | */\*) continue ;; esac
		exec {fd}>>"$lock"
		flock -n "$fd" ||
			die "the cache, $cache, is in use (\"${lock##*/}\") by $(cat "$lock.by" 2>/dev/null || echo another run): let it end, or end it, then try again"
	done
}

remove_cache() {
	local name
	while read -r name _; do
		# shellcheck disable=SC2086 # times-* is a pattern
		rm -rf "${cache:?}"/$name
	done < <(sed '/^#/d' "$top/scripts/host/cache")
	[ ! -d "$cache" ] || rmdir --ignore-fail-on-non-empty "$cache"
}

# remove_memory: what killed scripts left in memory (memory_scratch in source.sh).
remove_memory() {
	local d pid
	for d in /dev/shm/linux-gmem.*; do
		pid=${d##*/linux-gmem.}
		pid=${pid%%.*}
		[[ -O $d && $pid =~ ^[0-9]+$ && ! -d /proc/$pid ]] || continue
		rm -rf "$d"
	done
}

nothing_runs
if [ -n "$all" ]; then
	[ ! -e "$linux" ] || [ -n "${FORCE:-}" ] || "$top/scripts/series/export.sh" --compare ||
		die "build/linux has work that patches/ does not have (above): 'make export' saves it, FORCE=1 gives it up"
	[ ! -e "$build/rebase" ] || [ -n "${FORCE:-}" ] ||
		die "a rebase is under way in build/rebase: finish it (make rebase CONTINUE=1 or ABORT=1), or FORCE=1 gives it up"
	[ ! -e "$build/qemu" ] || [ -n "${FORCE:-}" ] || "$top/scripts/series/export.sh" emulator --compare ||
		die "build/qemu has work that selftests/emulator does not have (above): 'make qemu-export' saves it, FORCE=1 gives it up"
	nobody_uses_the_cache
	rm -rf "$linux" "$build/rebase" "$build/qemu"
	remove_cache
fi
remove_memory
if [ -d "$build" ]; then
	find "$build" -mindepth 1 -maxdepth 1 ! -name linux ! -name rebase ! -name qemu -exec rm -rf {} +
	rmdir --ignore-fail-on-non-empty "$build"
fi
