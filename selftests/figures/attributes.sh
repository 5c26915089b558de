#!/bin/bash
# figures.sh [-q|-k]: measures what memory attributes cost, on the base and on the
# patched kernel in one run, and prints base, patched and their ratio.
# build/figures keeps it.
#
#   -q   quick: one run, and 16 GiB is the most that the base is asked for
#   -k   as KTAP, with one test for each bound that the series promises

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

tap='' runs=5 most=256
case ${1:-} in
-q) runs=1 most=16 ;;
-k) tap=1 runs=3 ;;
esac

prog=$("$top/selftests/machine/build.sh" selftests patched)/x86/memory_attributes_perf_test
[ -x "$prog" ] || die "the patched tree has no $(basename "$prog"): is topic 10-attributes in build/linux?"
out=$build/figures
mkdir -p "$out"

# measure BASE-OR-PATCHED OPTIONS: a machine of one processor.
measure() {
	KERNEL=$1 MEM=6144 CPUS=1 RUN="$prog $2" "$top/selftests/machine/vm.sh" >"$out/$1.tmp" &&
		mv "$out/$1.tmp" "$out/$1"
}

# Both at the same time, so that whatever else keeps the host busy keeps both busy;
# 4 TiB would take the base 10 minutes and 9 GiB.
both() {
	local rc=0 pid
	measure patched "-r $runs -g 1,16,64,256,4096" &
	pid=$!
	measure base "-r $runs -g 1,16,$most" || rc=$?
	wait "$pid" || rc=$?
	return "$rc"
}

rm -f "$out/base" "$out/patched"
stage "measure base and patched" both

awk -f "$top/selftests/figures/table.awk" "$out/base" "$out/patched" >"$out/table"
[ -n "$tap" ] || { cat "$out/table"; exit 0; }
sed 's/^/# /' "$out/table"
awk -v tap=1 -f "$top/selftests/figures/table.awk" "$out/base" "$out/patched"
