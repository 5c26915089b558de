#!/bin/bash
# The RPMs of the slim kernel: contents, dependencies, signatures, rpmlint, the same bytes again;
# installed into a Debian root by dnf, from what make repo makes of them, two versions side by
# side, with faults; booted there with Secure Boot on; removed without a trace.
#
# The second version is the first under another name, and its initramfs is made by a
# quick stand-in for dracut.  LONG=1: it is a second build, dracut makes all, and unified
# images are booted, too.
#
# Longer than two screens: the cases follow one another on the same systems, which take
# minutes to make.

# shellcheck disable=SC2016,SC2317 # eval of what is quoted; called through ok
long=${LONG:-}
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"
# shellcheck source=selftests/tests/packages.sh
. "$top/selftests/tests/packages.sh"

"$top/scripts/host/deps.sh" secureboot >&2
"$top/scripts/host/deps.sh" rpm >&2
w=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/gmem-rpm.XXXXXXXX")
trap 'gpgconf --kill all; rm -rf "$w"' EXIT
# Any rpm query makes a database in HOME; gpg's agent speaks through a socket there.
export HOME=$w/home GMEM_CACHE=$cache GNUPGHOME=$w/gnupg
mkdir -p "$HOME"
mkdir -m 700 "$GNUPGHOME"

mapfile -t sbkey < <("$top/selftests/machine/secureboot.sh" --key)
export "${sbkey[@]}"
echo 'rpm sesame' >"$w/pass"
gpg --batch -q --pinentry-mode loopback --passphrase-file "$w/pass" --quick-generate-key 'gmem test <test@example.org>' ed25519 sign never 2>/dev/null
export GMEM_RPM_KEY=test@example.org GMEM_RPM_PASS_FILE=$w/pass
GMEM_STAGED=${GMEM_STAGED:-$("$top/scripts/package/staged.sh" slim)}
export GMEM_STAGED
r=$(cat "$GMEM_STAGED/release")
v=$("$top/scripts/package/version.sh")

# --- made ---------------------------------------------------------------------
make_rpms() { GMEM_PACKAGES=$1 "$top/scripts/package/rpm.sh" >"$w/said" 2>&1 || { sed 's/^/# /' "$w/said"; return 1; }; }
p=$w/packages
ok "made" make_rpms "$p"
is "it says that kernel and packages are signed" "kernel: signed packages: signed" "$(tail -n 2 "$w/said" | tr '\n' ' ' | sed 's/ $//')"
is "the packages" "kernel-gmem-enrol kernel-gmem-selftests kernel-gmem-slim kernel-gmem-slim-core kernel-gmem-slim-debuginfo kernel-gmem-slim-devel" \
	"$(cd "$p" && rpm -qp --qf '%{NAME}\n' ./*.rpm | sort | tr '\n' ' ' | sed 's/ $//')"
like "a wrong passphrase" 'the packages were not signed: is the passphrase' "$(echo wrong >"$w/wrong"; gpgconf --kill gpg-agent; { GMEM_RPM_PASS_FILE=$w/wrong GMEM_PACKAGES=$w/none "$top/scripts/package/rpm.sh"; } 2>&1 || true)"
is "... and nothing is left" "" "$(ls -A "$w/none" 2>/dev/null; ls -d "$build"/rpm.* 2>/dev/null)"
like "a key that gpg has not" 'gpg has no secret key nobody@' "$({ GMEM_RPM_KEY=nobody@example.org "$top/scripts/package/rpm.sh"; } 2>&1 || true)"

files() { rpm -qpl "$p/$1-$v".*.rpm; }
core=$p/kernel-gmem-slim-core-$v.x86_64.rpm
for f in vmlinuz System.map config kernel/arch/x86/kvm/kvm-amd.ko modules.builtin modules.order; do
	ok "core has $f" eval 'files kernel-gmem-slim-core | grep -x "/lib/modules/$r/$f" >/dev/null'
done
for f in Module.symvers .config Makefile tools/objtool/objtool scripts/sign-file include/generated/utsrelease.h; do
	ok "devel has $f" eval 'files kernel-gmem-slim-devel | grep -x "/usr/src/kernels/$r/$f" >/dev/null'
done
ok "selftests has the runner, its man page, the tests" eval '[ "$(files kernel-gmem-selftests | grep -cE "^/usr/bin/linux-gmem-selftests|/man8/linux-gmem-selftests.8.gz|/guest_memfd_test$")" = 3 ]'
is "no file is in two packages" "" "$(for n in core devel debuginfo; do files "kernel-gmem-slim-$n"; done | cat - <(files kernel-gmem-selftests) <(files kernel-gmem-enrol) | sort | uniq -d | grep -vx "/lib/modules/$r")"
is "the meta package keeps image and headers at one version" "kernel-gmem-slim-core = $v kernel-gmem-slim-devel = $v" "$(rpm -qp --requires "$p/kernel-gmem-slim-$v.x86_64.rpm" | grep '^kernel' | sort -u | tr '\n' ' ' | sed 's/ $//')"
is "core and devel stay beside older ones" 2 "$(rpm -qp --provides "$core" "$p/kernel-gmem-slim-devel-$v.x86_64.rpm" | grep -cx 'installonlypkg(kernel)')"
ok "core needs dracut and kmod when it is installed" eval '[ "$(rpm -qp --requires "$core" | grep -cxE "dracut|kmod")" = 2 ]'

# --- signed -------------------------------------------------------------------
db=(--dbpath "$w/db")
gpg --armor --export test@example.org >"$w/key.asc"
mkdir "$w/db"
refused "a signature by a key that rpm does not know" 'NOT OK' rpm -K "${db[@]}" "$core"
rpm --import "${db[@]}" "$w/key.asc"
works "rpm verifies all of them" rpm -K "${db[@]}" "$p"/*.rpm
like "... the signature, too" 'digests signatures OK' "$(rpm -K "${db[@]}" "$core")"
cp "$core" "$w/tampered.rpm"
printf X | dd of="$w/tampered.rpm" bs=1 seek=$(($(stat -c %s "$core") - 5000)) conv=notrunc status=none
refused "a tampered package is refused" 'NOT OK|BAD' rpm -K "${db[@]}" "$w/tampered.rpm"
mkdir "$w/x"
rpm2cpio "$core" | (cd "$w/x" && cpio --quiet -idm)
works "the kernel is signed for Secure Boot" sbverify --cert "$GMEM_SB_CERT" "$w/x/lib/modules/$r/vmlinuz"
ok "its certificate is where linux-gmem-enrol looks" cmp "$GMEM_SB_CERT" "$w/x/usr/share/linux-gmem/$r.pem"
is "every module is as it was signed" "" "$(diff -r "$w/x/lib/modules/$r/kernel" "$GMEM_STAGED/image/lib/modules/$r/kernel" 2>&1; find "$w/x" -name '*.ko' | while read -r f; do tail -c 28 "$f" | grep -aqx '~Module signature appended~' || echo "$f"; done)"

rpm --import "$w/key.asc"
lint=$(cd "$top" && rpmlint -r kernel.rpmlintrc "$p"/*.rpm kernel.spec 2>&1) || true
is "rpmlint: nothing but what kernel.rpmlintrc explains" "" "$(grep ': [EW]: ' <<<"$lint" || true)"
like "... and it did look" '6 packages and 1 specfiles checked' "$lint"

# --- bill of materials, provenance, the same again -----------------------------
sbom=$p/linux-gmem-$r.rpm.spdx.json provenance=$p/linux-gmem-$r.rpm.provenance.json
works "SBOM: every relation has both of its ends" jq -e '([.packages[].SPDXID] + ["SPDXRef-DOCUMENT"]) as $ids | [.relationships[] | .spdxElementId, .relatedSpdxElement] | all(IN($ids[]))' "$sbom"
works "SBOM: no two have the same id" jq -e '[.packages[].SPDXID] | length == (unique | length)' "$sbom"
is "SBOM: the base's hash" "$(base sha256)" "$(jq -r --arg n "$(base package)" '.packages[] | select(.name == $n) | .checksums[0].checksumValue' "$sbom")"
ok "SBOM: the compiler's version" eval 'jq -r ".packages[].name" "$sbom" | grep -x >/dev/null "gcc-$(gcc -dumpversion)"'
is "provenance: the packages' hashes are theirs" "" "$(jq -r '.subject[] | "\(.digest.sha256)  \(.name)"' "$provenance" | (cd "$p" && sha256sum --quiet -c 2>&1))"
is "provenance: all of them" 6 "$(jq '.subject | length' "$provenance")"
is "provenance: the kernel's config" "$(sha256sum <"$w/x/lib/modules/$r/config" | cut -c1-64)" "$(jq -r '.predicate.buildDefinition.resolvedDependencies[] | select(.name == "config") | .digest.sha256' "$provenance")"

again() { # without signatures, which have the time in them; elsewhere, later, with other rights
	local d=$w/elsewhere/$1
	checkout "$d"
	(umask "$2" && env -u GMEM_RPM_KEY -u GMEM_SB_CERT -u GMEM_SB_KEY -u GMEM_SB_PASS_FILE GMEM_PACKAGES="$d/out" TZ="$3" "$d/scripts/package/rpm.sh" >"$w/said" 2>&1) || sed 's/^/# /' "$w/said"
	(cd "$d/out" && sha256sum ./*)
}
one=$(again one 022 UTC)
sleep 1
is "made elsewhere and later, unsigned: the same bytes, SBOM and all" "$one" "$(again other/folder 077 Asia/Tokyo)"

# --- a root to install into -----------------------------------------------------
if [ "$(id -u)" -ne 0 ]; then
	ok "installed into a root # SKIP needs root, to mount /proc in it" true
	done_testing
fi
root=$w/root
"$top/scripts/host/root.sh" "$root"
cp /usr/lib/systemd/boot/efi/linuxx64.efi.stub "$root/var/tmp/"
# in_root COMMAND...: with /proc and so on, in a mount namespace of its own, so that nothing stays mounted.
in_root() {
	unshare -m --propagation private bash -euc '
		root=$1
		shift
		mount -t proc proc "$root/proc"
		mount -t sysfs -o ro sysfs "$root/sys"
		mount -t tmpfs dev "$root/dev"
		for f in null zero urandom random; do touch "$root/dev/$f"; mount --bind "/dev/$f" "$root/dev/$f"; done
		[ -z "${REPO:-}" ] || { mount -t tmpfs srv /srv; mkdir /srv/linux-gmem; mount --bind "$REPO" /srv/linux-gmem; }
		[ -z "${SMALL_BOOT:-}" ] || mount -t tmpfs -o "size=$SMALL_BOOT" tmpfs "$root/boot"
		exec "$@"' - "$root" "$@"
}
irpm() { in_root rpm --root "$root" --dbpath /var/lib/rpm "$@"; }
# Debian's rpm has its database in HOME, and dnf takes its word for it.
mkdir "$w/dnf"
echo '%_dbpath /var/lib/rpm' >"$w/dnf/.rpmmacros"
idnf() { HOME=$w/dnf REPO=${REPO:-$repo} in_root dnf -y --refresh --installroot "$root" "$@"; }
listing() { (cd "$root" && find . -path ./var/lib/rpm -prune -o -path ./var/lib/dnf -prune -o -path ./var/log -prune -o -path ./var/cache -prune -o ! -type d -print -o -type d -path './[blu]*' -print | sort); }
installed() { irpm -qa --qf '%{NAME}-%{VERSION}-%{RELEASE}\n' 'kernel-gmem*' | sed 's/^kernel-gmem-//' | sort | tr '\n' ' ' | sed 's/ $//'; }
rm -f "$root/etc/machine-id"
# What every RPM distribution has from its package "filesystem".
mkdir -p "$root"/usr/lib/{debug,modules} "$root"/usr/share/{licenses,man/man8} "$root/etc/yum.repos.d"
touch "$root"/etc/yum.repos.d/{distribution,linux-gmem}.repo
listing >"$w/before"

# --- a repository ---------------------------------------------------------------
# In place of a distribution one package, which provides all that these need and do not have.
{
	printf '%s\n' 'Name: distribution' 'Version: 1' 'Release: 1' 'Summary: What a distribution has' 'License: none' 'BuildArch: noarch'
	comm -23 <(rpm -qp --requires "$p"/*.rpm | sort -u) <(rpm -qp --provides "$p"/*.rpm | sort -u) | sed -e '/^rpmlib(/d' -e 's/^/Provides: /'
	printf '%s\n' '%description' 'It has no files.' '%files'
} >"$w/distribution.spec"
works "a distribution is made up" rpmbuild --quiet -bb --define "_topdir $w/rpmbuild" --define "_rpmdir $w/distribution" "$w/distribution.spec"
createrepo_c -q "$w/distribution"
printf '%s\n' '[distribution]' 'name=distribution' "baseurl=file://$w/distribution" gpgcheck=0 >"$root/etc/yum.repos.d/distribution.repo"

checkout "$w/next"
next_version "$w/next"
repo=$w/next/build/repo/rpm
# make_repo KEY PACKAGE...: and dnf is given the lines that it prints.
make_repo() {
	rm -rf "$w/next/build"
	mkdir -p "$w/next/build/packages"
	cp -l "${@:2}" "$w/next/build/packages/"
	GMEM_REPO_KEY=$1 GMEM_REPO_PASS_FILE=$w/pass "$w/next/scripts/package/repo.sh" >"$w/said" || return
	sed -n '/^    \[/,$s/^    //p' "$w/said" >"$root/etc/yum.repos.d/linux-gmem.repo"
}
checks() { grep gpgcheck "$root/etc/yum.repos.d/linux-gmem.repo" | sort | tr '\n' ' ' | sed 's/ $//'; }
gpg --batch -q --pinentry-mode loopback --passphrase-file "$w/pass" --quick-generate-key 'somebody <else@example.org>' ed25519 sign never 2>/dev/null
works "make repo, by another key than the packages'" make_repo else@example.org "$p"/*.rpm
is "... has dnf check the metadata's signature" "gpgcheck=0 repo_gpgcheck=1" "$(checks)"
mv "$repo" "$w/else"
works "... or of packages without one" make_repo test@example.org "$w/elsewhere/one/out"/*.rpm
is "... the same" "gpgcheck=0 repo_gpgcheck=1" "$(checks)"
ok "... which dnf installs, and removes" eval 'idnf install kernel-gmem-enrol kernel-gmem-slim-debuginfo && idnf remove "kernel-gmem*"'
mv "$repo" "$w/unsigned"
works "make repo, by the packages' key" make_repo test@example.org "$p"/*.rpm
is "... has dnf check theirs, too" "gpgcheck=1 repo_gpgcheck=1" "$(checks)"

# dnf_refuses NAME PATTERN REPOSITORY [CHANGE]: dnf does not install from it, changed so, with the right key.
dnf_refuses() {
	rm -rf "$w/refused"
	cp -r "$3" "$w/refused"
	cp "$w/key.asc" "$w/refused/linux-gmem.asc"
	(cd "$w/refused" && eval "${4:-}")
	REPO=$w/refused refused "$1" "$2" idnf install kernel-gmem-enrol
}
dnf_refuses "dnf refuses another key's metadata" 'Bad GPG signature' "$w/else"
dnf_refuses "... such that is not signed" 'GPG signature is not available' "$repo" 'rm repodata/repomd.xml.asc'
dnf_refuses "... that was tampered with" 'Bad GPG signature' "$repo" 'sed -i "s/<revision>/&1/" repodata/repomd.xml'
dnf_refuses "... or what belongs to it" "checksum doesn't match" "$repo" 'echo >>"$(ls repodata/*-primary.xml.*)"'
dnf_refuses "... a package that was tampered with" 'enrol.* has incorrect checksum' "$repo" 'printf X | dd of="kernel-gmem-enrol-$v.noarch.rpm" bs=1 seek=9000 conv=notrunc status=none'
dnf_refuses "... one that is not signed" 'enrol.* is not signed' "$w/unsigned"
refused "... what needs more than there is" "nothing provides dracut needed by kernel-gmem-slim-core-$v" idnf --disablerepo distribution install kernel-gmem-slim-core
is "... and nothing is there" "" "$(installed; listing | diff "$w/before" - || true)"

# --- installed ------------------------------------------------------------------
SMALL_BOOT=16m refused "no room in /boot: refused, and told" '/boot has 16 MiB left' idnf install kernel-gmem-slim
is "... and only the headers are there" "slim-devel-$v" "$(installed)"
is "... and their files" "" "$(listing | comm -13 "$w/before" - | grep -vE "^\./usr/(src/kernels|lib/modules/$r(/build)?$)" || true)"
works "installed, with its scripts and what it needs" idnf install kernel-gmem-slim kernel-gmem-selftests
is "... which is" "selftests-$v slim-$v slim-core-$v slim-devel-$v" "$(installed)"
for f in "vmlinuz-$r" "initramfs-$r.img" "System.map-$r" "config-$r"; do
	ok "/boot has $f" test -s "$root/boot/$f"
done
ok "the initramfs has the modules for the disk" eval '[ "$(in_root chroot "$root" lsinitrd "/boot/initramfs-$r.img" | grep -cE "/(virtio_blk|ext2)\.ko")" = 2 ]'
ok "depmod was there" test -s "$root/lib/modules/$r/modules.dep"
works "rpm -V: as packed" irpm -V kernel-gmem-slim-core kernel-gmem-slim-devel

new=${v%gmem*}gmem99
r2=${r/gmem[0-9]*-/gmem99-}
if [ -n "$long" ]; then
	# A build of its own, of the same tree, as deb.t has it, too.
	ln -sfn "$top/build/linux" "$w/next/build/linux"
	staged2=$("$w/next/scripts/package/staged.sh" slim)
else
	staged2=$w/staged2
	renamed "$GMEM_STAGED" "$r2" "$staged2"
fi
works "a second version is made" env GMEM_STAGED="$staged2" GMEM_PACKAGES="$w/packages2" "$w/next/scripts/package/rpm.sh"
core2=$w/packages2/kernel-gmem-slim-core-$new.x86_64.rpm
works "... and a repository of both" make_repo test@example.org "$p"/*.rpm "$w/packages2"/*.rpm
SMALL_BOOT=16m refused "an upgrade without room in /boot: refused" '/boot has 16 MiB left' idnf upgrade
is "... and kernel-gmem-slim stays with its kernel" "selftests-$new slim-$v slim-core-$v slim-devel-$v slim-devel-$new" "$(installed)"

stand_in() { # PROGRAM TEXT: in its place in the root, a shell script
	[ ! -e "$root/usr/bin/$1" ] || [ -e "$root/usr/bin/$1.real" ] || mv "$root/usr/bin/$1" "$root/usr/bin/$1.real"
	printf '#!/bin/bash\n%s\n' "$2" >"$root/usr/bin/$1"
	chmod +x "$root/usr/bin/$1"
}
real() { # PROGRAM
	rm "$root/usr/bin/$1"
	[ ! -e "$root/usr/bin/$1.real" ] || mv "$root/usr/bin/$1.real" "$root/usr/bin/$1"
}
said() { tr '\n' ' ' <"$w/said"; }
bootable() { cmp "$root/boot/vmlinuz-$r2" "$root/lib/modules/$r2/vmlinuz" && test -s "$root/boot/initramfs-$r2.img"; }
make_bootable() { "$top/scripts/host/in-root.sh" "$root" "/lib/modules/$r2/make-bootable" >"$w/said" 2>&1; }
stand_in dracut 'exit 1'
idnf upgrade >"$w/said" 2>&1 || true
like "dracut fails: told, with what to do" "error: (dracut|kernel-install) failed.*kernel $r2 cannot be booted.*When that is mended: (/usr)?/lib/modules/$r2/make-bootable" "$(said)"
is "... and nothing of it is in /boot" "" "$(find "$root/boot" "$root/var/tmp" -name "*$r2*" -o -name '.gmem*' -o -name 'gmem.*')"
ok "... but the first version is, whole" cmp "$root/boot/vmlinuz-$r" "$w/x/lib/modules/$r/vmlinuz"
# What is made from here on need not boot.
if [ -n "$long" ]; then real dracut; else stand_in dracut 'for f; do [[ $f = -* ]] || last=$f; done; umask 077; echo made >"${last:-/dev/null}"'; fi
ok "... mended: as it said" make_bootable
ok "... it can be booted" bootable
rm -f "$root"/boot/*"$r2"*
works "... or by rpm" irpm -i --replacepkgs "$core2"
ok "... it can be booted" bootable

# The running kernel is installed again, to mend /boot.
stand_in uname "echo $r2"
rm -f "$root/boot/initramfs-$r2.img"
works "the running kernel is installed again by dnf" idnf reinstall "kernel-gmem-slim-core-$new"
ok "... it can be booted" bootable
rm -f "$root/boot/initramfs-$r2.img"
works "... and by rpm" irpm --reinstall "$core2"
ok "... it can be booted" bootable
works "... all of it is there" irpm -V kernel-gmem-slim-core-"$new"
is "... once" "selftests-$new slim-$new slim-core-$v slim-core-$new slim-devel-$v slim-devel-$new" "$(installed)"
real uname

# kernel_install COMMANDS: made up; it does them when a kernel is added, and takes its entry away when one is removed.
entry=$root/boot/loader/entries/id-$r2.conf
mkdir -p "${entry%/*}"
kernel_install() { stand_in kernel-install "entry=/boot/loader/entries/id-\$2.conf; case \$1 in add) $1 ;; remove) rm -f \$entry ;; esac"; }
kernel_install 'exit 1'
ok "kernel-install fails for a kernel that could be booted" not make_bootable
like "... told" "error: kernel-install failed.*kernel $r2 can be booted as before" "$(said)"
ok "... and it still can" bootable
rm -f "$root"/boot/*"$r2"*
kernel_install 'echo >$entry; echo "a module of dkms does not compile"; exit 1'
ok "... for another" not make_bootable
like "... told" "does not compile .*error: kernel-install failed.*kernel $r2 is in /boot with its initramfs, but the boot loader may not offer it" "$(said)"
ok "... it can be booted" bootable
ok "... and there is no entry for it" [ ! -e "$entry" ]
rm -f "$root"/boot/*"$r2"*
kernel_install 'echo >$entry'
ok "a plug-in that keeps kernels elsewhere" make_bootable
is "... is left to it" "$entry" "$(find "$root/boot" -name "*$r2*")"
kernel_install 'head -c 1000 "$3" >/boot/vmlinuz-$2; echo >$entry'
ok "a plug-in that makes half of it" make_bootable
ok "... the rest comes, whole" bootable
real kernel-install
rm -rf "$root/boot/loader"

# dkms, by the distribution's own kernel-install.
module "$root/usr/src/bad-1" bad
echo '#error not for this kernel' >>"$root/usr/src/bad-1/bad.c"
works "dkms has a module that does not compile" "$top/scripts/host/in-root.sh" "$root" dkms add bad/1
rm -f "$root"/boot/*"$r2"*
"$top/scripts/host/in-root.sh" "$root" dkms autoinstall -k "$r2" >"$w/said" 2>&1 || true
like "... dkms says so" "Bad return status for module build" "$(said)"
make_bootable || true
ok "... the kernel can be booted" bootable
"$top/scripts/host/in-root.sh" "$root" dkms remove bad/1 --all >/dev/null 2>&1 || true
rm -rf "$root/usr/src/bad-1" "$root/var/lib/dkms"/*
ok "... without it, all is well" make_bootable

is "both versions are there, image and headers" "selftests-$new slim-$new slim-core-$v slim-core-$new slim-devel-$v slim-devel-$new" "$(installed)"
ok "... and in /boot" test -s "$root/boot/vmlinuz-$r" -a -s "$root/boot/vmlinuz-$r2"

# Given another root, dnf does not ask what is running.  So, for once, the root's packages and
# /boot are in place of this machine's, and uname lies.
lying_uname "$r2" "$w/uname.so"
refused "the running kernel is not removed by dnf" 'protected packages: kernel-gmem-slim-core' unshare -m --propagation private env HOME="$w/dnf" \
	bash -euc 'mount --bind "$1/var" /var; mount --bind "$1/boot" /boot; LD_PRELOAD=$2 dnf --assumeno remove "kernel-gmem*"' - "$root" "$w/uname.so"
stand_in uname "echo $r2"
refused "... nor where dnf does not look" "$r2 is the running kernel: boot another one first" idnf remove "kernel-gmem-slim-core-$new"
ok "... it is there, whole" eval 'test -s "$root/boot/vmlinuz-$r2" && test -s "$root/lib/modules/$r2/kernel/fs/ext2/ext2.ko"'
real uname
works "the second version is removed" idnf remove "kernel-gmem-slim-core-$new" "kernel-gmem-slim-devel-$new"
is "... without a trace" "" "$(cd "$root" && find . -name "*$r2*" -not -path './var/lib/rpm/*')"
[ -n "$long" ] || real dracut

# --- booted ---------------------------------------------------------------------
cat >"$w/boot.sh" <<'END'
uname -r
cat /sys/kernel/security/lockdown
findmnt -no FSTYPE / 2>/dev/null || awk '$2 == "/" { print $3 }' /proc/mounts | tail -n 1
linux-gmem-selftests guest_memfd_test
END
rc=0
"$top/selftests/machine/secureboot.sh" -k "$root/boot/vmlinuz-$r" "$root" "$w/boot.sh" >"$w/booted" 2>"$w/boot.err" || rc=$?
sed 's/^/# /' "$w/boot.err"
is "booted with Secure Boot on, from the disk: uname -r" "$r" "$(sed -n 1p "$w/booted")"
is "... locked down" "none [integrity] confidentiality" "$(sed -n 2p "$w/booted")"
is "... by dracut's initramfs" ext2 "$(sed -n 3p "$w/booted")"
like "... the packaged selftests pass there" '^ok 1 .*guest_memfd_test' "$(cat "$w/booted")"
is "... and the runner's status says so" 0 "$rc"

if [ -n "$long" ]; then
	# A unified image: kernel, initramfs and command line under one signature (docs/signing.md).
	uki=$root/var/tmp/gmem.efi
	works "a unified image is made by dracut" in_root chroot "$root" dracut --quiet --force --uefi \
		--uefi-stub /var/tmp/linuxx64.efi.stub --kernel-image "/lib/modules/$r/vmlinuz" \
		--kernel-cmdline "root=LABEL=gmem rw init=/gmem/init console=ttyS0 panic=-1 gmem.unified" --kver "$r" /var/tmp/gmem.efi
	mv "$uki" "$w/unsigned.efi"
	works "... signed" "$top/scripts/package/sign.sh" "$w/unsigned.efi" "$w/signed.efi"
	sed 's/gmem.unified/gmem.changed/' "$w/signed.efi" >"$w/tampered.efi"
	echo 'grep -o "gmem[.][a-z]*" /proc/cmdline; cat /sys/kernel/security/lockdown' >"$w/uki.sh"
	rc=0
	"$top/selftests/machine/secureboot.sh" -k "$w/signed.efi" "$root" "$w/uki.sh" >"$w/booted" 2>"$w/boot.err" || rc=$?
	sed 's/^/# /' "$w/boot.err"
	is "... booted by the firmware itself, with its command line, locked down" "gmem.unified none [integrity] confidentiality" "$(tr '\n' ' ' <"$w/booted" | sed 's/ $//')"
	for f in unsigned tampered; do
		rc=0
		"$top/selftests/machine/secureboot.sh" -k "$w/$f.efi" "$root" "$w/uki.sh" >"$w/booted" 2>"$w/boot.err" || rc=$?
		is "... $f: refused" 125 "$rc"
		like "... $f: by the firmware" 'the firmware refused it' "$(cat "$w/boot.err")"
	done
fi

works "all removed" idnf remove "kernel-gmem*"
is "... without a trace" "" "$(listing | diff "$w/before" - || true)"
done_testing
