#!/bin/bash
# Of the plausible mistakes in cocci/mutants, those that were caught still are.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"

rc=0
"$top/cocci/mutants.sh" >"$build/mutants" 2>&1 || rc=$?
sed 's/^/# /' "$build/mutants"
is "mutants are caught" 0 "$rc"
done_testing
