#!/bin/bash
# inplace.sh [OPTIONS]: measures what it costs to convert a guest's memory: between two
# pools on the base, in place on the patched kernel.  Prints both and their ratio;
# build/figures/inplace keeps it.  OPTIONS are guest_memfd_conversions_perf_test's.
# Time is instructions, as in conversions.sh.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=selftests/figures/both.sh
. "$top/selftests/figures/both.sh"

compare inplace guest_memfd_conversions_perf_test 20-inplace \
	"CPUS=1 APPEND=kvm.gmem_in_place_conversion=1" "$@"
