#!/bin/bash
# vm.sh (make vm): the machine for oneself, a shell in it or one program; by variables:
#
#   KERNEL=base|patched|debug   which kernel: slim of base or patched, debug of patched
#   MEM=MIB                     memory (4096)
#   CPUS=N                      processors (2)
#   APPEND="WORDS"              more words for the kernel's command line, such as parameters
#                               of KVM's: APPEND="kvm.tdp_mmu=0"
#   SNP=1                       an AMD SEV-SNP host (selftests/emulator)
#   EXACT=1                     one processor whose time is its instructions (machine.sh -I)
#   RUN="PROGRAM ARGS"          run that program as root in the machine, with its output and
#                               its exit status; without RUN: a shell on the console
#   FILES="FILE... FOLDER..."   what else comes along
#   SILENCE=SECS                with RUN: how long the machine may say nothing at all (240)
#
# PROGRAM is the user's own: a name in PATH, or a path.  It runs in the same folder as on
# the host, which has only what was brought along: PROGRAM, and FILES, each at its place on
# the host, a folder with all that is in it.  A script comes with its interpreter, a program
# with its shared libraries, also those in FILES.  RUN and FILES are split as a shell does:
# a name with blanks is quoted.  PROGRAM's standard input is empty.  For a program that
# starts others see selftests/examples/nested-qemu.sh.
#
# Status 125, with the reason on stderr: the machine panicked, fell silent, or died.
#
# Longer than two screens: a third of it is the list above.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/libs.sh
. "$top/scripts/lib/libs.sh"
# shellcheck source=selftests/machine/payload.sh
. "$top/selftests/machine/payload.sh"

no_arguments "$@"
case ${KERNEL:=patched} in
base | patched) kind=slim which=$KERNEL ;;
debug) kind=debug which=patched ;;
*) die "KERNEL=$KERNEL: it is base, patched or debug" ;;
esac
mem=${MEM:-4096} cpus=${CPUS:-2} silence=${SILENCE:-240}
[[ $mem =~ ^[0-9]+$ && $mem -ge 256 ]] || die "MEM=$mem: it is a number of MiB, 256 or more"
[[ $cpus =~ ^[1-8]$ ]] || die "CPUS=$cpus: it is a number from 1 to 8"
[[ $silence =~ ^[1-9][0-9]*$ ]] || die "SILENCE=$silence: it is a number of seconds"
options=(-m "$mem")
[ -z "${APPEND:-}" ] || options+=(-a "$APPEND")
case ${SNP:-} in
'' | 0) ;;
1) options+=(-S) ;;
*) die "SNP=$SNP: it is 0 or 1" ;;
esac
case ${EXACT:-} in
'' | 0) ;;
1) options+=(-I) cpus=1 ;;
*) die "EXACT=$EXACT: it is 0 or 1" ;;
esac
options+=(-c "$cpus")
need qemu-system-x86_64 cpio ldd readelf setpriv
[ -n "${RUN:-}" ] || [ -t 0 ] || die "make vm without RUN needs a terminal"

dir=
children=()
saved=
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	# Only what still runs: the number of one that is over may be somebody else's by now.
	# shellcheck disable=SC2046 # numbers
	kill $(jobs -rp) 2>/dev/null || true
	wait
	[ -z "$saved" ] || stty "$saved" 2>/dev/null || true
	[ -z "$dir" ] || rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP
dir=$(mktemp -d)
root=$dir/root
mkdir -p "$root/gmem"

words=() files=()
# The user's own words, split as they would be on the command line.
eval "files=(${FILES:-})" || die "FILES=$FILES cannot be split into words"
put_files "${files[@]}"
if [ -n "${RUN:-}" ]; then
	eval "words=($RUN)" || die "RUN=$RUN cannot be split into words"
	[ ${#words[@]} -gt 0 ] || die "RUN has no program in it"
	prog=$(type -P "${words[0]}") || die "RUN: there is no program ${words[0]} (not a file that may be executed, not in PATH)"
	# The path as given stays, for programs that look at their own name.
	[[ $prog == /* ]] || prog=$PWD/$prog
	put_program "$prog"
	run_file "$prog" "${words[@]:1}" >"$root/gmem/run"
fi
(cd "$root" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$dir/user.cpio"
rm -rf "$root"
# While it is unpacked, it is there twice.
size=$(($(stat -c %s "$dir/user.cpio") / 1048576))
[ $((2 * size + 128)) -le "$mem" ] || die "RUN and FILES are $size MiB: that needs MEM=$((2 * size + 512)) or more"

kernel=$("$top/selftests/machine/build.sh" kernel "$kind" "$which")/bzImage
initrd=$("$top/selftests/machine/initramfs.sh" /)
machine=(setpriv --pdeathsig TERM "$top/selftests/machine/machine.sh" "${options[@]}")

if [ -z "${RUN:-}" ]; then
	saved=$(stty -g)
	"${machine[@]}" -i "$kernel" "$dir" "$initrd" "$dir/user.cpio"
	exit
fi

# Through pipes, so that it is seen as it comes and may be any bytes.
mkfifo "$dir/out" "$dir/err"
cat "$dir/out" &
children+=($!)
cat "$dir/err" >&2 &
children+=($!)
"${machine[@]}" -p -s "$silence" "$kernel" "$dir" "$initrd" "$dir/user.cpio" 2>"$dir/machine.err" &
machine_pid=$!
children+=("$machine_pid")
rc=0
wait "$machine_pid" || rc=$?
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
