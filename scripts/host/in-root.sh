#!/bin/bash
# in-root.sh FOLDER COMMAND...
#
# Runs COMMAND in the system that is in FOLDER, with /proc, /sys and /dev as programs expect
# them: without these, dracut makes an initramfs that does not boot, and says nothing.
# Mounts and processes are COMMAND's own; when it ends, nothing stays mounted or running.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

[ $# -ge 2 ] || usage
[ -d "$1/etc" ] || die "$1 is no folder with a system in it"
[ "$(id -u)" = 0 ] || die "changing the root wants root's rights: sudo $0 ..."

# shellcheck disable=SC2016 # for the shell inside
exec unshare --mount --pid --fork --kill-child --propagation private bash -c '
	set -e
	root=$1
	shift
	mount -t proc proc "$root/proc"
	mount -t sysfs -o ro sysfs "$root/sys"
	mount --rbind /dev "$root/dev"
	exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
		DEBIAN_FRONTEND=noninteractive "$@"
' - "$@"
