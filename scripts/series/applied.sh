#!/bin/bash
# applied.sh [linux|emulator] [FOLDER]
#
# Prints the path of a bare repository (in the cache) whose HEAD is the base with the
# patches of FOLDER on top: those of the series, or of another revision of it.  Exactly:
# git am, no fuzz, no merging.  Hashes are the same everywhere.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

which_series "${1:-}" && shift
[[ $# -eq 0 || $1 != -* ]] || usage "$1"
[ $# -le 1 ] || usage "$2"
from=$(realpath -e -- "${1:-$patches}" 2>/dev/null) || die "there is no series called $1, and no folder"

# apply DEST: makes the clone DEST of the base with the patches on top.  Of its work tree
# only the folders that the patches touch exist.
apply() (
	dest=$1
	mapfile -t list < <(series_of "$from")
	for p in "${list[@]}"; do
		[ -r "$from/$p" ] || die "$called/series lists $p, but there is no such file"
	done
	pgit clone -q --shared --no-checkout "$repo" "$dest"
	cd "$dest" || exit
	pgit config core.sparseCheckout true
	# Only a cone of whole folders is quick to match 96,000 files with.
	pgit config core.sparseCheckoutCone true
	for p in "${list[@]}"; do
		sed -n 's|^diff --git a/.* b/\(.*\)/[^/]*$|\1|p' "$from/$p"
	done | sort -u | pgit sparse-checkout set --stdin
	pgit checkout -q -B gmem "$base"
	if [ ${#list[@]} -gt 0 ] && ! am "${list[@]/#/$from/}" >"$dest/.git/am.log" 2>&1; then
		n=$(cat .git/rebase-apply/next 2>/dev/null || echo 1)
		sed 's/^/    /' "$dest/.git/am.log" >&2
		die "$called/${list[n - 1]} does not apply to the base, $base
  If $called/ was edited by hand: undo that (git checkout $called), change $place and run '$make_export'.$another"
	fi
)

another=
[ "$series" != linux ] || another="
  If the base is another one than the series is for: make rebase ONTO=PATH"
repo=$("$top/scripts/series/base.sh" "$series")
base=$(pgit -C "$repo" rev-parse HEAD)
out=$cache/series/$({ echo "series $base"; series_key "$from"; } | key).git
if ! in_cache "$out"; then
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	apply "$tmp/series"
	# The work tree and its index have done their duty.
	pgit -C "$tmp/series" config core.bare true
	rm -f "$tmp/series/.git/index"
	publish "$tmp/series/.git" "$out"
fi
printf '%s\n' "$out"
