#!/bin/bash
# The SNP machine, with the unmodified kernel: what that finds, turns on and off, and
# what happens to those who write where they must not.
# Boots machines: nothing else runs beside it.
# Longer than two screens: a list of cases.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

tmp=$(mktemp -d)
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	# Only what still runs: the number of one that is over may be somebody else's by now.
	# shellcheck disable=SC2046 # numbers
	kill $(jobs -rp) 2>/dev/null || true
	wait
	mkdir -p "$build/run"
	rm -rf "$build/run/snp"
	cp -r "$tmp" "$build/run/snp"
	rm -rf "$tmp"
}
trap cleanup EXIT

kernel=$("$top/selftests/machine/build.sh" kernel slim base)
patched=$("$top/selftests/machine/build.sh" kernel slim patched)
"$top/selftests/emulator/build.sh" >/dev/null
selftests=$("$top/selftests/machine/build.sh" selftests patched)
gmem_tests="guest_memfd_test x86/private_mem_map_test x86/private_mem_conversions_test"
# shellcheck disable=SC2086 # names
initrd=$("$top/selftests/machine/initramfs.sh" "$selftests" x86/page_state_change_test $gmem_tests)
gcc -O2 -Wall -Werror -static -o "$tmp/snp-regs" "$top/selftests/emulator/snp-regs.c"
gcc -O2 -Wall -Werror -static -o "$tmp/fxrstor" "$top/selftests/emulator/fxrstor.c"
gcc -O2 -Wall -Werror -static -pthread -o "$tmp/guest" "$top/selftests/rmp/guest.c"
gcc -O2 -Wall -Werror -static -o "$tmp/gmem-oops" "$top/selftests/rmp/gmem-oops.c"

# boot NAME SCRIPT OPTION...: runs the script in the machine, with machine.sh's OPTIONs;
# its output in $tmp/NAME/out, the kernel's in $tmp/NAME/dmesg.
boot() {
	local dir=$tmp/$1 script=$2
	shift 2
	mkdir -p "$dir/root/gmem" "$dir/root/bin"
	cp "$tmp/snp-regs" "$tmp/guest" "$tmp/gmem-oops" "$tmp/fxrstor" "$dir/root/bin/"
	printf '%s\n' "$script" >"$dir/root/gmem/run"
	(cd "$dir/root" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$dir/user.cpio"
	rm -rf "$dir/root"
	"$top/selftests/machine/machine.sh" -p "$@" "$kernel/bzImage" "$dir" "$initrd" "$dir/user.cpio" 2>"$dir/why" || true
	rm -f "$dir/user.cpio" "$dir/initrd"
	# The console ends its lines as a terminal wants it.
	tr -d '\r' <"$dir/console" >"$dir/dmesg"
}
# in_background NAME OPTION...: the script is on standard input.
in_background() {
	local name=$1
	shift
	boot "$name" "$(cat)" "$@" &
}
say() { cat "$tmp/$1/dmesg"; }
out() { cat "$tmp/$1/out"; }
# part NAME TITLE: what the script said between "== TITLE" and the next "==".
part() { awk -v title="== $2" '/^== / { on = $0 == title; next } on' "$tmp/$1/out"; }

tests='
echo "== kunit"
modprobe machine_test
cat /sys/kernel/debug/kunit/snp_machine/results
echo "== guest"
[ ! -e /sys/kernel/debug/snp_machine ] || guest
echo "== end"
modprobe -r machine_test'

in_background snp -S <<END
echo "== loaded"; snp-regs trace
echo "== counters"; snp-regs counters
$tests
echo "== after"; snp-regs counters
echo 0 >/sys/devices/system/cpu/cpu1/online
echo 1 >/sys/devices/system/cpu/cpu1/online
# SYSCFG of both processors
echo "== hotplug"
for cpu in 0 1; do dd if=/dev/cpu/\$cpu/msr bs=8 count=1 skip=\$((0xc0010010 / 8)) 2>/dev/null | od -An -tx8; done
snp-regs clear
modprobe -r kvm-amd; modprobe -r ccp
echo "== unloaded"; snp-regs trace; snp-regs get 0x10
echo "== balance"; snp-regs get 0x408
snp-regs clear
modprobe kvm-amd
echo "== again"; snp-regs trace; snp-regs get 0x10
END
in_background oops -S <<'END'
modprobe machine_test oops=1
END
wait
in_background refused -S <<'END'
snp-regs clear
snp-regs refuse 0 1 0xc7 0x1a 0 1
modprobe -r kvm-amd; modprobe -r ccp
echo "== unloaded"; snp-regs trace
END
# Processors that the kernel leaves out.
in_background nosmt -S -m 1024 -a nosmt -q "-smp 2,cores=1,threads=2" <<'END'
snp-regs trace
END
in_background nrcpus -S -m 1024 -a nr_cpus=1 <<'END'
snp-regs trace
END
in_background rmpread -S -q "-machine x-snp-rmpread=on" -m 1024 <<END
$tests
echo "== counters"; snp-regs counters
END
wait
in_background noiommu -S -q "-global amd-iommu.x-snpsup=off" <<'END'
snp-regs trace
END
kernel=$patched in_background report -S <<'END'
modprobe machine_test oops=1
END
kernel=$patched in_background gmem -S <<'END'
modprobe kvm-amd
gmem-oops
END
in_background off -E <<END
snp-regs trace 2>&1
$tests
END
wait
# Hosts that could do SNP, but do not enable it: a processor is off; then nobody asks for it.
uses="
for test in $gmem_tests; do
	/tests/\$test >/tmp/log 2>&1
	rc=\$?
	[ \$rc = 0 ] || tail -n 20 /tmp/log
	echo \"\$test: \$rc\"
done"
for m in unused-rmpread unused; do
	rmpread=off
	[ $m = unused ] || rmpread=on
	kernel=$patched in_background $m -S -m 1024 -a nosmt \
		-q "-smp 2,cores=1,threads=2 -machine x-snp-rmpread=$rmpread" <<-END
		echo "== off"; $uses
		modprobe -r kvm-amd; modprobe kvm-amd sev=0
		echo "== parameter"; cat /sys/module/kvm_amd/parameters/sev
		echo "== unasked"; $uses
	END
done
wait
# A guest on the first processor, and FPU state loaded all the time on the other.
kernel=$patched boot fpu "$(cat <<'END'
taskset 2 fxrstor &
for i in $(seq 10); do
	taskset 1 timeout 60 /tests/x86/page_state_change_test -t overlapping >/tmp/log 2>&1 || cat /tmp/log
	grep "^ok" /tmp/log
done
kill $!
END
)" -E

for m in snp refused nosmt nrcpus rmpread noiommu off unused-rmpread unused fpu; do
	is "$m: the machine ended as it should" complete "$(cat "$tmp/$m/end" 2>/dev/null)"
done

# --- detection ---
like "RMP found" 'SEV-SNP: RMP table physical range \[0x[0-9a-f]+00000 - 0x[0-9a-f]+fffff\]' "$(say snp)"
like "IOMMU found" 'AMD-Vi: IOMMU SNP support enabled\.' "$(say snp)"
like "SNP initialized" 'ccp [0-9a-f:.]+: SEV-SNP API:1\.55 build:[0-9]+' "$(say snp)"
like "SEV initialized" 'ccp [0-9a-f:.]+: SEV API:1\.55 build:[0-9]+' "$(say snp)"
like "KVM has no SNP guests yet" 'kvm_amd: SEV-SNP disabled' "$(say snp)"
is "no complaint of the kernel's" "" "$("$top/selftests/machine/complaints.sh" "$tmp/snp/console" 2>&1 || true)"

# --- the PSP ---
is "what kvm-amd's load asks of the PSP, in order" \
	"83 00,ce 00,04 00,85 00,84 00,01 00,0a 00,83 00,c7 00" "$(part snp loaded | paste -sd,)"
# Not only the TMR: the page for the status, too.
is "the TMR was marked page by page" 513 "$(part snp counters | sed -n 's/^RMPUPDATE 4K to assigned *//p')"
is "what unloading ccp does, in order" "02 00,c7 00 * 512,86 00,0" "$(part snp unloaded | paste -sd,)"
is "the TMR was given back page by page" 0x200 "$(part snp balance)"
is "... and all of it can be done again" \
	"83 00,ce 00,04 00,85 00,84 00,01 00,0a 00,83 00,c7 00,0x7" "$(part snp again | paste -sd,)"
# Linux gives up at the first.
is "a PSP that refuses PAGE_RECLAIM once" "02 00,c7 1a,86 00" "$(part refused unloaded | paste -sd,)"
like "... costs all of the TMR, and the kernel says so" 'SEV-SNP: Leaking PFN range' "$(say refused)"
# The first one's entry has the number of the others.
is "... page by page" 511,1 "$(say refused | sed -n 's/.*SEV-SNP: PFN .*, RMP entry: \[\(0x8[0-9a-f]*\) .*/\1/p' |
	sort | uniq -c | awk '$2 == "0x8000000000000005" || $2 == "0x8000000000000ffd" { print $1 }' | paste -sd,)"

is "INIT leaves SYSCFG alone: SMEE, SNPEn, VMPLEn, MFDM" "0000000003880000,0000000003880000" \
	"$(part snp hotplug | tr -d ' ' | paste -sd,)"

# --- who may write: selftests/rmp/machine_test.c ---
kunit() {
	local verdict _ name
	like "$1: KUnit ran" '^ok 1 snp_machine' "$(part "$1" kunit | sed 's/^ *//')"
	while read -r verdict _ name; do
		is "$1: $name" ok "$verdict"
	done < <(part "$1" kunit | sed -nE 's/^    (not )?ok ([0-9]+) /\1ok \2 /p' | sed 's/^not ok/not-ok/')
}
kunit snp
is "snp: no test was skipped" "" "$(part snp kunit | grep SKIP || true)"
like "the faults were counted" '^RMP page faults  *[1-9]' "$(part snp after)"
while read -r verdict _ name; do
	is "a guest: $name" ok "$verdict"
done < <(part snp guest | sed -nE 's/^(not )?ok ([0-9]+) /\1ok \2 /p' | sed 's/^not ok/not-ok/')
like "a guest: all of its tests" '^1\.\.8$' "$(part snp guest)"
like "its faults were counted" '^RMP nested page faults  *[1-9]' "$(part snp after)"
kunit rmpread
like "rmpread: Linux uses the instruction" '^RMPREAD  *[1-9]' "$(part rmpread counters)"
like "a write that nobody catches" 'error_code\(0x80000003\) - RMP violation' "$(say oops)"
like "... ends that machine" 'Kernel panic' "$(cat "$tmp/oops/end")"
is "... at that write" "" "$(say oops | grep 'still alive' || true)"
like "the patched kernel says whose page it is" \
	"PFN 0x[0-9a-f]+ is a guest's: ASID 1, GPA 0x100000000, not validated, RMP entry of 4K" "$(say report)"
like "... and how it was mapped" \
	'HVA [0-9a-f]+ is mapped by 4K, PFN 0x[0-9a-f]+; 1 of the 512 pages of its 2M are assigned, the direct map there was split for that' \
	"$(say report)"
like "... and ends as the base does" 'Kernel panic' "$(cat "$tmp/report/end")"
like "private memory of a VM: which" \
	'guest_memfd: (machine_init|rmp_oops)\+.* touched PFN 0x[0-9a-f]+, which is private: inode [0-9]+ of kvm-[0-9]+, offset 0x3000' "$(say gmem)"
like "... whose" 'guest_memfd: it is GPA 0x200003000 of kvm-[0-9]+, which has private memory there' "$(say gmem)"
like "... of an RMP violation, and that is the end" 'error_code\(0x80000003\) - RMP violation' "$(say gmem)"

# --- guest_memfd where SNP is not enabled ---
for m in unused-rmpread unused; do
	like "$m: could do SNP, and does not" 'SNP init failed: not all CPUs online' "$(say $m)"
	for test in $gmem_tests; do
		is "$m: $test with a processor off" 0 "$(part $m off | sed -n "s,^$test: ,,p")"
	done
	is "$m: kvm_amd.sev=0" N "$(part $m parameter)"
	for test in $gmem_tests; do
		is "$m: $test without SEV" 0 "$(part $m unasked | sed -n "s,^$test: ,,p")"
	done
	is "$m: no complaint of the kernel's" "" "$("$top/selftests/machine/complaints.sh" "$tmp/$m/console" 2>&1 || true)"
done

# --- the processors' flags ---
is "guests on one processor do not mind FPU state that the other loads" 10 \
	"$(out fpu | grep -c "^ok 1 psc_smp.overlapping" || true)"

# --- controls ---
like "without SNPSup: the RMP is found" 'SEV-SNP: RMP table physical range' "$(say noiommu)"
is "... but SNP is not used" "" "$(say noiommu | grep -E 'IOMMU SNP support enabled|SEV-SNP API' || true)"
like "... the PSP serves SEV" '^01 00$' "$(out noiommu)"
is "... and nothing of SNP but the question what it has" "" "$(out noiommu | grep -E '^8[145]' || true)"
like "nosmt: SNP stays off, and the kernel says why" \
	'SEV-SNP: SNP init failed: not all CPUs online\. \(0 online <-> 0-1 present masks\)' "$(say nosmt)"
like "nr_cpus=1: the kernel does not see it, the firmware refuses" 'SEV-SNP: SNP_INIT_EX failed rc -5' "$(say nrcpus)"
is "... so that nothing of SNP is used" "" "$(say nrcpus | grep 'SEV-SNP API' || true)"
is "without the option: no SNP at all" "" "$(say off | grep -E 'SEV-SNP:|ccp [0-9]|AMD-Vi' || true)"
like "... no PSP" 'no SNP machine' "$(out off)"
is "... and every test says that it cannot run" "" "$(part off kunit | grep -E '^    (not )?ok' | grep -v SKIP || true)"
done_testing
