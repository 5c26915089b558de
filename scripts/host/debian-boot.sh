#!/bin/bash
# Prints a folder, in the cache, with what starts a Debian under Secure Boot, as Debian signed
# it: shimx64.efi, mmx64.efi (shim's MokManager), grubx64.efi, vmlinuz; and modules.cpio, those of
# its modules that the test machine wants.  For tests of what a machine does on which all this is
# installed: here it is only unpacked, so that no boot loader of this machine's is touched.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

no_arguments "$@"
out=$cache/debian-boot/$(key <"$0")
if [ ! -e "$out" ]; then
	once debian-boot
fi
if [ ! -e "$out" ]; then
	need apt-get dpkg-deb depmod modprobe cpio
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	mkdir "$tmp/debs" "$tmp/root" "$tmp/out"
	# The archive's newest, by apt, which verifies them.
	image=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9]\)/\1/p' | head -n 1)
	fetch() { (cd "$tmp/debs" && apt-get -q download -o APT::Sandbox::User=root shim-signed shim-helpers-amd64-signed grub-efi-amd64-signed "$1"); }
	[ -z "$image" ] || stage "fetch Debian's shim, GRUB and kernel" fetch "$image" || image=
	[ -n "$image" ] ||
		die "apt cannot fetch Debian's shim, GRUB and kernel: are its lists of today (apt-get update)?"
	for deb in "$tmp"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$tmp/root"
	done
	cd "$tmp/root"
	for f in usr/lib/shim/{shim,mm}x64.efi.signed usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed; do
		cp "$f" "$tmp/out/$(basename "$f" .signed)"
	done
	cp boot/vmlinuz-* "$tmp/out/vmlinuz"
	release=$(basename lib/modules/*)
	depmod -b "$PWD" "$release"
	# Each with what it needs.
	mapfile -t modules < <(for m in virtio_pci virtio_console efivarfs; do
		modprobe -d "$PWD" -S "$release" --show-depends $m
	done | sed -n "s|^insmod $PWD/\([^ ]*\).*|\1|p" | sort -u)
	mkdir "$tmp/modules"
	cp --parents "${modules[@]}" "lib/modules/$release"/modules.{builtin,builtin.modinfo,order} "$tmp/modules/"
	depmod -b "$tmp/modules" "$release"
	(cd "$tmp/modules" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$tmp/out/modules.cpio"
	publish "$tmp/out" "$out"
	rm -rf "$tmp"
fi
touch -c "$out"
echo "$out"
