#!/bin/bash
# scripts/applied.sh [FOLDER]
#
# Prints the path of a bare repository (in the cache) whose HEAD is the base with
# the series of FOLDER on top: patches/, or that folder of another revision.
# Exactly: git am, no fuzz, no merging.  Hashes are the same everywhere.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/series.sh
. "$top/scripts/series.sh"

from=$(realpath "${1:-$top/patches}")
repo=$("$top/scripts/base.sh")
base=$(pgit -C "$repo" rev-parse HEAD)
dest=$cache/series/$({ echo "series $base"; series_key "$from"; } | key).git
if [ ! -e "$dest" ]; then
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	apply_series "$repo" "$base" "$from" "$tmp/series"
	# The work tree and its index have done their duty.
	pgit -C "$tmp/series" config core.bare true
	rm -f "$tmp/series/.git/index"
	publish "$tmp/series/.git" "$dest"
fi
printf '%s\n' "$dest"
