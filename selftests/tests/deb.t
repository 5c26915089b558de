#!/bin/bash
# The Debian packages (slim), in fresh Debian roots: installed by apt from a signed repository,
# with either maker of an initramfs; booted with Secure Boot on, and a module that was built there
# loaded; upgraded, and the second build booted; removed, purged; and what can go wrong on the way.

# shellcheck disable=SC2016,SC2317 # for shells inside of the root; called through ok
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}
[ "$(id -u)" = 0 ] || skip_all "Debian roots are made by root only"
"$top/scripts/host/deps.sh" deb >&2

cache=${GMEM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/linux-gmem}
w=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/gmem-deb.XXXXXXXX")
trap 'gpgconf --kill all; rm -rf "$w"' EXIT
export GNUPGHOME=$w/gpg GMEM_CACHE=$cache
unset GMEM_SB_KEY GMEM_SB_CERT GMEM_SB_SIGNATURE GMEM_REPO_KEY GMEM_REPO_PASS_FILE FLAVOUR CONFIG_ONLY

# run COMMAND...: its exit status in $rc, what it says in $out.
run() {
	rc=0
	out=$("$@" 2>&1 </dev/null) || rc=$?
}
works() {
	local name=$1
	shift
	run "$@"
	[ "$rc" = 0 ] || tail -n 25 <<<"$out" | sed 's/^/# /'
	ok "$name" [ "$rc" = 0 ]
}
# refused NAME PATTERN COMMAND...
refused() {
	local name=$1 pattern=$2
	shift 2
	run "$@"
	out=$(tr "\n" " " <<<"$out")
	if [ "$rc" = 0 ]; then
		is "$name" "an error" "none; it said: $(tail -c 300 <<<"$out")"
	else
		like "$name" "$pattern" "$out"
	fi
}

# --- two versions of the packages, from copies of what packages are made of ---------------

R1=$("$top/scripts/package/version.sh" slim)
R2=${R1/gmem[0-9]*-/gmem99-}
staged=${GMEM_STAGED:-$("$top/scripts/package/staged.sh" slim)}
copy() {
	mkdir -p "$1"
	cp -a "$top"/{BASE,config,debian,patches,scripts,selftests} "$1/"
	rm -f "$1/debian/"*.log
}
copy "$w/1"
copy "$w/2"
sed -i "1s/(.*)/(${R2%-slim})/" "$w/2/debian/changelog"
# A build of its own, of the same tree: uname and the modules say the other release.
mkdir "$w/2/build"
ln -s "$top/build/linux" "$w/2/build/linux"
staged2=$("$w/2/scripts/package/staged.sh" slim)

refused "another kernel's objects are not packed" "has $R1, not $R2" env GMEM_STAGED="$staged" "$w/2/scripts/package/deb.sh"
works "make deb" env GMEM_STAGED="$staged" "$w/1/scripts/package/deb.sh"
like "... says that the kernel is not signed" "the kernel is unsigned" "$out"
is "... has six packages" "linux-gmem-enrol linux-gmem-selftests linux-gmem-slim linux-headers-$R1 linux-image-$R1 linux-image-$R1-dbg" \
	"$(cd "$w/1/build/packages" && for p in *.deb; do echo "${p%%_*}"; done | LC_ALL=C sort | paste -sd' ')"
mapfile -t sbkey < <("$top/selftests/machine/secureboot.sh" --key)
works "... and a second version, signed" env GMEM_STAGED="$staged2" "${sbkey[@]}" "$w/2/scripts/package/deb.sh"
# It reads for a while: judged at the end.  Who releases puts an address of their own into
# debian/control.in and the changelog.
lintian --allow-root --fail-on error,warning --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog \
	--tag-display-limit 0 "$w"/1/build/packages/*.changes >"$w/lintian" 2>&1 &
lintian=$!
# debian/control of the flavour that is too large to be packed here.
control() {
	echo generic >"$w/1/debian/flavour"
	(cd "$w/1" && debian/rules debian/control && cat debian/control)
	rm "$w/1/debian/flavour" "$w/1/debian/control"
}
works "generic: debian/control" control
like "... says what it is" "It is configured as Debian's own kernels are" "$out"
refused "a flavour that does not exist" "there is no flavour huge" env FLAVOUR=huge "$w/1/scripts/package/deb.sh"

# --- the repository ----------------------------------------------------------------------

mkdir -m 700 "$GNUPGHOME"
gpg --batch -q --passphrase secret --pinentry-mode loopback --quick-generate-key "gmem test <test@localhost>" rsa3072 sign never
echo secret >"$w/pass"
echo wrong >"$w/wrong"
refused "a repository without a key" "GMEM_REPO_KEY does not say by whom" "$w/1/scripts/package/repo.sh"
refused "... with a key that is not there" "gpg has no secret key nobody@localhost" \
	env GMEM_REPO_KEY=nobody@localhost "$w/1/scripts/package/repo.sh"
refused "... with the wrong passphrase" "wrong passphrase" \
	env GMEM_REPO_KEY=test@localhost GMEM_REPO_PASS_FILE="$w/wrong" "$w/1/scripts/package/repo.sh"
ok "... and nothing of it is left" [ -z "$(ls -d "$w"/1/build/repo* 2>/dev/null)" ]
repository() { GMEM_REPO_KEY=test@localhost GMEM_REPO_PASS_FILE=$w/pass "$w/1/scripts/package/repo.sh"; }
works "make repo" repository

# --- what a kernel is made of ------------------------------------------------------------

stage_kernel() { "$w/1/scripts/package/stage.sh" -c "$1" "$2" "$w/obj" "$w/none"; }
works "generic: Debian's config, and all that config/ wants" stage_kernel generic "$top/build/linux"
echo CONFIG_GMEM_NOT_THERE=y >>"$w/1/config/generic.config"
refused "... what kconfig cannot keep is named" "CONFIG_GMEM_NOT_THERE=y .is: absent." stage_kernel generic "$top/build/linux"
rm -rf "$w/obj"
mkdir "$w/bare"
cp "$top/build/linux/Makefile" "$w/bare/"
refused "a kernel without the series" "does not have the series" stage_kernel slim "$w/bare"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 99/' "$w/bare/Makefile"
refused "another kernel" "is Linux [0-9.]*99, not" stage_kernel slim "$w/bare"
refused "no kernel at all" "is no kernel tree" stage_kernel slim "$w/gpg"
refused "a folder that is there already" "is there already" "$w/1/scripts/package/stage.sh" slim "$top/build/linux" "$w/obj" "$w/bare"
refused "objects that are not in the source's folder" "does not lie directly in" "$w/1/scripts/package/stage.sh" slim "$top/build/linux" "$w/obj" "$w/none"

# --- in a Debian with dracut -------------------------------------------------------------

root=$w/root
in_root() { "$top/scripts/host/in-root.sh" "$root" "$@"; }
sh_root() { in_root sh -ec "$1"; }
apt() { in_root apt-get -q -y --no-install-recommends "$@"; }
# Every name in the root, without what apt and dpkg keep for themselves, and what is left of a dpkg
# (tmp.ci) and a dracut that were killed.
files() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./srv \
		-o -path ./var/log -o -path ./var/cache -o -path ./var/lib/apt -o -path ./var/lib/dpkg/tmp.ci \
		-o -path './var/tmp/dracut.*' -o -name '*-old' \) -prune -o -print | LC_ALL=C sort)
}
# unchanged NAME: the same files as in $w/files.
unchanged() {
	files >"$w/now"
	is "$1" "" "$(diff "$w/files" "$w/now" | head -n 20)"
}
# Only the image: apt would upgrade what is of the same source, too.
image2() { apt -o APT::Get::Upgrade-By-Source-Package=false install "linux-image-$R2"; }
links() { (cd "$root" && for l in vmlinuz vmlinuz.old initrd.img initrd.img.old; do [ ! -L $l ] || echo "$l=$(readlink $l | sed 's|boot/||')"; done | paste -sd' '); }
# boot SCRIPT [OPTION...]: the root as a machine with Secure Boot, in it SCRIPT: its status in $rc, what it
# says in $out.
boot() {
	local script=$1
	shift
	echo "$script" >"$w/boot.sh"
	rc=0
	out=$("$top/selftests/machine/secureboot.sh" "$@" "$root" "$w/boot.sh" 2>"$w/boot.err") || rc=$?
	sed 's/^/# /' "$w/boot.err"
}
dpkg_status() { in_root dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | tr -d ' '; }
whole() { in_root "$1" "/boot/initrd.img-$2" 2>/dev/null | grep "lib/modules/$2/kernel/.*/virtio_blk.ko" >/dev/null; }

# As root.sh installs packages, but with the list of files from before.
works "a fresh Debian" "$top/scripts/host/root.sh" "$root"
prepare() {
	install -D -m 644 "$w/1/build/repo/apt/linux-gmem.asc" "$root/etc/apt/keyrings/linux-gmem.asc"
	rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
	echo "deb [signed-by=/etc/apt/keyrings/linux-gmem.asc] file:/srv/linux-gmem ./" >"$root/etc/apt/sources.list.d/linux-gmem.list"
	publish_to_root
}
publish_to_root() {
	rm -rf "$root/srv/linux-gmem"
	cp -r "$w/1/build/repo/apt" "$root/srv/linux-gmem"
}
prepare
works "apt takes the repository" apt update
files >"$w/files0"
works "apt installs image, headers, selftests, symbols" apt install linux-gmem-slim linux-gmem-selftests "linux-image-$R1-dbg"
ok "dracut made an initramfs with what a disk needs" whole lsinitrd "$R1"
is "the links name the kernel" "vmlinuz=vmlinuz-$R1 vmlinuz.old=vmlinuz-$R1 initrd.img=initrd.img-$R1 initrd.img.old=initrd.img-$R1" "$(links)"
is "the files of the kernel" "System.map-$R1 config-$R1 initrd.img-$R1 vmlinuz-$R1" "$(cd "$root/boot" && echo *)"
ok "... its modules" [ -e "$root/lib/modules/$R1/modules.dep" ]
like "the selftests are listed" 'x86/memory_attributes_test' "$(in_root linux-gmem-selftests -l)"
refused "... and refuse to run without KVM" "there is no /dev/kvm" sh_root 'mount -t tmpfs tmpfs /dev; linux-gmem-selftests'
refused "... and one that does not exist" "there is no test nothing_test" in_root linux-gmem-selftests nothing_test

mkdir "$root/root/hello"
cat >"$root/root/hello/hello.c" <<'EOF'
#include <linux/module.h>
static int __init hello(void) { pr_info("hello\n"); return 0; }
module_init(hello);
MODULE_DESCRIPTION("hello");
MODULE_LICENSE("GPL");
EOF
echo 'obj-m := hello.o' >"$root/root/hello/Makefile"
works "a module builds with the headers" in_root make -C "/lib/modules/$R1/build" M=/root/hello modules
like "... for this kernel" "^$R1 " "$(in_root modinfo -F vermagic /root/hello/hello.ko 2>&1)"

# It boots, by systemd-boot and the initramfs that was made; as packed, the kernel is not signed.
boot 'uname -r'
is "booted with Secure Boot on: refused" 125 "$rc"
like "... by the firmware, as it is unsigned" "the firmware refused it" "$(cat "$w/boot.err")"
env "${sbkey[@]}" "$top/scripts/package/sign.sh" "$root/boot/vmlinuz-$R1" "$root/boot/vmlinuz-$R1" 2>/dev/null
openssl pkey -in /usr/share/ovmf/PkKek-1-snakeoil.key -passin pass:snakeoil -out "$root/root/hello/db.key"
cp /usr/share/ovmf/PkKek-1-snakeoil.pem "$root/root/hello/db.pem"
works "the headers' sign-file signs the module" in_root sh -ec "cd /root/hello
	/usr/src/linux-headers-$R1/scripts/sign-file sha256 db.key db.pem hello.ko signed.ko"
boot 'uname -r
	cat /sys/kernel/security/lockdown
	for m in hello signed; do
		insmod /root/hello/$m.ko && echo "$m: loaded" || echo "$m: refused"
	done
	linux-gmem-selftests guest_memfd_test x86/private_mem_conversions_test'
is "booted, signed: uname -r" "$R1" "$(sed -n 1p <<<"$out")"
is "... locked down" "none [integrity] confidentiality" "$(sed -n 2p <<<"$out")"
is "... the module is refused" "hello: refused" "$(grep ^hello: <<<"$out")"
is "... signed, it is loaded" "signed: loaded" "$(grep ^signed: <<<"$out")"
is "... the packaged selftests pass" "0 2" "$rc $(grep -c '^ok [12] ' <<<"$out")"
rm -rf "$root/root/hello"

# --- what goes wrong ---------------------------------------------------------------------

files >"$w/files1"
cp "$w"/2/build/packages/*.deb "$w/1/build/packages/"
works "the second version in the repository" repository
echo "X: 1" >>"$w/1/build/repo/apt/Packages"
publish_to_root
rm -f "$root/srv/linux-gmem/Packages.gz"
refused "apt refuses a repository that was tampered with" "(mismatch|Hash Sum|unexpected size)" apt update
works "... made again" repository
publish_to_root
works "... it takes it" apt update

first=$(links)
cp "$w/files1" "$w/files"
# The repository's lists are apt's.
refused "no room in /boot: refused" "linux-image-$R2: /boot has [0-9]+ KiB free, but needs" \
	sh_root "cp -a /boot /tmp/boot; mount -t tmpfs -o size=20m tmpfs /boot; cp -a /tmp/boot/. /boot
		exec apt-get -q -y -o APT::Get::Upgrade-By-Source-Package=false install linux-image-$R2"
rm -rf "$root/tmp/boot"
unchanged "... and nothing has changed"
is "... the links neither" "$first" "$(links)"

# GRUB's hooks, as far as which kernels it offers.
grub=etc/kernel/postinst.d/zz-update-grub
printf '#!/bin/sh\nls /boot/vmlinuz-* | grep -v dpkg- >/tmp/grub\n' >"$root/$grub"
chmod +x "$root/$grub"
cp "$root/$grub" "$root/${grub/postinst/postrm}"
offered() { sed 's|/boot/vmlinuz-||' "$root/tmp/grub" | paste -sd' '; }
# Whatever makes the initramfs: a full disk, or a dracut that fails, or one that writes
# half and calls it done.
mv "$root/usr/bin/dracut" "$root/usr/bin/dracut.real"
fake() {
	printf '#!/bin/bash\n%s\n' "$1" >"$root/usr/bin/dracut"
	chmod +x "$root/usr/bin/dracut"
}
fake 'echo "dracut: no" >&2; exit 1'
refused "dracut fails: so does the install" "postinst.d failed.*not ready to boot" image2
is "... the links are as before" "$first" "$(links)"
is "... dpkg knows it is not done" iF "$(dpkg_status "linux-image-$R2")"
is "... GRUB does not offer it" "$R1" "$(offered)"
fake '/usr/bin/dracut.real "$@"; f=/boot/initrd.img-'"$R2"'; truncate -s $(($(stat -c %s $f) / 2)) $f'
refused "half an initramfs, and exit status 0: the install fails" "no complete initramfs" in_root dpkg --configure -a
ok "... and it is not left there" [ ! -e "$root/boot/initrd.img-$R2" ]
is "... the links are as before" "$first" "$(links)"
is "... GRUB does not offer it" "$R1" "$(offered)"
boot 'uname -r' -k "$(realpath "$root/vmlinuz")"
is "... and the machine boots what it booted before" "0 $R1" "$rc $out"
mv "$root/usr/bin/dracut.real" "$root/usr/bin/dracut"
works "mended: dpkg --configure -a" in_root dpkg --configure -a
ok "... there is an initramfs" whole lsinitrd "$R2"
is "... and GRUB offers both" "$R1 $R2" "$(offered)"
printf '#!/bin/sh\nexit 1\n' >"$root/usr/bin/dracut.fails"
refused "set up again, while the initramfs cannot be made" "postinst.d failed" sh_root "chmod +x /usr/bin/dracut.fails
	mount --bind /usr/bin/dracut.fails /usr/bin/dracut; exec dpkg-reconfigure linux-image-$R2"
rm "$root/usr/bin/dracut.fails"
is "... what could be booted still can" "$R1 $R2" "$(offered)"
works "given up: purged" apt purge "linux-image-$R2"
is "... GRUB does not offer it" "$R1" "$(offered)"
rm "$root/$grub" "$root/${grub/postinst/postrm}"
unchanged "... and nothing is left of it"

# dpkg killed while the kernel is set up, and while it is unpacked.
printf '#!/bin/sh\nkill -9 $(pidof dpkg)\nsleep 60\n' >"$root/etc/kernel/postinst.d/00-kill"
chmod +x "$root/etc/kernel/postinst.d/00-kill"
refused "dpkg is killed while it sets the kernel up" "." image2
is "... the links are as before" "$first" "$(links)"
rm "$root/etc/kernel/postinst.d/00-kill"
works "... dpkg --configure -a ends it" in_root dpkg --configure -a
ok "... with an initramfs" whole lsinitrd "$R2"
works "... and it can be purged" apt purge "linux-image-$R2"
unchanged "... without anything left"
sh_root "dpkg -i /srv/linux-gmem/linux-image-${R2}_*.deb >/dev/null 2>&1 & sleep 0.4; kill -9 \$!" || true
works "killed while unpacking: installed again" sh_root "dpkg --configure -a; apt-get -q -y -o APT::Get::Upgrade-By-Source-Package=false install linux-image-$R2"
ok "... with an initramfs" whole lsinitrd "$R2"
works "... and purged" apt purge "linux-image-$R2"
unchanged "... without anything left"

# --- upgrade, remove, purge --------------------------------------------------------------

works "the meta package brings the next version" apt install linux-gmem-slim linux-gmem-selftests
is "... the new kernel first, the old one kept" "vmlinuz=vmlinuz-$R2 vmlinuz.old=vmlinuz-$R1 initrd.img=initrd.img-$R2 initrd.img.old=initrd.img-$R1" "$(links)"
boot 'uname -r; linux-gmem-selftests guest_memfd_test'
is "... booted: uname -r" "$R2" "$(sed -n 1p <<<"$out")"
is "... the packaged selftests pass there, too" "0 1" "$rc $(grep -c '^ok 1 ' <<<"$out")"
ok "... both with their headers" [ -e "$root/usr/src/linux-headers-$R1/Makefile" -a -e "$root/usr/src/linux-headers-$R2/Makefile" ]
works "the kernel set up again" in_root dpkg-reconfigure "linux-image-$R1"
like "... does not become the first" "^vmlinuz=vmlinuz-$R2 " "$(links)"
works "the old one removed" apt remove "linux-image-$R1" "linux-headers-$R1"
is "... the links go" "vmlinuz=vmlinuz-$R2 vmlinuz.old=vmlinuz-$R2 initrd.img=initrd.img-$R2 initrd.img.old=initrd.img-$R2" "$(links)"
is "... its files, too" "" "$(files | grep -e "$R1" | grep -v /var/lib/dpkg/ | grep -v "usr/lib/debug\|doc/linux-image-$R1-dbg" || true)"
# A kernel that uname calls running; asked whether to leave it alone, the
# user says yes.  (Without a terminal to ask on, linux-base lets it go.)
lying_uname "$R2" "$root/tmp/uname.so"
refused "the running kernel is not removed" "Aborting removal of the running kernel" \
	sh_root "export LD_PRELOAD=/tmp/uname.so DEBIAN_FRONTEND=teletype
		echo yes | timeout 60 script -qec 'apt-get -q -y remove linux-image-$R2' /dev/null"
rm -f "$root/tmp/uname.so"
ok "... it is still there" [ -e "$root/boot/initrd.img-$R2" ]
works "all purged" apt purge 'linux-gmem*' 'linux-image-7.*' 'linux-headers-7.*'
unchanged_but_purged() {
	cp "$w/files0" "$w/files"
	unchanged "$1"
}
unchanged_but_purged "... and the root is as it was before"

# --- the same with initramfs-tools -------------------------------------------------------

rm -rf "$root"
works "a fresh Debian with initramfs-tools" "$top/scripts/host/root.sh" -i initramfs-tools "$root"
prepare
works "apt takes the repository" apt update
files >"$w/files"
works "apt installs the kernel" apt install "linux-image-$R1"
ok "initramfs-tools made an initramfs with what a disk needs" whole lsinitramfs "$R1"
env "${sbkey[@]}" "$top/scripts/package/sign.sh" "$root/boot/vmlinuz-$R1" "$root/boot/vmlinuz-$R1" 2>/dev/null
boot "uname -r"
is "... booted with it" "0 $R1" "$rc $out"
works "purged" apt purge "linux-image-$R1"
unchanged "... and the root is as it was before"

rc=0
wait "$lintian" || rc=$?
is "lintian has nothing to say" "0 " "$rc $(cat "$w/lintian")"
done_testing
