#!/bin/bash
# The suite: every part writes TAP or KTAP, one parser counts.  The last line is
#   N passed, N failed, N skipped
# and what failed or was skipped stands above it, with the reason.
#
# LONG=1 runs what takes too long for every day instead.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

"$top/scripts/host/deps.sh"
out=$build/tap
rm -rf "$out"
mkdir -p "$out"

# part NAME COMMAND...: its TAP goes to a file of its own; a failure without any
# TAP is one, too.
part() {
	local name=$1 rc=0
	shift
	stage "$name" tap_to "$out/$name.tap" "$@" || rc=$?
	if [ "$rc" -ne 0 ] && ! grep -q '^ *not ok' "$out/$name.tap"; then
		printf '1..1\nnot ok 1 %s ended with status %d\n' "$name" "$rc" >>"$out/$name.tap"
	fi
}

# The TAP to FILE, the rest to the log.
tap_to() {
	local file=$1
	shift
	"$@" >"$file"
}

lint() {
	local f n=0
	echo "KTAP version 1"
	while read -r f; do
		n=$((n + 1))
		if (cd "$top" && shellcheck "$f") >&2; then
			echo "ok $n shellcheck $f"
		else
			echo "not ok $n shellcheck $f"
		fi
	done < <(cd "$top" && git ls-files -co --exclude-standard | while read -r f; do
		if [ -f "$f" ] && head -c 64 "$f" | grep -aq '^#!.*sh\|^# shellcheck shell'; then
			echo "$f"
		fi
	done)
	echo "1..$n"
}

# Of the mutants (cocci/mutants), at least so many are found, by any net.
mutants() {
	echo "KTAP version 1"
	if MIN=117 "$top/cocci/mutants.sh" | sed 's/^/# /'; then
		echo "ok 1 mutants are caught"
	else
		echo "not ok 1 mutants are caught"
	fi
	echo "1..1"
}

# Without a tree nothing works; an error here is the answer.
"$top/scripts/series/tree.sh" --keep

if [ -z "${LONG:-}" ]; then
	part shellcheck lint
	# Not by two at a time.
	for list in deb rpm secureboot; do "$top/scripts/host/deps.sh" "$list"; done
	# Most use one processor, and none of these looks at the clock: two at a time.
	alone='^# Boots machines: nothing else runs beside it.$'
	while read -r t; do
		[ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
		part "$(basename "$t" .t)" "$t" &
	done < <(grep -L "$alone" "$top"/selftests/tests/*.t)
	wait
	while read -r t; do
		part "$(basename "$t" .t)" "$t"
	done < <(grep -l "$alone" "$top"/selftests/tests/*.t)
	part series env KNOWN=1 "$top/scripts/check/run.sh"
	# On the distribution's QEMU, as the baseline, with its bug: see selftests/emulator/README.  Our
	# own tests have no second chance, and run where it is mended.
	part upstream-slim "$top/selftests/machine/run.sh" -r slim patched upstream
	part private-snp "$top/selftests/machine/run.sh" -S slim patched private
	part snp "$top/selftests/machine/run.sh" -S -x slim patched snp
	part figures "$top/selftests/figures/attributes.sh" -k
	part debug "$top/selftests/machine/run.sh" -E debug patched debug
else
	part series-long "$top/scripts/check/run.sh"
	# The tip of the last topic is what the rest runs.
	for t in $(cut -d / -f 1 "$top/patches/series" | uniq | sed '$d'); do
		part "tip-$t" "$top/selftests/machine/run.sh" -E slim "$t" private
	done
	part mutants mutants
	part reproducible "$top/scripts/package/reproducible.sh"
	part snp-base "$top/selftests/machine/run.sh" -S -x slim base snp
	part long-slim "$top/selftests/machine/run.sh" -E -l 3600 slim patched long
	part snp-debug "$top/selftests/machine/run.sh" -S -x debug patched snp-debug
fi

awk -v list=1 -f "$top/selftests/machine/result.awk" -f "$top/selftests/machine/count.awk" "$out"/*.tap
