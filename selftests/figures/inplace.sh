#!/bin/bash
# inplace.sh [OPTIONS]: measures what it costs to convert a guest's memory: between two
# pools on the base, in place on the patched kernel.  Prints both and their ratio;
# build/figures/inplace keeps it.  OPTIONS are guest_memfd_conversions_perf_test's.
# Time is instructions there, so that it can be compared on a busy host: 1 us is 1,000 of
# them, be they the guest's, KVM's or the test's; what an exit costs hardware is not in it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

prog=$("$top/selftests/machine/build.sh" selftests patched)/x86/guest_memfd_conversions_perf_test
[ -x "$prog" ] || die "the patched tree has no $(basename "$prog"): is topic 20-inplace in build/linux?"
out=$build/figures
mkdir -p "$out"
options=$*

# measure BASE-OR-PATCHED
measure() {
	KERNEL=$1 APPEND="kvm.gmem_in_place_conversion=1" MEM=2048 CPUS=1 EXACT=1 \
		RUN="$prog $options" "$top/selftests/machine/vm.sh" >"$out/inplace-$1.tmp" &&
		mv "$out/inplace-$1.tmp" "$out/inplace-$1"
}

# Both at the same time, so that whatever else keeps the host busy keeps both busy.
both() {
	local rc=0 pid
	measure patched &
	pid=$!
	measure base || rc=$?
	wait "$pid" || rc=$?
	return "$rc"
}

rm -f "$out/inplace-base" "$out/inplace-patched"
"$top/selftests/machine/build.sh" kernel slim base >/dev/null
"$top/selftests/machine/build.sh" kernel slim patched >/dev/null
stage "measure conversions, between two pools and in place" both
awk -f "$top/selftests/figures/table.awk" "$out/inplace-base" "$out/inplace-patched" | tee "$out/inplace"
