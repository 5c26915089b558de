#!/bin/bash
# version.sh [FLAVOUR]: the packages' version, the one that debian/changelog
# begins with; with FLAVOUR (slim, generic), the release of that kernel, as uname -r
# gives it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

version=$(sed -n '1s/^linux-gmem (\([^)]*\)) .*/\1/p' "$top/debian/changelog")
[[ $version =~ ^"$(base version)"-gmem[0-9]+$ ]] ||
	die "debian/changelog begins with version \"$version\"; for the kernel of BASE it must be $(base version)-gmemN"
case ${1:-} in
'' | generic) printf '%s\n' "$version" ;;
slim) printf '%s-slim\n' "$version" ;;
*) die "there is no flavour $1: slim or generic" ;;
esac
