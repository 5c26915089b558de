#!/bin/bash
# The cache: what is published stands, what nobody used for a month goes.

GMEM_CACHE=$(mktemp -d)
export GMEM_CACHE
trap 'rm -rf "$GMEM_CACHE"' EXIT
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"

# entry NAME [AGE]: a folder in the cache, AGE days old.
entry() {
	mkdir -p "$cache/$1"
	echo "$1" >"$cache/$1/what"
	touch -d "${2:-0} days ago" "$cache/$1"
}
made() {
	local tmp
	tmp=$(scratch)
	echo "$1" >"$tmp/what"
	publish "$tmp" "$cache/$2"
}

made first kernels/a
is "published" first "$(cat "$cache/kernels/a/what")"
made second kernels/a
is "the first one stands" first "$(cat "$cache/kernels/a/what")"
is "... and nothing is left of the second" "" "$(ls "$cache/unverified")"

entry kernels/old 40
entry kernels/young 20
entry series/old 40
entry dl/old 40
made b kernels/b
is "of two, the one not used for a month goes" "a b young" "$(echo "$cache"/kernels/* | sed "s|$cache/kernels/||g")"
ok "elsewhere, nothing goes" test -e "$cache/series/old"
made c dl/c
ok "what was downloaded stays" test -e "$cache/dl/old"
config=dl/$(base config_sha256).config
entry "$config" 40
is "Debian's config: what is there is used" "$cache/$config" "$("$top/scripts/package/distro-config.sh")"
ok "... and counts as used" test -n "$(find "$cache/$config" -maxdepth 0 -mtime -1)"
done_testing
