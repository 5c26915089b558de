#!/bin/bash
# The booted machine for oneself (make vm).
#
#   KERNEL=base|patched|debug   which kernel: slim of base or patched, debug of patched
#   MEM=MIB                     memory (4096)
#   CPUS=N                      processors (2)
#   SNP=1                       an AMD SEV-SNP host (selftests/emulator)
#   EXACT=1                     one processor whose time is its instructions (machine.sh -I)
#   RUN="PROGRAM ARGS"          run that program as root in the machine, with its
#                               output and exit status; without RUN: a shell on the console
#
# PROGRAM is the user's own: a name in PATH or a path.  It, the interpreter if it is a
# script, and the shared libraries they need are copied into the machine to where they
# are on the host; what else it opens there must be named by FILES="FILE...".
# Its standard input is empty.  RUN is split as a shell does.  A machine that
# panics or falls silent ends with status 125 and the reason on stderr.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

case ${KERNEL:=patched} in
base | patched) kind=slim which=$KERNEL ;;
debug) kind=debug which=patched ;;
*) die "KERNEL=$KERNEL: it is base, patched or debug" ;;
esac
mem=${MEM:-4096} cpus=${CPUS:-2} options=()
[[ $mem =~ ^[0-9]+$ && $mem -ge 256 ]] || die "MEM=$mem: it is a number of MiB, 256 or more"
[[ $cpus =~ ^[1-8]$ ]] || die "CPUS=$cpus: it is a number from 1 to 8"
case ${SNP:-} in
'' | 0) ;;
1) options=(-S) ;;
*) die "SNP=$SNP: it is 0 or 1" ;;
esac
case ${EXACT:-} in
'' | 0) ;;
1) options+=(-I) cpus=1 ;;
*) die "EXACT=$EXACT: it is 0 or 1" ;;
esac
need qemu-system-x86_64 cpio ldd readelf

dir=
children=()
saved=
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	local p
	for p in "${children[@]}"; do kill "$p" 2>/dev/null || true; done
	wait
	[ -z "$saved" ] || stty "$saved" 2>/dev/null || true
	[ -z "$dir" ] || rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP
dir=$(mktemp -d)
root=$dir/root
mkdir -p "$root/gmem"

# with_libs FILE: copies it and the shared libraries that it needs.
with_libs() {
	local lib libs
	[ ! -e "$root$1" ] || return 0
	install -D "$1" "$root$1"
	case $(readelf -h "$1" 2>/dev/null | sed -n 's/^ *Machine: *//p') in
	*X86-64) ;;
	'') return 0 ;; # a library script or data
	*) die "$1 is a program for another processor" ;;
	esac
	readelf -lW "$1" | grep -q INTERP || readelf -dW "$1" 2>/dev/null | grep -q NEEDED || return 0
	libs=$(ldd "$1" 2>&1) || die "$1: its shared libraries cannot be told: $libs"
	! grep -q 'not found' <<<"$libs" || die "$1: $(grep -m1 'not found' <<<"$libs" | sed 's/^[[:space:]]*//')"
	while read -r lib; do
		[ -e "$root$lib" ] || install -D "$lib" "$root$lib"
	done < <(sed -nE -e 's|.*=> (/[^ ]+) \(.*|\1|p' -e 's|^[[:space:]]*(/[^ ]+) \(.*|\1|p' <<<"$libs")
}

# add PROGRAM: by what it is.
add() {
	local file=$1 line interp arg
	if [ "$(head -c 4 "$file" | od -An -tx1 | tr -d ' ')" = 7f454c46 ]; then
		with_libs "$file"
		return
	fi
	line=$(head -n 1 "$file" | tr -d '\0')
	[[ $line == '#!'* ]] || die "$file is neither a program (ELF) nor a script that begins with #!"
	read -r interp arg <<<"${line#\#!}"
	install -D -m 755 "$file" "$root$file"
	if [ "$(basename "$interp")" = env ]; then
		arg=${arg#-S }
		interp=$(type -P "${arg%% *}") || die "$file: its interpreter ${arg%% *} is not in PATH"
		# env looks in the machine's PATH, which is short.
		mkdir -p "$root/usr/bin"
		ln -sf "$interp" "$root/usr/bin/${arg%% *}"
		[ "$interp" != "/usr/bin/${arg%% *}" ] || rm "$root$interp"
	fi
	[ -x "$interp" ] || die "$file: its interpreter $interp does not exist"
	with_libs "$interp"
}

quote() { printf " '%s'" "${1//\'/\'\\\'\'}"; }

if [ -n "${RUN:-}" ]; then
	words=()
	# The user's own words, split as they would be on the command line.
	eval "words=($RUN)" || die "RUN=$RUN cannot be split into words"
	[ ${#words[@]} -gt 0 ] || die "RUN has no program in it"
	prog=$(type -P "${words[0]}") || die "RUN: there is no program ${words[0]} (not a file that may be executed, not in PATH)"
	# The path as given stays, for programs that look at their own name.
	[[ $prog == /* ]] || prog=$PWD/$prog
	add "$prog"
	for f in ${FILES:-}; do
		[ -f "$f" ] || die "FILES: $f is not a file"
		[[ $f == /* ]] || f=$PWD/$f
		install -D "$f" "$root$f"
	done
	{
		printf 'exec'
		quote "$prog"
		for w in "${words[@]:1}"; do quote "$w"; done
		echo
	} >"$root/gmem/run"
fi

kernel=$("$top/selftests/machine/build.sh" kernel "$kind" "$which")/bzImage
initrd=$("$top/selftests/machine/initramfs.sh" /)
(cd "$root" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$dir/user.cpio"
rm -rf "$root"

if [ -n "${RUN:-}" ]; then
	# Through pipes, so that it is seen as it comes and may be any bytes.
	mkfifo "$dir/out" "$dir/err"
	cat "$dir/out" &
	children+=($!)
	cat "$dir/err" >&2 &
	children+=($!)
	"$top/selftests/machine/machine.sh" "${options[@]}" -p -m "$mem" -c "$cpus" -s "${SILENCE:-240}" "$kernel" "$dir" "$initrd" "$dir/user.cpio" 2>"$dir/machine.err" &
	machine=$!
	children+=("$machine")
	rc=0
	wait "$machine" || rc=$?
	if [ "$rc" -ne 0 ]; then
		# What the program said before may still be in the pipes.
		sleep 0.3
		cat "$dir/machine.err" >&2
		exit 125
	fi
	grep '^the boot came to a standstill' "$dir/machine.err" >&2 || true
	# All output has left the pipes before the status goes out.
	wait "${children[0]}" "${children[1]}" || true
	children=()
	status=$(sed -n 's/^@@ end 1 \([0-9]*\) .*/\1/p' "$dir/report")
	[ -n "$status" ] || { note "error: the machine ended without the program's status"; exit 125; }
	exit "$status"
fi

[ -t 0 ] || die "make vm without RUN needs a terminal"
saved=$(stty -g)
"$top/selftests/machine/machine.sh" "${options[@]}" -i -m "$mem" -c "$cpus" "$kernel" "$dir" "$initrd" "$dir/user.cpio"
