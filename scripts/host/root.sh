#!/bin/bash
# root.sh [-i dracut|initramfs-tools] [-r REPOSITORY] FOLDER [PACKAGE...]
#
# Puts a fresh Debian 12 into FOLDER, which must not exist yet, with what a kernel's package
# and the build of a module need; -i says what makes the initramfs (dracut).  Then installs
# PACKAGEs from REPOSITORY, a folder that repo.sh made (build/repo/apt).  The fresh
# system is kept in the cache.  Needs root's rights.  in-root.sh runs programs in it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

tool=dracut repo=$build/repo/apt
while getopts i:r: opt; do
	case $opt in
	i) tool=$OPTARG ;;
	r) repo=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || usage
root=$(realpath -m "$1")
shift
[[ $tool = dracut || $tool = initramfs-tools ]] || die "-i $tool: dracut or initramfs-tools"
[ ! -e "$root" ] || die "$root is there already: remove it, or name another folder"
[ "$(id -u)" = 0 ] || die "a Debian root is made by root only: sudo $0 ..."
[ $# -eq 0 ] || [ -e "$repo/InRelease" ] || die "$repo is no repository: GMEM_REPO_KEY=KEY make repo makes build/repo/apt"
need mmdebstrap

# zstd: what packs the initramfs.  gcc, make, dkms: modules are built in it.
include=kmod,linux-base,udev,systemd-sysv,zstd,ca-certificates,gcc,make,libc6-dev,libelf1,libssl3,dkms,$tool
tarball=$cache/roots/$(printf '%s\n' "bookworm $include" | key).tar

make_tarball() (
	sources=()
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	# The machine's own sources of Debian 12, whatever they are.
	for source in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
		! grep -qs bookworm "$source" || sources+=("$source")
	done
	[ ${#sources[@]} -gt 0 ] || die "no apt source of this machine has Debian 12 (bookworm)"
	# Without the files that nobody in a test reads.
	mmdebstrap --quiet --variant=minbase --include="$include" \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' bookworm "$tmp/root.tar" "${sources[@]}"
	publish "$tmp/root.tar" "$tarball"
)

[ -e "$tarball" ] || stage "Debian 12 with $tool" make_tarball
touch -c "$tarball"
# A system that is only half there is of no use.
done=
trap '[ -n "$done" ] || rm -rf --one-file-system "$root"' EXIT
mkdir -p "$root"
tar -C "$root" -xf "$tarball" --numeric-owner
if [ $# -eq 0 ]; then
	done=1
	exit 0
fi

cp -r "$repo" "$root/srv/linux-gmem"
install -D -m 644 "$repo/linux-gmem.asc" "$root/etc/apt/keyrings/linux-gmem.asc"
# Only that: all that it depends on is there.
rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
echo "deb [signed-by=/etc/apt/keyrings/linux-gmem.asc] file:/srv/linux-gmem ./" \
	>"$root/etc/apt/sources.list.d/linux-gmem.list"
"$top/scripts/host/in-root.sh" "$root" apt-get -q update
"$top/scripts/host/in-root.sh" "$root" apt-get -q -y --no-install-recommends install "$@"
done=1
