#!/bin/bash
# machine.sh [options] KERNEL DIR INITRD...
#
# Boots one kernel in QEMU and waits for its end.
#
# KERNEL is a bzImage; modules.cpio beside it, if there, comes along.  INITRD... are
# cpio archives; the machine gets all of them, in this order.
# DIR, which must exist, gets:
#   console   what the kernel said
#   report    what the guest's init and the tests said (see selftests/machine/init)
#   end       one line: "complete", or why the machine ended otherwise
#   qemu.err  QEMU's own messages
#   pid       QEMU's process id
#
#   -m MIB    memory (4096)
#   -c CPUS   processors (2)
#   -n        two NUMA nodes with half of both each
#   -a WORDS  more words for the kernel's command line; can be given again
#   -s SECS   longest silence on both console and report (240)
#   -p        ports "out" and "err" for a program's output, to DIR/out and DIR/err
#   -v        the console goes to stderr too, as it comes
#   -i        the console is this terminal's: for a person, with no watch on silence
#   -S        an AMD SEV-SNP host, emulated by selftests/emulator
#   -E        that emulator, without SNP; GMEM_EMULATOR=FOLDER has another build of it
#   -I        its clock counts instructions, a nanosecond each, on one processor at a
#             time: the same work takes the same time, whatever else the host does
#   -D FILE   a disk
#   -q WORDS  more words for QEMU's command line, with blanks between; can be given again.
#             -q "-s -S": it waits for a gdb at localhost:1234
#   -U        KERNEL is a disk that UEFI boots, with Secure Boot on (Debian's snakeoil keys:
#             for tests only), and there is no INITRD; if the firmware, or shim, refuses it,
#             the machine ends
#   -V FILE   with -U: the firmware trusts Microsoft's keys instead, and keeps its variables
#             in FILE, which is made if it is not there
#   -k FILE   answers to what the console asks, a line each: a regular expression, a tab, and
#             the keys (as printf's format) that are typed when the console shows that, below
#             what the line before answered.  A reboot does not end this machine
#   -N        only print QEMU's command line; DIR is not touched
#
# Now and then an emulated boot comes to a standstill before init speaks.  It is then told
# on stderr and made once more; its console becomes console.first.
#
# QEMU ends with this script, even if that is killed.  The exit status is 0 if the guest
# ended as it should, else 1 with the reason on stderr.
#
# It is long because of its options: a third of it is the list above.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=selftests/machine/qemu.sh
. "$top/selftests/machine/qemu.sh"
# shellcheck source=selftests/machine/watch.sh
. "$top/selftests/machine/watch.sh"

args=("$@")
mem=4096 cpus=2 numa=0 append='' silence=240 ports=0 verbose=0 interactive=0 snp=0 emulated=0 exact=0 dry=0
uefi=0 vars='' answers='' disk='' words=()
while getopts :m:c:na:s:pviSEID:q:UV:k:N opt; do
	case $opt in
	m) mem=$OPTARG ;;
	c) cpus=$OPTARG ;;
	n) numa=1 ;;
	a) append+=${append:+ }$OPTARG ;;
	s) silence=$OPTARG ;;
	p) ports=1 ;;
	v) verbose=1 ;;
	i) interactive=1 ;;
	S) snp=1 emulated=1 ;;
	E) emulated=1 ;;
	I) exact=1 ;;
	D) disk=$OPTARG ;;
	q) read -ra more <<<"$OPTARG" && words+=("${more[@]}") ;;
	U) uefi=1 ;;
	V) vars=$OPTARG ;;
	k) answers=$OPTARG ;;
	N) dry=1 ;;
	:) die "-$OPTARG wants a value: see machine.sh --help" ;;
	*) usage "-$OPTARG" ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge $((3 - uefi)) ] || usage
for n in "-m $mem" "-c $cpus" "-s $silence"; do
	[[ $n =~ \ [1-9][0-9]*$ ]] || die "$n: it is a number"
done
[ "$numa" = 0 ] || [ $((cpus % 2)) -eq 0 ] || die "two NUMA nodes need an even number of processors, not $cpus"
[ -z "$answers" ] || [ -r "$answers" ] || die "cannot read the answers $answers"
[ -z "$answers" ] || [ "$interactive" = 0 ] || die "-k and -i: who types, the answers or you?"
[ -z "$vars" ] || [ "$uefi" = 1 ] || die "-V: only with -U"
kernel=$1 dir=$2
shift 2
[ -r "$kernel" ] || die "cannot read the kernel $kernel"
[ -d "$dir" ] || die "$dir is not a folder"
[ "$uefi" = 0 ] || [ $# -eq 0 ] || usage "$1"

need qemu-system-x86_64 setpriv
emulator=
if [ "$emulated" = 1 ]; then
	emulator=${GMEM_EMULATOR:-$("$top/selftests/emulator/build.sh")}
fi
# A machine that counts instructions has a time of its own.
khz=1000000
[ "$exact" = 1 ] || khz=$(tsc_khz)
ovmf=/usr/share/OVMF own_vars=$vars
if [ "$uefi" = 1 ]; then
	[ -r $ovmf/OVMF_VARS_4M.snakeoil.fd ] || die "OVMF is not installed: scripts/host/deps.sh secureboot installs it"
	[ -n "$vars" ] || vars=$dir/vars
fi
qemu_command
if [ "$dry" = 1 ]; then
	echo "${qemu[*]@Q}"
	exit 0
fi

: >"$dir/console"
: >"$dir/report"
rm -f "$dir/end" "$dir/why"
if [ "$uefi" = 0 ]; then
	modules=$(dirname "$kernel")/modules.cpio
	[ ! -e "$modules" ] || set -- "$@" "$modules"
	cat "$@" >"$dir/initrd"
elif [ -z "$own_vars" ]; then
	cp $ovmf/OVMF_VARS_4M.snakeoil.fd "$vars"
elif [ ! -e "$vars" ]; then
	cp $ovmf/OVMF_VARS_4M.ms.fd "$vars"
fi
# The kernel kills QEMU when the process that started it ends.
qemu=(setpriv --pdeathsig KILL "${qemu[@]}")
[ "$interactive" = 0 ] || exec "${qemu[@]}"

# Pipes stay open for a second boot.
[ ! -p "$dir/out" ] || exec 8<>"$dir/out"
[ ! -p "$dir/err" ] || exec 9<>"$dir/err"
keys=/dev/null
if [ -n "$answers" ]; then
	keys=$dir/keys
	rm -f "$keys"
	mkfifo "$keys"
	exec 7<>"$keys"
fi
# With answers, stdout is the console once more.
"${qemu[@]}" <"$keys" 2>"$dir/qemu.err" >/dev/null 8>&- 9>&- &
pid=$! running=1
echo "$pid" >"$dir/pid"
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	# Only what still runs: the number of one that is over may be somebody else's by now.
	[ -z "$running" ] || kill -KILL "$pid" 2>/dev/null || true
	# shellcheck disable=SC2046 # numbers
	kill $(jobs -rp) 2>/dev/null || true
	wait 2>/dev/null || true
	rm -f "$dir/initrd" "$dir/vars" "$dir/keys" "$dir/why"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP
watch 8>&- 9>&- &
if [ -n "$answers" ]; then
	answer 8>&- 9>&- &
fi
if [ "$verbose" = 1 ]; then
	tail -f -n +1 --pid="$pid" "$dir/console" >&2 8>&- 9>&- &
fi

rc=0
wait "$pid" || rc=$?
running=
if [ "$uefi" = 0 ] && [ -z "${GMEM_SECOND_BOOT:-}" ] && grep -qs '^silent' "$dir/why" && ! spoke; then
	note "the boot came to a standstill, once more: $(cat "$dir/why")"
	mv "$dir/console" "$dir/console.first"
	# shellcheck disable=SC2046 # numbers
	kill $(jobs -rp) 2>/dev/null || true
	GMEM_SECOND_BOOT=1 exec "$0" "${args[@]}"
fi
why=$(verdict "$rc")
echo "$why" >"$dir/end"
[ "$why" = complete ] || die "the machine ended: $why"
