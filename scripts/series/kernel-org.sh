#!/bin/bash
# kernel-org.sh VERSION FOLDER
#
# Fetches Linux VERSION (as in BASE: 7.4.0, 7.4.1) from kernel.org to FOLDER/linux.tar.xz,
# if it is signed by a key in the file GMEM_KERNELORG_KEYRING.  GMEM_KERNELORG names
# another place than kernel.org.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

[ $# -eq 2 ] || usage
[[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || usage "$1"
# There, 7.4.0 is 7.4.
name=linux-${1%.0}.tar
from=${GMEM_KERNELORG:-https://cdn.kernel.org/pub/linux/kernel/v${1%%.*}.x}
keys=${GMEM_KERNELORG_KEYRING:-}

[ -n "$keys" ] || die "the base, Linux $1, cannot be fetched (above); give one of
  GMEM_BASE=PATH                a git tree of it, a tarball, or $(base file)
  GMEM_KERNELORG_KEYRING=FILE   keys to check $from/$name.xz with; to make such a file:
      gpg --locate-keys gregkh@kernel.org torvalds@kernel.org
      gpg --export gregkh@kernel.org torvalds@kernel.org >FILE"
[ -r "$keys" ] || die "GMEM_KERNELORG_KEYRING: cannot read $keys"
need curl gpgv xz
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
stage "fetching $name.xz" curl -fsSL --retry 2 -o "$tmp/xz" "$from/$name.xz" ||
	die "cannot fetch $from/$name.xz"
curl -fsSL --retry 2 -o "$tmp/sign" "$from/$name.sign" ||
	die "$from/$name.xz is unsigned: not taken
  expected a signature at $from/$name.sign, found none"
# What is signed is the tar file, not its compressed form.
if ! xz -dc -T0 "$tmp/xz" 2>"$tmp/log" | gpgv --keyring "$(realpath "$keys")" "$tmp/sign" - >>"$tmp/log" 2>&1; then
	sed 's/^/    /' "$tmp/log" >&2
	die "$from/$name.xz: bad signature, not taken
  expected a good one by a key of $keys, found what gpgv says above"
fi
mv "$tmp/xz" "$2/linux.tar.xz"
