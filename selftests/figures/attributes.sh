#!/bin/bash
# attributes.sh [-q|-k]
#
# Measures what memory attributes cost, on the base and on the patched kernel in one
# run, and prints base, patched and their ratio.  build/figures keeps all of it.
# Time is instructions there, so that a busy host does not matter: 1 us is 1,000 of them.
#
#   -q   quick: small sizes, once each; prints only the figures that selftests/figures/ten
#        names, and leaves the others in build/figures/attributes
#   -k   as KTAP, with one test for each bound that the series promises

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=selftests/figures/both.sh
. "$top/selftests/figures/both.sh"

here=$top/selftests/figures
# 4 TiB would take the base hours, and 9 GiB.
options="-r 3" base="-g 1,16" patched="-g 1,16,256,4096"
case ${1:-} in
'' | -k) ;;
-q) options="-r 1 -m 1 -p 2048 -w 16 -f 32" base="-g 16" patched="-g 16" ;;
*) usage "$1" ;;
esac

prog=$("$top/selftests/machine/build.sh" selftests patched)/x86/memory_attributes_perf_test
[ -x "$prog" ] || die "the patched tree has no $(basename "$prog"): is topic 10-attributes in build/linux?"
"$top/selftests/machine/build.sh" kernel slim base >/dev/null
out=$build/figures
mkdir -p "$out"

# measure BASE-OR-PATCHED: in a machine of one processor, where time is instructions.
measure() {
	local own=$base
	[ "$1" = base ] || own=$patched
	KERNEL=$1 MEM=6144 CPUS=1 EXACT=1 RUN="$prog $options $own" "$top/selftests/machine/vm.sh" >"$out/$1.tmp" &&
		mv "$out/$1.tmp" "$out/$1"
}
rm -f "$out/base" "$out/patched"
stage "measure base and patched" both

table() { awk -f "$here/table.awk" "$@" "$out/base" "$out/patched"; }
table >"$out/attributes"
case ${1:-} in
'') cat "$out/attributes" ;;
-q) table -v only="$here/ten" ;;
-k)
	sed 's/^/# /' "$out/attributes"
	table -v tap=1
	;;
esac
