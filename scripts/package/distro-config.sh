#!/bin/bash
# distro-config.sh: prints the name of a file with the config that Debian builds this kernel with: of the
# package that belongs to BASE's (config_file).  GMEM_CONFIG=FILE names another one.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

no_arguments "$@"
if [ -n "${GMEM_CONFIG:-}" ]; then
	[ -r "$GMEM_CONFIG" ] || die "GMEM_CONFIG: cannot read $GMEM_CONFIG"
	realpath "$GMEM_CONFIG"
	exit
fi
sha=$(base config_sha256)
config=$cache/dl/$sha.config
if ! in_cache "$config"; then
	need dpkg-deb xz
	package=$("$top/scripts/host/fetch.sh" linux-config) ||
		die "there is no config of Debian's (above): GMEM_CONFIG=FILE names one, say /boot/config-... of a Debian kernel $(base version)"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	dpkg-deb --fsys-tarfile "$package" | tar -x -O "./$(base config_path)" | xz -dc >"$tmp/config"
	[ -s "$tmp/config" ] || die "$(base config_file) has no $(base config_path)"
	publish "$tmp/config" "$config"
fi
printf '%s\n' "$config"
