#!/bin/bash
# Boots one kernel in QEMU and waits for its end.
#
#   machine.sh [options] KERNEL DIR INITRD...
#
# KERNEL is a bzImage; its modules come along if modules.cpio is beside it.  INITRD...
# are cpio archives, put together in this order.
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
#   -a WORDS  more words for the kernel's command line
#   -s SECS   longest silence on both console and report (240)
#   -p        ports "out" and "err" for a program's output, to DIR/out and DIR/err
#   -v        the console goes to stderr too, as it comes
#   -i        the console is this terminal's: for a person, with no watch on silence
#   -S        an AMD SEV-SNP host, emulated by selftests/emulator
#   -E        that emulator, without SNP; GMEM_EMULATOR=FOLDER has another build of it
#   -I        its clock counts instructions, a nanosecond each, on one processor at a
#             time: the same work takes the same time, whatever else the host does
#   -q WORDS  more words for QEMU's command line
#   -U        KERNEL is a disk that UEFI boots, with Secure Boot on (Debian's snakeoil keys: for
#             tests only), and there is no INITRD; a refusal by the firmware, or by shim, ends
#             the machine
#   -V FILE   with -U: the firmware trusts Microsoft's keys instead, and keeps its variables in
#             FILE, which is made if it is not there
#   -k FILE   answers to what the console asks: a line has a regular expression, a tab, and the
#             keys (as printf's format) that are typed when the console, below what the line
#             before it answered, shows that.  A reboot does not end this machine
#
# A boot that comes to a standstill before init speaks, as an emulated one does now and
# then, is told on stderr and made once more; its console becomes console.first.
#
# The exit status is 0 if the guest ended as it should, else 1 with the reason on
# stderr.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

args=("$@")
mem=4096 cpus=2 numa=0 append='' silence=240 ports=0 verbose=0 interactive=0 uefi=0 vars='' answers='' snp=0 emulator=0 khz='' words=() accel=(-accel "tcg,thread=multi")
while getopts m:c:na:s:pviSEIUV:k:q: opt; do
	case $opt in
	m) mem=$OPTARG ;;
	c) cpus=$OPTARG ;;
	n) numa=1 ;;
	a) append=$OPTARG ;;
	s) silence=$OPTARG ;;
	p) ports=1 ;;
	v) verbose=1 ;;
	i) interactive=1 ;;
	S) snp=1 emulator=1 ;;
	E) emulator=1 ;;
	I) accel=(-accel "tcg,thread=single" -icount "shift=0,sleep=off") khz=1000000 ;;
	U) uefi=1 ;;
	V) vars=$OPTARG ;;
	k) answers=$OPTARG ;;
	q) read -ra words <<<"$OPTARG" ;;
	*) die "see the head of $0 for its options" ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge $((3 - uefi)) ] || die "usage: machine.sh [options] KERNEL DIR INITRD..."
need qemu-system-x86_64
kernel=$1 dir=$2
shift 2
[ -r "$kernel" ] || die "cannot read the kernel $kernel"
[ -d "$dir" ] || die "$dir is not a folder"
[ -z "$answers" ] || [ -r "$answers" ] || die "cannot read the answers $answers"
[ -z "$answers" ] || [ "$interactive" = 0 ] || die "-k and -i: who types, the answers or you?"
[ -z "$vars" ] || [ "$uefi" = 1 ] || die "-V: only with -U"

: >"$dir/console"
: >"$dir/report"
rm -f "$dir/end" "$dir/why"
if [ "$uefi" = 0 ]; then
	modules=$(dirname "$kernel")/modules.cpio
	[ ! -e "$modules" ] || set -- "$@" "$modules"
	cat "$@" >"$dir/initrd"
fi

# The host's time stamp counter is the guest's, see tsc-khz.c, but for one that counts
# instructions.
tsc=$cache/bin/tsc-khz-$(key <"$top/selftests/machine/tsc-khz.c")
if [ ! -x "$tsc" ]; then
	need gcc
	tmp=$(scratch)
	gcc -O2 -o "$tmp/tsc-khz" "$top/selftests/machine/tsc-khz.c"
	publish "$tmp/tsc-khz" "$tsc"
	rm -rf "$tmp"
fi

qemu=(qemu-system-x86_64) machine=q35 cpu=EPYC-Milan,+svm,+npt
if [ "$emulator" = 1 ]; then
	# Firmware and boot code are the distribution's.
	built=${GMEM_EMULATOR:-$("$top/selftests/emulator/build.sh")}
	qemu=("$built/qemu-system-x86_64" -L /usr/share/seabios -L /usr/share/qemu)
fi
if [ "$snp" = 1 ]; then
	# Linux uses SNP only if nobody says that there is a hypervisor, and with an IOMMU.
	machine+=,x-snp-host=on cpu+=,-hypervisor
	qemu+=(-device amd-iommu -global amd-psp.x-test=on)
fi
[ -n "$answers" ] || qemu+=(-no-reboot)
qemu+=(-nodefaults -no-user-config -display none
	"${accel[@]}" -machine "$machine" -cpu "$cpu"
	-smp "$cpus" -m "$mem"
	-device virtio-serial-pci
	-chardev "file,id=report,path=$dir/report"
	-device "virtserialport,chardev=report,name=report")
if [ "$interactive" = 1 ]; then
	# ctrl-c is the guest's; ctrl-a x leaves, ctrl-a c is QEMU's monitor.
	qemu+=(-chardev "stdio,id=console,mux=on,signal=off" -serial chardev:console -mon "chardev=console")
elif [ -n "$answers" ]; then
	qemu+=(-chardev "stdio,id=console,signal=off,logfile=$dir/console" -serial chardev:console)
else
	qemu+=(-serial "file:$dir/console")
fi
if [ "$ports" = 1 ]; then
	for p in out err; do
		qemu+=(-chardev "file,id=$p,path=$dir/$p" -device "virtserialport,chardev=$p,name=$p")
	done
fi
qemu+=("${words[@]}")
if [ "$numa" = 1 ]; then
	[ $((cpus % 2)) -eq 0 ] || die "two NUMA nodes need an even number of processors, not $cpus"
	# A processor has its caches to itself, as in two sockets.
	qemu+=(-smp "$cpus,sockets=2")
	half=$((mem / 2))
	qemu+=(-object "memory-backend-ram,id=m0,size=${half}M"
		-object "memory-backend-ram,id=m1,size=$((mem - half))M"
		-numa "node,nodeid=0,memdev=m0,cpus=0-$((cpus / 2 - 1))"
		-numa "node,nodeid=1,memdev=m1,cpus=$((cpus / 2))-$((cpus - 1))")
fi
if [ "$uefi" = 1 ]; then
	# What the kernel is told is on the disk.  Flash that only the firmware's own mode may
	# write keeps the keys.
	ovmf=/usr/share/OVMF
	[ -r $ovmf/OVMF_VARS_4M.snakeoil.fd ] || die "OVMF is not installed: scripts/host/deps.sh secureboot installs it"
	if [ -z "$vars" ]; then
		vars=$dir/vars
		cp $ovmf/OVMF_VARS_4M.snakeoil.fd "$vars"
	elif [ ! -e "$vars" ]; then
		cp $ovmf/OVMF_VARS_4M.ms.fd "$vars"
	fi
	qemu+=(-machine smm=on -global "driver=cfi.pflash01,property=secure,value=on"
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$ovmf/OVMF_CODE_4M.secboot.fd"
		-drive "if=pflash,unit=1,format=raw,file=$vars"
		-drive "if=none,id=esp,format=raw,file=$kernel"
		-device "virtio-blk-pci,drive=esp,bootindex=1")
else
	# panic=-1 with -no-reboot: a panic ends QEMU at once.
	# no_timer_check: an emulated timer on a busy host is late, and not broken.
	# RCU is patient, as the watchdogs are in init: an emulated processor may stand
	# still while the host is busy.  And what two measurements of the TSC differ by is
	# not for KVM to mend: the emulated SVM cannot scale.  Two of upstream's tests want forced emulation.
	qemu+=(-kernel "$kernel" -initrd "$dir/initrd"
		-append "console=ttyS0 panic=-1 no_timer_check printk.devkmsg=on rcupdate.rcu_cpu_stall_timeout=60 tsc_early_khz=${khz:-$("$tsc")} kvm.tsc_tolerance_ppm=20000 kvm.force_emulation_prefix=1 $append")
fi

if [ "$interactive" = 1 ]; then
	exec "${qemu[@]}"
fi
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
pid=$!
echo "$pid" >"$dir/pid"
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	kill -KILL "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	kill ${watch:+"$watch"} ${follow:+"$follow"} ${typist:+"$typist"} 2>/dev/null || true
	rm -f "$dir/initrd" "$dir/vars" "$dir/keys" "$dir/why"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# What the firmware, or the boot loader by its word, says of an image it does not start.
refusal="access denied|security (policy )?violation"

last_line() { tr -d '\r' <"$1" | grep -av '^ *$' | tail -n 1 | cut -c1-200; }

spoke() { grep -aq '^@@ ' "$dir/report"; }

# Ends the machine when it no longer speaks, or does not end after a panic.
watch() {
	local quiet=0 last='' now who first=$((silence < 120 ? silence : 120))
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1
		now=$(stat -c %s "$dir/console" "$dir/report")
		quiet=$((quiet + 1))
		[ "$now" = "$last" ] || quiet=0
		last=$now
		if [ "$quiet" -ge 5 ] && grep -aq 'Kernel panic - not syncing' "$dir/console"; then
			kill -KILL "$pid"
		elif [ "$uefi" = 1 ] && grep -aqiE "$refusal" "$dir/console" && ! grep -aq 'Linux version' "$dir/console"; then
			who="the firmware"
			! grep -aq 'Verification failed' "$dir/console" || who=shim
			echo "$who refused it: $(LC_ALL=C grep -aoiE "[[:print:]]*($refusal)" "$dir/console" | sed -n '1s/^ *//p' | cut -c1-160)" >"$dir/why"
			kill -KILL "$pid"
		elif [ "$quiet" -ge "$silence" ] || { [ "$quiet" -ge "$first" ] && ! spoke; }; then
			echo "silent for $quiet s; the console's last line: $(last_line "$dir/console")" >"$dir/why"
			kill -KILL "$pid"
		fi
	done
}
watch 8>&- 9>&- &
watch=$!

# Types the answers.  What is never asked, the watch on silence ends.
answer() {
	local at=1 want keys found
	while IFS=$'\t' read -r want keys; do
		until found=$(tail -c "+$at" "$dir/console" | grep -aobEm1 -e "$want" | head -n 1) && [ -n "$found" ]; do
			kill -0 "$pid" 2>/dev/null || return 0
			sleep 0.2
		done
		found=${found%%:*}
		at=$((at + found + 1))
		# shellcheck disable=SC2059 # it is a format
		printf "$keys" >&7
	done <"$answers"
}
if [ -n "$answers" ]; then
	answer 8>&- 9>&- &
	typist=$!
fi
if [ "$verbose" = 1 ]; then
	tail -f -n +1 --pid="$pid" "$dir/console" >&2 8>&- 9>&- &
	follow=$!
fi

rc=0
wait "$pid" || rc=$?

if [ "$uefi" = 0 ] && [ -z "${GMEM_SECOND_BOOT:-}" ] && grep -qs '^silent' "$dir/why" && ! spoke; then
	note "the boot came to a standstill, once more: $(cat "$dir/why")"
	mv "$dir/console" "$dir/console.first"
	GMEM_SECOND_BOOT=1 exec "$0" "${args[@]}"
fi

panic=$(tr -d '\r' <"$dir/console" | grep -am1 'Kernel panic - not syncing' | sed 's/^\[[^]]*\] *//' || true)
if grep -aqx "@@ complete" "$dir/report"; then
	why=complete
elif [ -n "$panic" ]; then
	why=$panic
elif [ -e "$dir/why" ]; then
	why=$(cat "$dir/why")
elif grep -aq '^@@ stuck' "$dir/report"; then
	why="a test could not be killed"
elif [ "$rc" -gt 128 ]; then
	why="QEMU was killed by signal $((rc - 128))"
elif [ "$rc" -ne 0 ]; then
	why="QEMU failed with status $rc: $(last_line "$dir/qemu.err")"
else
	why="the guest powered off or rebooted before its work was done"
fi
echo "$why" >"$dir/end"
[ "$why" = complete ] || die "the machine ended: $why"
