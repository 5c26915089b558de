#!/bin/bash
# make run: from nothing to a patched, booted and tested kernel.
#
# Fetches and verifies the base, applies the series, builds the patched kernel and
# KVM's selftests, and runs the private-memory tests: each verdict appears when the
# test ends.  Then it builds the unmodified kernel, measures both, and prints ten
# figures.  What was made before is not made again.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

no_arguments "$@"
"$top/scripts/host/deps.sh"
"$top/scripts/series/tree.sh" --keep
"$top/selftests/machine/build.sh" kernel slim patched >/dev/null

mkdir -p "$build"
rc=0
printf '\nTests on the patched kernel (%s, TCG)\n\n' "$(qemu-system-x86_64 --version | sed -n '1s/ (.*//p')"
PROGRESS=1 "$top/selftests/machine/run.sh" -x -o "$build/verdicts" slim patched private 3>&1 >"$build/private.ktap" 2>&3 || rc=$?
printf '\nFigures (all others: build/figures/attributes)\n\n'
"$top/selftests/figures/attributes.sh" -q >"$build/table" || rc=$?
sed 's/^/  /' "$build/table"
[ "$rc" -eq 0 ] || die "something above failed; logs are in build/log and build/run"
