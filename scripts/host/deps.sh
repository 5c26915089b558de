#!/bin/bash
# deps.sh [LIST]...: installs what is missing of the lists in scripts/host/needs (build if
# none is named): all of it at once, and says first what, and for what.
#
#   GMEM_INSTALL=0   installs nothing: prints what is missing, and fails if something is
#
# Debian and what is made of it: with apt, as root or by sudo.  Other distributions:
# prints the names of Fedora's packages.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

needs=$top/scripts/host/needs
[ $# -gt 0 ] || set -- build
for list; do
	[[ -f $needs/$list && $list != */* ]] ||
		die "there is no list of packages \"$list\": there are $(cd "$needs" && printf '%s ' *)"
done

# missing COLUMN LIST...: that column of the lists (2 Debian, 3 Fedora) for what is not there.
missing() {
	local column=$1 names proof
	shift
	for list; do
		while read -r -a names; do
			proof=${names[0]}
			case $proof in
			/*) [ ! -e "$proof" ] || continue ;;
			# The PATH of who is not root may be without these two.
			*) ! PATH=$PATH:/usr/sbin:/sbin command -v "$proof" >/dev/null || continue ;;
			esac
			echo "${names[column - 1]}"
		done < <(sed -e '/^#/d' -e '/^$/d' "$needs/$list")
	done | sort -u | paste -sd ' '
}

# what_for COLUMN LIST...: the same, a line for each list.
what_for() {
	local column=$1 names
	shift
	for list; do
		names=$(missing "$column" "$list")
		[ -z "$names" ] || printf '  %-12s%s\n' "$list:" "$names"
	done
}

# apt_get ARGUMENT...: apt-get, which waits until nobody else uses apt.  By itself it waits for
# dpkg's lock only; a new machine's first update holds the others.
apt_get() {
	local limit=$((SECONDS + ${GMEM_APT_WAIT:-1800})) err=$tmp/err
	while ! $sudo env LC_ALL=C DEBIAN_FRONTEND=noninteractive \
		apt-get -q -o "DPkg::Lock::Timeout=${GMEM_APT_WAIT:-1800}" "$@" 2>"$err"; do
		cat "$err" >&2
		grep -q 'Could not get lock' "$err" && [ $SECONDS -lt $limit ] || return 1
		echo "waiting: another program uses apt"
		sleep 2
	done
	cat "$err" >&2
}

install_packages() (
	# What a package starts, a daemon say, keeps none of our locks.
	for fd in /proc/"$BASHPID"/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || exec {fd}>&-
	done
	# A list that one source does not have today need not matter.
	apt_get update || echo "apt-get update failed (above); trying with the lists of before"
	# shellcheck disable=SC2086 # a list of words
	apt_get -y --no-install-recommends install $packages
)

os() { sed -n "s/^$1=//p" "${GMEM_OS_RELEASE:-/etc/os-release}" 2>/dev/null | tr -d '"'; }

[ "$(uname -m)" = x86_64 ] || die "this machine is $(uname -m): the kernel, the tests and QEMU are built for x86_64 only"
column=3
case " $(os ID) $(os ID_LIKE) " in *" debian "*) column=2 ;; esac
packages=$(missing $column "$@")
[ -n "$packages" ] || exit 0
for_what=$(what_for $column "$@")

if [ $column = 3 ]; then
	die "this is $(os PRETTY_NAME), and only Debian's apt is used to install packages.
Install these by hand (the names are Fedora's), then try again:
$for_what"
fi
if [ "${GMEM_INSTALL:-1}" = 0 ]; then
	die "these packages are missing, and GMEM_INSTALL=0 says not to install them:
$for_what
To install them: apt-get install --no-install-recommends $packages"
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null ||
		die "these packages are missing, and there is neither root nor sudo to install them:
$for_what"
	sudo=sudo
fi
note "these packages are missing; apt installs them now (GMEM_INSTALL=0: only lists them)
$for_what"
# A password is asked for here: what stage runs cannot read from the terminal.
[ -z "$sudo" ] || sudo -n true 2>/dev/null || sudo -v || die "sudo does not let you install packages"
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
stage "install packages" with_lock apt install_packages
packages=$(missing $column "$@")
[ -z "$packages" ] || die "apt succeeded, but these are still not there: $packages"
