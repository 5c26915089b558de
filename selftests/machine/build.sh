#!/bin/bash
# build.sh kernel FLAVOUR WHICH | build.sh selftests WHICH
#
# Builds what the test machine runs, and prints the folder with the result:
#
#   kernel      bzImage, config, System.map, release, and modules.cpio: the kernel
#               that packages are made of (scripts/package/staged.sh), its modules as
#               installed, and those of selftests/rmp, built with its headers
#   selftests   KVM's selftests, and a file "tests" with the names of upstream's
#
# WHICH is base, the commit that BASE names; patched, HEAD of build/linux; or a topic
# (10-attributes), the last commit of it there.  Results are kept in the cache under
# the hash of all that went in.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

build_kernel() {
	local release headers modules
	release=$(cat "$staged/release")
	headers=$staged/headers/usr/src/linux-headers-$release
	tmp=$(scratch)
	modules=$tmp/root/lib/modules/$release
	mkdir -p "$tmp/root/lib/modules" "$tmp/out"
	cp -a "$staged/image/lib/modules/$release" "$modules"
	make -s -C "$headers" M="$top/selftests/rmp" MO="$tmp/rmp" "CC=$cc" modules
	mkdir "$modules/updates"
	strip -g -o "$modules/updates/rmp_test.ko" "$tmp/rmp/rmp_test.ko"
	strip -g -o "$modules/updates/machine_test.ko" "$tmp/rmp/machine_test.ko"
	/sbin/depmod -b "$tmp/root" "$release"
	(cd "$tmp/root" && find . -mindepth 1 | sort | cpio --quiet -o -H newc -R 0:0 --reproducible) >"$tmp/out/modules.cpio"
	cp "$staged/image/boot/vmlinuz-$release" "$tmp/out/bzImage"
	cp "$staged/image/boot/System.map-$release" "$tmp/out/System.map"
	cp "$staged/image/boot/config-$release" "$tmp/out/config"
	cp "$staged/release" "$tmp/out/"
	publish "$tmp/out" "$out"
	rm -rf "$tmp"
}

# Of a tree that no package is made of.
if [ "${1:-}" = --locked ]; then
	commit=$2 out=$3
	! in_cache "$out" || exit 0
	checkout_src "$linux" "$commit"
	cd "$cache/src"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	kselftests "$cache/src/obj-kselftests" "$tmp/out"
	publish "$tmp/out" "$out"
	exit 0
fi

case ${1:-}:$# in
kernel:3)
	need cpio
	staged=$("$top/scripts/package/staged.sh" "$2" "$3")
	key=$({ echo "kernel ${staged##*/}"; cat "$0" "$top"/selftests/rmp/{Kbuild,*_test.c} "$top/selftests/emulator/snp-test.h"; } | key)
	out=$cache/kernels/$key
	in_cache "$out" || stage "build test modules: $2, $3" build_kernel
	;;
selftests:2)
	resolve "$2"
	if [ -z "$bare" ]; then
		out=$("$top/scripts/package/staged.sh" slim)/selftests/usr/lib/linux-gmem-selftests
	else
		out=$cache/kselftests/$({ echo "selftests $tree"; toolchain; cat "$0" "$top/scripts/lib/kbuild.sh"; } | key)
		in_cache "$out" || stage "build selftests: $2" with_lock src "$0" --locked "$commit" "$out"
	fi
	;;
*) usage ;;
esac
echo "$out"
