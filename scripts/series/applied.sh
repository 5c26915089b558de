#!/bin/bash
# scripts/series/applied.sh [FOLDER]
#
# Prints the path of a bare repository (in the cache) whose HEAD is the base with
# the series of FOLDER on top: patches/, or that folder of another revision.
# Exactly: git am, no fuzz, no merging.  Hashes are the same everywhere.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

apply_cached "$("$top/scripts/series/base.sh")" "$(realpath "${1:-$top/patches}")"
