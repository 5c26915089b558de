#!/bin/bash
# deps.sh [LIST]: installs what the other scripts need and is not there
# (scripts/host/needs/build, or needs/LIST, for what not everybody needs), on
# Debian with apt; elsewhere names it and stops.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

packages=$top/scripts/host/needs/${1:-build}

# Prints column $1 of the list for everything that is missing.
missing() {
	local proof debian fedora
	while read -r proof debian fedora; do
		case $proof in
		/*) [ ! -e "$proof" ] || continue ;;
		*) ! command -v "$proof" >/dev/null || continue ;;
		esac
		case $1 in
		debian) echo "$debian" ;;
		fedora) echo "$fedora" ;;
		esac
	done < <(sed -e '/^#/d' -e '/^$/d' "$packages") | sort -u | tr '\n' ' '
}

os() { sed -n "s/^$1=//p" "${GMEM_OS_RELEASE:-/etc/os-release}" 2>/dev/null | tr -d '"'; }

[ "$(uname -m)" = x86_64 ] || die "this machine is $(uname -m): the kernel, the tests and QEMU are built for x86_64 only"

case " $(os ID) $(os ID_LIKE) " in
*" debian "*)
	list=$(missing debian)
	[ -n "$list" ] || exit 0
	sudo=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null ||
			die "these packages are missing, and there is neither root nor sudo to install them: $list"
		sudo=sudo
	fi
	note "installing with apt: $list"
	install_packages() {
		# shellcheck disable=SC2086 # a list of words
		$sudo apt-get -q update &&
			$sudo env DEBIAN_FRONTEND=noninteractive \
				apt-get -q -y --no-install-recommends install $list
	}
	stage "install packages" with_lock apt install_packages
	list=$(missing debian)
	[ -z "$list" ] || die "apt succeeded, but these are still not there: $list"
	;;
*)
	list=$(missing fedora)
	[ -n "$list" ] || exit 0
	die "this is $(os PRETTY_NAME), and only Debian's apt is used to install packages.
Install these (Fedora's names) by hand, then try again:
    $list"
	;;
esac
