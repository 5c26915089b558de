#!/bin/bash
# Builds the guest's initramfs and prints its file name.
#
#   initramfs.sh TESTS NAME...    TESTS: a folder as selftests/machine/build.sh selftests makes
#                                 it; NAME...: which of it, or of selftests/machine/guest, the
#                                 guest is to have
#
# The list of what to run is not in it (see machine.sh): one initramfs serves many runs.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

[ $# -ge 1 ] || die "usage: initramfs.sh TESTS NAME..."
need cpio busybox
tests=$1
shift

file_of() {
	if [ -e "$top/selftests/machine/guest/$1" ]; then
		echo "$top/selftests/machine/guest/$1"
	else
		echo "$tests/$1"
	fi
}

busybox=$(command -v busybox)
! readelf -l "$busybox" | grep -q 'INTERP' ||
	die "$busybox is not static: install the package busybox-static"

key=$({
	sha256sum <"$top/selftests/machine/init"
	sha256sum <"$busybox"
	sha256sum <"$0"
	for name; do
		echo "$name"
		sha256sum <"$(file_of "$name")"
	done
} | key)
out=$cache/initramfs/$key.cpio
if [ ! -e "$out" ]; then
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	mkdir -p "$tmp/root/bin" "$tmp/root/gmem" "$tmp/root/tests"
	cp "$busybox" "$tmp/root/bin/busybox"
	cp "$top/selftests/machine/init" "$tmp/root/init"
	for name; do
		install -D "$(file_of "$name")" "$tmp/root/tests/$name"
	done
	# Not compressed: unpacking is emulated, and costs more than loading.
	(cd "$tmp/root" && find . -mindepth 1 | LC_ALL=C sort |
		cpio --quiet -o -H newc -R 0:0 --reproducible) >"$tmp/cpio"
	publish "$tmp/cpio" "$out"
fi
echo "$out"
