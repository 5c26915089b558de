#!/bin/bash
# conversions.sh [OPTIONS]: measures what it costs to have memory converted, on the base
# and on the patched kernel at the same time, and prints base, patched and their
# ratio.  build/figures/psc keeps it.  OPTIONS are page_state_change_perf_test's.
# Time is instructions there, so that it can be compared on a busy host: 1 us is 1,000 of
# them, be they the guest's, KVM's or the test's; what an exit costs hardware is not in it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

prog=$("$top/selftests/machine/build.sh" selftests patched)/x86/page_state_change_perf_test
[ -x "$prog" ] || die "the patched tree has no $(basename "$prog"): is topic 50-psc in build/linux?"
out=$build/figures
mkdir -p "$out"
options=$*

# measure BASE-OR-PATCHED
measure() {
	KERNEL=$1 MEM=2048 EXACT=1 RUN="$prog $options" "$top/selftests/machine/vm.sh" >"$out/psc-$1.tmp" &&
		mv "$out/psc-$1.tmp" "$out/psc-$1"
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

rm -f "$out/psc-base" "$out/psc-patched"
"$top/selftests/machine/build.sh" kernel slim base >/dev/null
"$top/selftests/machine/build.sh" kernel slim patched >/dev/null
stage "measure conversions, base and patched" both
awk -f "$top/selftests/figures/table.awk" "$out/psc-base" "$out/psc-patched" | tee "$out/psc"
