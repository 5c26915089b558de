#!/bin/bash
# version.sh [FLAVOUR]: the packages' version, the one that debian/changelog begins
# with; with FLAVOUR, the release of that kernel, as uname -r gives it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

[ $# -le 1 ] || usage "$2"
version=$(sed -n '1s/^linux-gmem (\([^)]*\)) .*/\1/p' "$top/debian/changelog")
[[ $version =~ ^"$(base version)"-gmem[0-9]+$ ]] ||
	die "debian/changelog begins with version \"$version\"; for the kernel of BASE it must be $(base version)-gmemN"
[ $# -gt 0 ] || { printf '%s\n' "$version"; exit 0; }
flavour=$(awk -v name="$1" '!/^#/ && $1 == name && $2 != "compiled" { print $3 }' "$top/scripts/package/flavours")
[ -n "$flavour" ] || die "there is no flavour $1; scripts/package/flavours has: $(awk '!/^#/ && $2 != "compiled" { print $1 }' "$top/scripts/package/flavours" | paste -sd' ')"
printf '%s%s\n' "$version" "${flavour%-}"
