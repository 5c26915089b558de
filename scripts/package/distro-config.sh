#!/bin/bash
# Prints the name of a file with the config that Debian builds this kernel with: of the
# package that belongs to BASE's (config_file).  GMEM_CONFIG=FILE names another one.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

if [ -n "${GMEM_CONFIG:-}" ]; then
	[ -r "$GMEM_CONFIG" ] || die "GMEM_CONFIG: cannot read $GMEM_CONFIG"
	realpath "$GMEM_CONFIG"
	exit
fi
sha=$(base config_sha256)
config=$cache/dl/$sha.config
if [ ! -e "$config" ]; then
	need ar xz
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	package=$(base config_package)
	"$top/scripts/host/apt.sh" "$(base suite)" "$package=$(base package_version)" "$tmp" >/dev/null ||
		die "Debian's config is not to be had: GMEM_CONFIG=FILE names one, say /boot/config-... of a Debian kernel $(base version)"
	found=$(sha256sum "$tmp"/*.deb | cut -c1-64)
	[ "$found" = "$sha" ] || die "$package of $(base suite) is not the file that BASE names
  expected sha256 $sha
  found    sha256 $found"
	dpkg-deb --fsys-tarfile "$tmp"/*.deb | tar -x -O "./$(base config_path)" | xz -dc >"$tmp/config"
	[ -s "$tmp/config" ] || die "$package has no $(base config_path)"
	publish "$tmp/config" "$config"
fi
printf '%s\n' "$config"
