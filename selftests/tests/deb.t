#!/bin/bash
# The Debian packages (slim), in fresh Debian roots: installed by apt from a signed repository,
# with either maker of an initramfs; booted with Secure Boot on, and a module that dkms built there
# loaded; a second version, removed, purged; and what can go wrong on the way.
#
# The second version is the first under another name, and its initramfs is made by a
# quick stand-in for dracut.  LONG=1: it is a second build, dracut makes all, and what
# was installed is booted each time.
#
# Longer than two screens: the cases follow one another on the same systems, which take
# minutes to make.

# shellcheck disable=SC2016,SC2317 # for shells inside of the root; called through ok
long=${LONG:-}
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"
# shellcheck source=selftests/tests/packages.sh
. "$top/selftests/tests/packages.sh"
[ "$(id -u)" = 0 ] || skip_all "Debian roots are made by root only"
"$top/scripts/host/deps.sh" deb >&2
"$top/scripts/host/deps.sh" secureboot >&2

w=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/gmem-deb.XXXXXXXX")
trap 'gpgconf --kill all; rm -rf "$w"' EXIT
export GNUPGHOME=$w/gpg GMEM_CACHE=$cache

# --- two versions of the packages, from copies of what packages are made of ---------------

R1=$("$top/scripts/package/version.sh" slim)
R2=${R1/gmem[0-9]*-/gmem99-}
staged=${GMEM_STAGED:-$("$top/scripts/package/staged.sh" slim)}
checkout "$w/1"
checkout "$w/2"
next_version "$w/2"
if [ -n "$long" ]; then
	# A build of its own, of the same tree: uname and the modules say the other release.
	mkdir "$w/2/build"
	ln -s "$top/build/linux" "$w/2/build/linux"
	staged2=$("$w/2/scripts/package/staged.sh" slim)
else
	staged2=$w/staged2
	renamed "$staged" "$R2" "$staged2"
fi

refused "another kernel's objects are not packed" "has $R1, not $R2" env GMEM_STAGED="$staged" "$w/2/scripts/package/deb.sh"
make_deb() { (umask 077 && GMEM_STAGED=$staged "$w/1/scripts/package/deb.sh"); }
works "make deb, under umask 077" make_deb
like "... says that the kernel is not signed" "the kernel is unsigned" "$out"
debs=$w/1/build/packages
is "... has six packages" "linux-gmem-enrol linux-gmem-selftests linux-gmem-slim linux-headers-$R1 linux-image-$R1 linux-image-$R1-dbg" \
	"$(cd "$debs" && for p in *.deb; do echo "${p%%_*}"; done | sort | paste -sd' ')"
is "... SBOM and provenance of all of them" "6 6" "$(jq '[.packages[] | select(.packageFileName)] | length' "$debs"/*.spdx.json | paste -sd' ') $(jq '.subject | length' "$debs"/*.provenance.json)"
mapfile -t sbkey < <("$top/selftests/machine/secureboot.sh" --key)
works "... and a second version, signed" env GMEM_STAGED="$staged2" "${sbkey[@]}" "$w/2/scripts/package/deb.sh"
like "... says so" "is signed for Secure Boot by" "$out"
field() { dpkg-deb -f "$1/linux-image-$2"_*.deb Provides; }
is "no WireGuard: Debian's package wireguard is not told that there is" "" "$(field "$debs" "$R1")"
[ -n "$long" ] || is "WireGuard: it is" "wireguard-modules (= 1.0.0)" "$(field "$w/2/build/packages" "$R2")"
contents=$(dpkg-deb -c "$debs"/linux-gmem-enrol_*.deb)
for f in bin/linux-gmem-enrol share/man/man8/linux-gmem-enrol.8.gz share/doc/linux-gmem-enrol/signing.md; do
	like "linux-gmem-enrol has $f" "/usr/$f(.gz)?$" "$contents"
done
# It reads for a while: judged at the end.  Who releases puts an address of their own into
# debian/control.in and the changelog.
lintian --allow-root --fail-on error,warning --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog \
	--tag-display-limit 0 "$debs"/*.changes >"$w/lintian" 2>&1 &
lintian=$!
# debian/control of the flavour that is too large to be packed here.
control() {
	echo generic >"$w/1/debian/flavour"
	(cd "$w/1" && debian/rules debian/control && cat debian/control)
	rm "$w/1/debian/flavour" "$w/1/debian/control"
}
works "generic: debian/control" control
like "... says what it is" "It is configured as Debian's own kernels are" "$out"

# --- the repository ----------------------------------------------------------------------

mkdir -m 700 "$GNUPGHOME"
gpg --batch -q --passphrase secret --pinentry-mode loopback --quick-generate-key "gmem test <test@localhost>" ed25519 sign never
echo secret >"$w/pass"
echo wrong >"$w/wrong"
refused "a repository without a key" "GMEM_REPO_KEY does not say by whom" "$w/1/scripts/package/repo.sh"
refused "... with a key that is not there" "gpg has no secret key nobody@localhost" \
	env GMEM_REPO_KEY=nobody@localhost "$w/1/scripts/package/repo.sh"
refused "... with the wrong passphrase" "wrong passphrase" \
	env GMEM_REPO_KEY=test@localhost GMEM_REPO_PASS_FILE="$w/wrong" "$w/1/scripts/package/repo.sh"
ok "... and nothing of it is left" [ -z "$(ls -d "$w"/1/build/repo* 2>/dev/null)" ]
repository() { (umask 077 && GMEM_REPO_KEY=test@localhost GMEM_REPO_PASS_FILE=$w/pass "$w/1/scripts/package/repo.sh"); }
works "make repo, under umask 077" repository

# --- what a kernel is made of ------------------------------------------------------------

stage_kernel() { "$w/1/scripts/package/stage.sh" "$@" "$w/obj" "$w/none"; }
echo CONFIG_GMEM_NOT_THERE=y >>"$w/1/config/generic.config"
refused "generic: of Debian's config, and all that config/ wants, kconfig keeps all but what is not there" \
	"missing: *CONFIG_GMEM_NOT_THERE=y .is: absent. *$" stage_kernel -c generic "$top/build/linux"
rm -rf "$w/obj"
mkdir "$w/bare"
cp "$top/build/linux/Makefile" "$w/bare/"
refused "a kernel without the series" "does not have the series" stage_kernel -c slim "$w/bare"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 99/' "$w/bare/Makefile"
refused "another kernel" "is Linux [0-9.]*99, not" stage_kernel -c slim "$w/bare"
refused "no kernel at all" "is no kernel tree" stage_kernel -c slim "$w/gpg"
refused "a folder that is there already" "is there already" "$w/1/scripts/package/stage.sh" slim "$top/build/linux" "$w/obj" "$w/bare"
refused "objects that are not in the source's folder" "does not lie directly in" stage_kernel slim "$top/build/linux"

# --- in a Debian with dracut -------------------------------------------------------------

root=$w/root
in_root() { "$top/scripts/host/in-root.sh" "$root" "$@"; }
sh_root() { in_root sh -ec "$1"; }
apt() { in_root apt-get -q -y --no-install-recommends "$@"; }
# Every name in the root, without what apt, dpkg and dkms keep for themselves, and what is left of a dpkg
# (tmp.ci) and a dracut that were killed.
files() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./srv \
		-o -path ./var/log -o -path ./var/cache -o -path ./var/lib/apt -o -path ./var/lib/dpkg/tmp.ci -o -path ./var/lib/dkms \
		-o -path './var/tmp/dracut.*' -o -name '*-old' -o -name '*.real' \) -prune -o -print | LC_ALL=C sort)
}
# unchanged NAME: the same files as in $w/files.
unchanged() {
	files >"$w/now"
	is "$1" "" "$(diff "$w/files" "$w/now" | head -n 20)"
}
# Only the image: apt would upgrade what is of the same source, too.
image2() { apt -o APT::Get::Upgrade-By-Source-Package=false install "linux-image-$R2" "$@"; }
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
# stand_in PROGRAM TEXT: in its place in the root, a shell script; "real PROGRAM" undoes that.
stand_in() {
	[ -e "$root/$1.real" ] || mv "$root/$1" "$root/$1.real"
	printf '#!/bin/bash\n%s\n' "$2" >"$root/$1"
	chmod +x "$root/$1"
}
real() { mv "$root/$1.real" "$root/$1"; }
# dkms_add NAME, dkms_remove NAME: a module that dkms keeps as source.
dkms_add() {
	module "$root/usr/src/$1-1" "$1"
	in_root dkms add "$1/1"
}
dkms_remove() { in_root dkms remove "$1/1" --all && rm -r "$root/usr/src/$1-1"; }
signature() { tail -c 28 "$1" | tr -d '\0'; }

# As root.sh installs packages, but with the list of files from before.
prepare() {
	"$top/scripts/host/root.sh" "$@" "$root"
	echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/test"
	install -D -m 644 "$w/1/build/repo/apt/linux-gmem.asc" "$root/etc/apt/keyrings/linux-gmem.asc"
	rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
	echo "deb [signed-by=/etc/apt/keyrings/linux-gmem.asc] file:/srv/linux-gmem ./" >"$root/etc/apt/sources.list.d/linux-gmem.list"
	publish_to_root
}
publish_to_root() {
	rm -rf "$root/srv/linux-gmem"
	cp -a "$w/1/build/repo/apt" "$root/srv/linux-gmem"
}
works "a fresh Debian" prepare
works "apt takes the repository" apt update
like "... as a user who is not root" "^[^W]*$" "$(grep '^W:' <<<"$out" || true)"
files >"$w/files0"
# dkms signs by the key that Secure Boot trusts here.
mkdir "$root/root/hello"
openssl pkey -in /usr/share/ovmf/PkKek-1-snakeoil.key -passin pass:snakeoil -out "$root/root/hello/db.key"
openssl x509 -in /usr/share/ovmf/PkKek-1-snakeoil.pem -outform der -out "$root/root/hello/db.der"
printf '%s\n' mok_signing_key=/root/hello/db.key mok_certificate=/root/hello/db.der >"$root/etc/dkms/framework.conf.d/test.conf"
works "dkms has a module" dkms_add good
works "apt installs image, headers, selftests, symbols" apt install linux-gmem-slim linux-gmem-selftests "linux-image-$R1-dbg"
ok "dracut made an initramfs with what a disk needs" whole lsinitrd "$R1"
is "the links name the kernel" "vmlinuz=vmlinuz-$R1 vmlinuz.old=vmlinuz-$R1 initrd.img=initrd.img-$R1 initrd.img.old=initrd.img-$R1" "$(links)"
is "the files of the kernel" "System.map-$R1 config-$R1 initrd.img-$R1 vmlinuz-$R1" "$(cd "$root/boot" && echo *)"
ok "... its modules" [ -e "$root/lib/modules/$R1/modules.dep" ]
good=lib/modules/$R1/updates/dkms/good.ko
ok "dkms built its module" [ -e "$root/$good" ]
is "... and signed it" "~Module signature appended~" "$(signature "$root/$good")"
like "the selftests are listed" 'x86/memory_attributes_test' "$(in_root linux-gmem-selftests -l)"
refused "... and refuse to run without KVM" "there is no /dev/kvm" sh_root 'mount -t tmpfs tmpfs /dev; linux-gmem-selftests'
refused "... and one that does not exist" "there is no test nothing_test" in_root linux-gmem-selftests nothing_test

module "$root/root/hello" hello
rm -f "$root/root/hello/dkms.conf"
works "a module builds with the headers, and is installed" in_root make -C "/lib/modules/$R1/build" M=/root/hello modules modules_install
like "... without a complaint" "^[^:!]*$" "$(grep -iE 'warn|error|skip|missing|ssl' <<<"$out" | grep -v pahole || true)"
like "... for this kernel" "^$R1 " "$(in_root modinfo -F vermagic /root/hello/hello.ko 2>&1)"
like "... and modprobe would find it" "insmod /lib/modules/$R1/updates/hello.ko" "$(in_root modprobe -n -v -S "$R1" hello 2>&1)"

# It boots, by systemd-boot and the initramfs that was made; as packed, the kernel is not signed.
refused "as packed, the kernel is not signed" "." sbverify --cert /usr/share/ovmf/PkKek-1-snakeoil.pem "$root/boot/vmlinuz-$R1"
if [ -n "$long" ]; then
	boot 'uname -r'
	is "... booted with Secure Boot on: refused" 125 "$rc"
	like "... by the firmware" "the firmware refused it" "$(cat "$w/boot.err")"
fi
env "${sbkey[@]}" "$top/scripts/package/sign.sh" "$root/boot/vmlinuz-$R1" "$root/boot/vmlinuz-$R1" 2>/dev/null
boot 'uname -r
	cat /sys/kernel/security/lockdown
	for m in hello good; do
		modprobe $m && echo "$m: loaded" || echo "$m: refused"
	done
	linux-gmem-selftests guest_memfd_test x86/private_mem_conversions_test'
is "booted with Secure Boot on: uname -r" "$R1" "$(sed -n 1p <<<"$out")"
is "... locked down" "none [integrity] confidentiality" "$(sed -n 2p <<<"$out")"
is "... a module that is not signed is refused" "hello: refused" "$(grep ^hello: <<<"$out")"
is "... the one that dkms signed is loaded" "good: loaded" "$(grep ^good: <<<"$out")"
is "... the packaged selftests pass" "0 2" "$rc $(grep -c '^ok [12] ' <<<"$out")"
rm -r "$root/root/hello" "$root/lib/modules/$R1/updates/hello.ko"
works "dkms has it no more" dkms_remove good

# --- what goes wrong ---------------------------------------------------------------------

cp "$w"/2/build/packages/*.deb "$debs/"
works "the second version in the repository" repository
echo "X: 1" >>"$w/1/build/repo/apt/Packages"
publish_to_root
rm -f "$root/srv/linux-gmem/Packages.gz"
refused "apt refuses a repository that was tampered with" "(mismatch|Hash Sum|unexpected size)" apt update
works "... made again" repository
publish_to_root
works "... it takes it" apt update

first=$(links)
files >"$w/files"
# The repository's lists are apt's.
refused "no room in /boot: refused" "linux-image-$R2: /boot has [0-9]+ KiB free, but needs" \
	sh_root "cp -a /boot /tmp/boot; mount -t tmpfs -o size=20m tmpfs /boot; cp -a /tmp/boot/. /boot
		exec apt-get -q -y -o APT::Get::Upgrade-By-Source-Package=false install linux-image-$R2"
rm -rf "$root/tmp/boot"
unchanged "... and nothing has changed"
is "... the links neither" "$first" "$(links)"

# GRUB's hooks, as far as which kernels it offers.
grub=etc/kernel/postinst.d/zz-update-grub
printf '#!/bin/sh\nls /boot/vmlinuz-* >/tmp/grub\n' >"$root/$grub"
chmod +x "$root/$grub"
cp "$root/$grub" "$root/${grub/postinst/postrm}"
offered() { sed 's|/boot/vmlinuz-||' "$root/tmp/grub" | paste -sd' '; }
# Whatever makes the initramfs: a full disk, or a dracut that fails, or one that writes
# half and calls it done.
dracut=usr/bin/dracut
stand_in $dracut 'echo "dracut: no" >&2; exit 1'
refused "dracut fails: so does the install" "these failed.*: /etc/kernel/postinst.d/dracut\.[[:space:]]+This kernel is not ready to boot" image2
is "... the links are as before" "$first" "$(links)"
is "... dpkg knows it is not done" iF "$(dpkg_status "linux-image-$R2")"
is "... GRUB does not offer it" "$R1" "$(offered)"
stand_in $dracut '/usr/bin/dracut.real "$@"; f=/boot/initrd.img-'"$R2"'; truncate -s $(($(stat -c %s $f) / 2)) $f'
refused "half an initramfs, and exit status 0: the install fails" "no complete initramfs" in_root dpkg --configure -a
ok "... and it is not left there" [ ! -e "$root/boot/initrd.img-$R2" ]
is "... the links are as before" "$first" "$(links)"
is "... GRUB does not offer it" "$R1" "$(offered)"
if [ -n "$long" ]; then
	boot 'uname -r' -k "$(realpath "$root/vmlinuz")"
	is "... and the machine boots what it booted before" "0 $R1" "$rc $out"
fi
real $dracut
# From here on, what is made need not boot.
quick_dracut='for r; do :; done
find /lib/modules/$r -name virtio_blk.ko -o -name modules.dep | cpio --quiet -o -H newc >/boot/initrd.img-$r'
[ -n "$long" ] || stand_in $dracut "$quick_dracut"
depmod=usr/sbin/depmod
stand_in $depmod 'echo "depmod: no" >&2; exit 1'
refused "depmod fails: so does the install" "depmod failed.*This kernel is not ready to boot" in_root dpkg --configure -a
is "... GRUB does not offer it" "$R1" "$(offered)"
real $depmod
works "mended: dpkg --configure -a" in_root dpkg --configure -a
ok "... there is an initramfs" whole lsinitrd "$R2"
is "... and GRUB offers both" "$R1 $R2" "$(offered)"
printf '#!/bin/sh\nexit 1\n' >"$root/usr/bin/dracut.fails"
refused "set up again, while the initramfs cannot be made" "postinst.d/dracut\. This kernel has its initramfs" sh_root "chmod +x /usr/bin/dracut.fails
	mount --bind /usr/bin/dracut.fails /usr/bin/dracut; exec dpkg-reconfigure linux-image-$R2"
rm "$root/usr/bin/dracut.fails"
is "... what could be booted still can" "$R1 $R2" "$(offered)"
works "given up: purged" apt purge "linux-image-$R2"
is "... GRUB does not offer it" "$R1" "$(offered)"
unchanged_without_grub() {
	rm -f "$root/$grub" "$root/${grub/postinst/postrm}"
	unchanged "$1"
}

# A module of dkms that does not compile: the kernel does without.
works "dkms has a module that does not compile" dkms_add bad
echo '#error not for this kernel' >>"$root/usr/src/bad-1/bad.c"
refused "the kernel is installed with headers: told" "linux-headers-$R2: these failed.*: /etc/kernel/header_postinst.d/dkms\." image2 "linux-headers-$R2"
ok "... there is an initramfs" whole lsinitrd "$R2"
is "... GRUB offers it" "$R1 $R2" "$(offered)"
refused "all is set up again: told" "linux-image-$R2: these failed.*: /etc/kernel/postinst.d/dkms\.[[:space:]]+This kernel has its initramfs and can be booted, without" \
	in_root dpkg --configure -a
is "... GRUB offers it" "$R1 $R2" "$(offered)"
works "... without the module" dkms_remove bad
works "... dpkg --configure -a ends it" in_root dpkg --configure -a
like "... the links name it first" "^vmlinuz=vmlinuz-$R2 vmlinuz.old=vmlinuz-$R1 " "$(links)"
works "... and it can be purged" apt purge "linux-image-$R2" "linux-headers-$R2"
unchanged_without_grub "... and nothing is left of it"

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
if [ -n "$long" ]; then
	boot 'uname -r; linux-gmem-selftests guest_memfd_test'
	is "... booted: uname -r" "$R2" "$(sed -n 1p <<<"$out")"
	is "... the packaged selftests pass there, too" "0 1" "$rc $(grep -c '^ok 1 ' <<<"$out")"
fi
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
[ -n "$long" ] || real $dracut
rm "$root/etc/dkms/framework.conf.d/test.conf"
cp "$w/files0" "$w/files"
unchanged "... and the root is as it was before"

# --- the same with initramfs-tools -------------------------------------------------------

rm -rf "$root"
works "a fresh Debian with initramfs-tools" prepare -i initramfs-tools
works "apt takes the repository" apt update
files >"$w/files"
works "apt installs the kernel" apt install "linux-image-$R1"
ok "initramfs-tools made an initramfs with what a disk needs" whole lsinitramfs "$R1"
if [ -n "$long" ]; then
	env "${sbkey[@]}" "$top/scripts/package/sign.sh" "$root/boot/vmlinuz-$R1" "$root/boot/vmlinuz-$R1" 2>/dev/null
	boot "uname -r"
	is "... booted with it" "0 $R1" "$rc $out"
fi
works "purged" apt purge "linux-image-$R1"
unchanged "... and the root is as it was before"

# Headers alone, as on a machine that builds; and in either order.
works "dkms has a module" dkms_add good
files >"$w/files"
works "headers without a kernel" apt install "linux-headers-$R1"
ok "... dkms built its module" [ -e "$root/$good" ]
works "... purged" apt purge "linux-headers-$R1"
unchanged "... and the root is as it was before"
stand_in usr/sbin/mkinitramfs 'exit 1'
refused "no initramfs can be made of the only kernel: told" "This kernel is not ready to boot" apt install "linux-image-$R1"
works "... given up: purged" apt purge "linux-image-$R1"
unchanged "... and the root is as it was before"
real usr/sbin/mkinitramfs
for order in "headers image" "image headers"; do
	# The last kernel that had it took it away.
	works "dkms has a module" dkms_add good
	works "both" apt install "linux-headers-$R1" "linux-image-$R1"
	for p in $order; do
		works "... $p purged" apt purge "linux-$p-$R1"
		is "... dkms's module is there as long as the kernel is" "$([ ! -e "$root/boot/vmlinuz-$R1" ] || echo there)" "$([ ! -e "$root/$good" ] || echo there)"
	done
	unchanged "... and the root is as it was before"
done

rc=0
wait "$lintian" || rc=$?
is "lintian has nothing to say" "0 " "$rc $(cat "$w/lintian")"
done_testing
