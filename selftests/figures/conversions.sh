#!/bin/bash
# conversions.sh [OPTIONS]: measures what it costs to have memory converted, on the base
# and on the patched kernel at the same time, and prints base, patched and their
# ratio.  build/figures/psc keeps it.  OPTIONS are page_state_change_perf_test's.
# Time is instructions there, so that it can be compared on a busy host: 1 us is 1,000 of
# them, be they the guest's, KVM's or the test's; what an exit costs hardware is not in it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=selftests/figures/both.sh
. "$top/selftests/figures/both.sh"

compare psc page_state_change_perf_test 50-psc "" "$@"
