#!/bin/bash
# initramfs.sh TESTS NAME...
#
# Builds the guest's initramfs and prints its file name.  TESTS is a folder that
# build.sh selftests made; NAME... are the programs of it, or of guest/, that come
# along, with the shared libraries that they need.
#
# The list of what to run is not in it (see machine.sh): it serves many runs.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/libs.sh
. "$top/scripts/lib/libs.sh"

[ $# -ge 1 ] || usage
need cpio busybox readelf ldd
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

# Scripts have none.
mapfile -t libs < <(for name; do
	[ "$(head -c 4 "$(file_of "$name")" | tail -c 3)" != ELF ] || shared_libraries "$(file_of "$name")"
done | sort -u)

key=$({
	[ ${#libs[@]} -eq 0 ] || sha256sum "${libs[@]}"
	sha256sum <"$top/selftests/machine/init"
	sha256sum <"$busybox"
	sha256sum <"$0"
	for name; do
		echo "$name"
		sha256sum <"$(file_of "$name")"
	done
} | key)
out=$cache/initramfs/$key.cpio
if ! in_cache "$out"; then
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	mkdir -p "$tmp/root/bin" "$tmp/root/gmem" "$tmp/root/tests"
	cp "$busybox" "$tmp/root/bin/busybox"
	cp "$top/selftests/machine/init" "$tmp/root/init"
	for name; do
		install -D "$(file_of "$name")" "$tmp/root/tests/$name"
	done
	for lib in "${libs[@]}"; do
		install -D "$lib" "$tmp/root$lib"
	done
	# Not compressed: unpacking is emulated, and costs more than loading.
	(cd "$tmp/root" && find . -mindepth 1 | LC_ALL=C sort |
		cpio --quiet -o -H newc -R 0:0 --reproducible) >"$tmp/cpio"
	publish "$tmp/cpio" "$out"
fi
echo "$out"
