# shellcheck shell=bash
# shellcheck disable=SC2154 # top is lib.sh's
# Sourced by the tests of packages, after tap.sh.

# checkout FOLDER: a copy of this repository, with what is not committed.
checkout() {
	mkdir -p "$1"
	tar -C "$top" --exclude=./build --exclude=./.git -c . | tar -x -C "$1"
}

# next_version CHECKOUT: its packages have the version gmem99.
next_version() { sed -i '1s/gmem[0-9]*)/gmem99)/' "$1/debian/changelog"; }

# renamed STAGED RELEASE FOLDER: in FOLDER, what stage.sh made, as if it were RELEASE, and
# smaller.  The kernel and its modules still call themselves what they did: not to be
# booted.  Its config has WireGuard.
renamed() {
	local from f
	from=$(cat "$1/release")
	cp -a "$1" "$3"
	find "$3" -depth -name "*$from*" | while read -r f; do
		mv "$f" "${f%/*}/$(basename "$f" | sed "s/$from/$2/")"
	done
	ln -sfn "/usr/src/linux-headers-$2" "$3/headers/lib/modules/$2/build"
	(cd "$3/headers/usr/src/linux-headers-$2" &&
		sed -i "s/$from/$2/g" include/generated/utsrelease.h include/config/kernel.release include/config/auto.conf)
	echo CONFIG_WIREGUARD=m >>"$3/image/boot/config-$2"
	: >"$3/debug/usr/lib/debug/boot/vmlinux-$2"
	find "$3/selftests/usr/lib/linux-gmem-selftests" -type f ! -name guest_memfd_test ! -name tests -delete
	echo "$2" >"$3/release"
}

# module FOLDER NAME: a module's source, with what dkms wants to know.
module() {
	mkdir -p "$1"
	cat >"$1/$2.c" <<-END
		#include <linux/module.h>
		static int __init hello(void) { pr_info("hello\n"); return 0; }
		module_init(hello);
		MODULE_DESCRIPTION("hello");
		MODULE_LICENSE("GPL");
	END
	echo "obj-m := $2.o" >"$1/Makefile"
	printf '%s\n' "PACKAGE_NAME=$2" PACKAGE_VERSION=1 "BUILT_MODULE_NAME=$2" \
		DEST_MODULE_LOCATION=/updates/dkms AUTOINSTALL=yes >"$1/dkms.conf"
}
