#!/bin/bash
# directmap.sh [MIB]: what the RMP costs the direct map, on the base and on the patched
# kernel in one run, on the SNP machine: making MIB (256) of memory private and shared
# again by entries of 2M and of 4K, and 64 pages for the firmware.  build/figures/snp
# keeps the table.
#
# Its time is instructions (run.sh -I), so that it can be compared; what a flush of the
# TLBs or an RMPUPDATE takes on hardware is not in it, but their numbers are.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

mib=${1:-256}
[[ $mib =~ ^[0-9]+$ && $mib -ge 4 ]] || die "usage: directmap.sh [MIB], a multiple of 4"
out=$build/figures
mkdir -p "$out"
printf '120\trmp firmware\n600\trmp figures bench_mib=%d\n' "$mib" >"$out/snp-list"
for which in base patched; do
	"$top/selftests/machine/run.sh" -S -I -x -j 1 slim "$which" "$out/snp-list" >"$out/snp-$which.ktap" ||
		die "the measurement failed on $which: see $out/snp-$which.ktap"
	sed -n 's/.*: figure \([a-z0-9_]*\) \([0-9]*\)\r*$/\1 \2/p' \
		"$build/run/slim-$which-snp-list-snp/console-1.1" >"$out/snp-$which"
done
awk -v mib="$mib" '
	BEGIN {
		title["firmware_blocks"] = "blocks of 2M that 64 firmware pages are in"
		title["ranges"] = "ranges that the " mib " MiB are, of pages side by side"
		for (i = 1; i <= 2; i++) {
			l = i == 1 ? "2m" : "4k"
			n = i == 1 ? "by entries of 2M" : "by entries of 4K"
			title[l "_splits_2m"] = "2M mappings split, " n
			title[l "_tlb_flushes"] = "flushes of all TLBs, " n
			title[l "_private_us"] = "thousand instructions to make it private, " n
			title[l "_shared_us"] = "thousand instructions to make it shared, " n
			title[l "_blocks_left_small"] = "blocks left in 4K pages, " n
		}
		printf "%-62s %10s %10s %14s\n", "", "base", "patched", "base/patched"
	}
	FILENAME == ARGV[1] { base[$1] = $2; next }
	{
		ratio = $2 > 0 && $1 in base ? sprintf("%.2f", base[$1] / $2) : ""
		printf "%-62s %10s %10s %14s\n", $1 in title ? title[$1] : $1, base[$1], $2, ratio
	}' "$out/snp-base" "$out/snp-patched" | tee "$out/snp"
