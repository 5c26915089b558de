#!/bin/sh
# /lib/modules/R/make-bootable: makes the kernel R of an RPM bootable, by what the
# distribution has for that (kernel-install), or by dracut and copies in /boot.
#
# The package runs it when it is installed (%posttrans).  If something was wrong then,
# run it again, as root, when that is mended.  Status 0: R can be booted.  Any other:
# standard error says what failed and how R stands; other kernels are as they were.

# It is packaged: needs nothing of this repository, nor bash.
case $# in
0) ;;
*) sed -n -e '2,${/^#/!q;s/^# \{0,1\}//p}' "$0" >&2; [ "$1" = --help ]; exit ;;
esac
modules=$(dirname "$(readlink -f "$0")")
r=${modules##*/} new=/boot/.gmem-$$ dir='' had='' plugin_failed=''

in_boot() { cmp -s "$modules/vmlinuz" "/boot/vmlinuz-$r" && [ -s "/boot/initramfs-$r.img" ]; }
# Where kernel-install's plug-ins put kernels elsewhere, and tell the boot loader:
entries() {
	for d in /boot /boot/efi /efi; do
		ls -d "$d"/loader/entries/*-"$r".conf "$d"/loader/entries/*-"$r"+*.conf \
			"$d"/EFI/Linux/*-"$r".efi "$d"/EFI/Linux/*-"$r"+*.efi "$d/EFI/Linux/$r.efi"
	done 2>/dev/null
}

# say STATE WHAT: how it ends, if not well.
say() {
	cat >&2 <<-END
		error: $2
		error: kernel $r $1; the others are as they were.
		error: When that is mended: $modules/make-bootable
	END
	exit 1
}
# What could be booted before still can, whatever goes wrong now.
fail() {
	rm -rf "$new" ${dir:+"$dir"}
	[ -z "$had" ] || say "can be booted as before" "$1"
	! command -v kernel-install >/dev/null || kernel-install remove "$r" >/dev/null 2>&1 || :
	rm -f "/boot/vmlinuz-$r" "/boot/initramfs-$r.img" "/boot/System.map-$r" "/boot/config-$r"
	say "cannot be booted" "$1"
}
# A copy that is cut short is not taken for one.
to_boot() {
	if ! { cp "$1" "$new" && cmp "$1" "$new" && mv -f "$new" "/boot/$2"; }; then
		fail "/boot cannot be written, or is full"
	fi
}

! in_boot || had=1
depmod -a "$r" || fail "depmod failed"
if command -v kernel-install >/dev/null && ! kernel-install add "$r" "$modules/vmlinuz"; then
	# A module of dkms that does not compile, say.  What the plug-ins left is not whole.
	plugin_failed=1
	[ -n "$had" ] || kernel-install remove "$r" >/dev/null 2>&1 || :
fi
# Where no plug-in did it, or one did half of it:
if ! in_boot && { [ -n "$plugin_failed" ] || [ -e "/boot/vmlinuz-$r" ] || [ -z "$(entries)" ]; }; then
	# dracut does without them, and what it makes does not boot.
	if [ ! -e /proc/self ] || [ ! -e /sys/kernel ]; then
		fail "/proc or /sys is not mounted: dracut needs them"
	fi
	dir=$(mktemp -d /var/tmp/gmem.XXXXXX) || fail "there is no room in /var/tmp"
	dracut --quiet --force --kver "$r" "$dir/initramfs" || fail "dracut failed"
	for f in vmlinuz System.map config; do
		to_boot "$modules/$f" "$f-$r"
	done
	to_boot "$dir/initramfs" "initramfs-$r.img"
	rm -rf "$dir"
fi
[ -z "$plugin_failed" ] || {
	[ -z "$had" ] || say "can be booted as before" "kernel-install failed; its message is above"
	say "is in /boot with its initramfs, but the boot loader may not offer it" "kernel-install failed; its message is above"
}
