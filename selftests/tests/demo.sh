#!/bin/bash
# From nothing to a patched, booted and tested kernel: fetches and verifies the
# base, applies the series, builds the slim kernel and KVM's selftests of base and
# patched, runs the private-memory tests on patched, measures both, and prints
# each test's verdict and the figures.  What is made already is not made again.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

"$top/scripts/host/deps.sh"
"$top/scripts/series/tree.sh" --keep
"$top/selftests/machine/build.sh" kernel slim base >/dev/null
"$top/selftests/machine/build.sh" kernel slim patched >/dev/null
"$top/selftests/machine/build.sh" selftests patched >/dev/null

mkdir -p "$build"
rc=0
stage "run the private-memory tests" "$top/selftests/machine/run.sh" -x -o "$build/verdicts" slim patched private || rc=$?
"$top/selftests/figures/attributes.sh" -q >"$build/table" || rc=$?

printf '\nTests on the patched kernel (%s, TCG)\n\n' "$(qemu-system-x86_64 --version | sed -n '1s/ (.*//p')"
awk -F '\t' '{ printf "  %-5s %-40s %5s s  %s\n", $1, $2, $4, $3 }' "$build/verdicts"
printf '\nFigures\n\n'
sed 's/^/  /' "$build/table"
echo
[ "$rc" -eq 0 ] || die "something above failed; logs are in build/log and build/run"
