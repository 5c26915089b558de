#!/bin/bash
# The RPMs of the slim kernel: contents, dependencies, signatures, rpmlint, the same bytes again;
# installed into a Debian root by dnf, from what make repo makes of them, two versions side by
# side, with faults; booted there with Secure Boot on; removed without a trace.

# shellcheck disable=SC2016,SC2317 # eval of what is quoted; called through ok
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"

"$top/scripts/host/deps.sh" secureboot
"$top/scripts/host/deps.sh" rpm
w=$(mktemp -d)
trap 'rm -rf "$w"' EXIT
# Any rpm query makes a database in HOME; gpg's agent speaks through a socket there.
export HOME=$w/home GMEM_CACHE=$cache GNUPGHOME=$w/gnupg LC_ALL=C
unset "${!GMEM_SB_@}" GMEM_RPM_KEY GMEM_RPM_PASS_FILE
mkdir -p "$HOME"
mkdir -m 700 "$GNUPGHOME"
# What fails tells why.
quietly() { "$@" >"$w/out" 2>&1 || { sed 's/^/# /' "$w/out"; return 1; }; }
fails() { # PATTERN COMMAND...
	local pattern=$1
	shift
	if "$@" >"$w/out" 2>&1; then
		echo "# it did not fail"
		return 1
	fi
	grep -qE -- "$pattern" "$w/out" || { sed 's/^/# /' "$w/out"; return 1; }
}

mapfile -t sbkey < <("$top/selftests/machine/secureboot.sh" --key)
export "${sbkey[@]}"
echo 'rpm sesame' >"$w/pass"
gpg --batch -q --pinentry-mode loopback --passphrase-file "$w/pass" --quick-generate-key 'gmem test <test@example.org>' rsa2048 sign never 2>/dev/null
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
fails 'NOT OK' rpm -K "${db[@]}" "$core" && unknown=refused
is "a signature by a key that rpm does not know" refused "${unknown:-}"
rpm --import "${db[@]}" "$w/key.asc"
ok "rpm verifies all of them" quietly rpm -K "${db[@]}" "$p"/*.rpm
like "... the signature, too" 'digests signatures OK' "$(rpm -K "${db[@]}" "$core")"
cp "$core" "$w/tampered.rpm"
printf X | dd of="$w/tampered.rpm" bs=1 seek=$(($(stat -c %s "$core") - 5000)) conv=notrunc status=none
ok "a tampered package is refused" fails 'NOT OK|BAD' rpm -K "${db[@]}" "$w/tampered.rpm"
mkdir "$w/x"
rpm2cpio "$core" | (cd "$w/x" && cpio --quiet -idm)
ok "the kernel is signed for Secure Boot" quietly sbverify --cert "$GMEM_SB_CERT" "$w/x/lib/modules/$r/vmlinuz"
ok "its certificate is where linux-gmem-enrol looks" cmp "$GMEM_SB_CERT" "$w/x/usr/share/linux-gmem/$r.pem"
is "every module is as it was signed" "" "$(diff -r "$w/x/lib/modules/$r/kernel" "$GMEM_STAGED/image/lib/modules/$r/kernel" 2>&1; find "$w/x" -name '*.ko' | while read -r f; do tail -c 28 "$f" | grep -aqx '~Module signature appended~' || echo "$f"; done)"

rpm --import "$w/key.asc"
lint=$(cd "$top" && rpmlint -r kernel.rpmlintrc "$p"/*.rpm kernel.spec 2>&1) || true
is "rpmlint: nothing but what kernel.rpmlintrc explains" "" "$(grep ': [EW]: ' <<<"$lint" || true)"
like "... and it did look" '6 packages and 1 specfiles checked' "$lint"

# --- bill of materials, provenance, the same again -----------------------------
sbom=$p/linux-gmem-$r.rpm.spdx.json provenance=$p/linux-gmem-$r.rpm.provenance.json
ok "SBOM: every relation has both of its ends" quietly jq -e '([.packages[].SPDXID] + ["SPDXRef-DOCUMENT"]) as $ids | [.relationships[] | .spdxElementId, .relatedSpdxElement] | all(IN($ids[]))' "$sbom"
ok "SBOM: no two have the same id" quietly jq -e '[.packages[].SPDXID] | length == (unique | length)' "$sbom"
is "SBOM: the base's hash" "$(base sha256)" "$(jq -r --arg n "$(base package)" '.packages[] | select(.name == $n) | .checksums[0].checksumValue' "$sbom")"
ok "SBOM: the compiler's version" eval 'jq -r ".packages[].name" "$sbom" | grep -x >/dev/null "gcc-$(gcc -dumpversion)"'
is "provenance: the packages' hashes are theirs" "" "$(jq -r '.subject[] | "\(.digest.sha256)  \(.name)"' "$provenance" | (cd "$p" && sha256sum --quiet -c 2>&1))"
is "provenance: all of them" 6 "$(jq '.subject | length' "$provenance")"
is "provenance: the kernel's config" "$(sha256sum <"$w/x/lib/modules/$r/config" | cut -c1-64)" "$(jq -r '.predicate.buildDefinition.resolvedDependencies[] | select(.name == "config") | .digest.sha256' "$provenance")"

again() { # without signatures, which have the time in them; elsewhere, later, with other rights
	local d=$w/elsewhere/$1
	mkdir -p "$d"
	cp -a "$top"/{BASE,LICENSE,config,debian,docs,kernel.spec,patches,scripts,selftests} "$d/"
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
ok "a distribution is made up" quietly rpmbuild --quiet -bb --define "_topdir $w/rpmbuild" --define "_rpmdir $w/distribution" "$w/distribution.spec"
createrepo_c -q "$w/distribution"
printf '%s\n' '[distribution]' 'name=distribution' "baseurl=file://$w/distribution" gpgcheck=0 >"$root/etc/yum.repos.d/distribution.repo"

mkdir "$w/next"
cp -a "$top"/{BASE,LICENSE,config,debian,docs,kernel.spec,patches,scripts,selftests} "$w/next/"
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
gpg --batch -q --pinentry-mode loopback --passphrase-file "$w/pass" --quick-generate-key 'somebody <else@example.org>' rsa2048 sign never 2>/dev/null
ok "make repo, by another key than the packages'" quietly make_repo else@example.org "$p"/*.rpm
is "... has dnf check the metadata's signature" "gpgcheck=0 repo_gpgcheck=1" "$(checks)"
mv "$repo" "$w/else"
ok "... or of packages without one" quietly make_repo test@example.org "$w/elsewhere/one/out"/*.rpm
is "... the same" "gpgcheck=0 repo_gpgcheck=1" "$(checks)"
ok "... which dnf installs, and removes" eval 'quietly idnf install kernel-gmem-enrol kernel-gmem-slim-debuginfo && quietly idnf remove "kernel-gmem*"'
mv "$repo" "$w/unsigned"
ok "make repo, by the packages' key" quietly make_repo test@example.org "$p"/*.rpm
is "... has dnf check theirs, too" "gpgcheck=1 repo_gpgcheck=1" "$(checks)"

# refused NAME PATTERN REPOSITORY [CHANGE]: dnf does not install from it, changed so, with the right key.
refused() {
	rm -rf "$w/refused"
	cp -r "$3" "$w/refused"
	cp "$w/key.asc" "$w/refused/linux-gmem.asc"
	(cd "$w/refused" && eval "${4:-}")
	REPO=$w/refused ok "$1" fails "$2" idnf install kernel-gmem-enrol
}
refused "dnf refuses another key's metadata" 'Bad GPG signature' "$w/else"
refused "... such that is not signed" 'GPG signature is not available' "$repo" 'rm repodata/repomd.xml.asc'
refused "... that was tampered with" 'Bad GPG signature' "$repo" 'sed -i "s/<revision>/&1/" repodata/repomd.xml'
refused "... or what belongs to it" "checksum doesn't match" "$repo" 'echo >>"$(ls repodata/*-primary.xml.*)"'
refused "... a package that was tampered with" 'enrol.* has incorrect checksum' "$repo" 'printf X | dd of="kernel-gmem-enrol-$v.noarch.rpm" bs=1 seek=9000 conv=notrunc status=none'
refused "... one that is not signed" 'enrol.* is not signed' "$w/unsigned"
ok "... what needs more than there is" fails "nothing provides dracut needed by kernel-gmem-slim-core-$v" idnf --disablerepo distribution install kernel-gmem-slim-core
is "... and nothing is there" "" "$(installed; listing | diff "$w/before" - || true)"

# --- installed ------------------------------------------------------------------
SMALL_BOOT=16m ok "no room in /boot: refused, and told" fails '/boot has 16 MiB left' idnf install kernel-gmem-slim
is "... and only the headers are there" "slim-devel-$v" "$(installed)"
is "... and their files" "" "$(listing | comm -13 "$w/before" - | grep -vE "^\./usr/(src/kernels|lib/modules/$r(/build)?$)" || true)"
ok "installed, with its scripts and what it needs" quietly idnf install kernel-gmem-slim kernel-gmem-selftests
is "... which is" "selftests-$v slim-$v slim-core-$v slim-devel-$v" "$(installed)"
for f in "vmlinuz-$r" "initramfs-$r.img" "System.map-$r" "config-$r"; do
	ok "/boot has $f" test -s "$root/boot/$f"
done
ok "the initramfs has the modules for the disk" eval '[ "$(in_root chroot "$root" lsinitrd "/boot/initramfs-$r.img" | grep -cE "/(virtio_blk|ext2)\.ko")" = 2 ]'
ok "depmod was there" test -s "$root/lib/modules/$r/modules.dep"
ok "rpm -V: as packed" quietly irpm -V kernel-gmem-slim-core kernel-gmem-slim-devel

# A second build of the same tree, as deb.t has it, too.
new=${v%gmem*}gmem99
sed -i "1s/($v)/($new)/" "$w/next/debian/changelog"
ln -s "$top/build/linux" "$w/next/build/linux"
staged2=$("$w/next/scripts/package/staged.sh" slim)
r2=$(cat "$staged2/release")
ok "a second version is made" quietly env GMEM_STAGED="$staged2" GMEM_PACKAGES="$w/packages2" "$w/next/scripts/package/rpm.sh"
core2=$w/packages2/kernel-gmem-slim-core-$new.x86_64.rpm
ok "... and a repository of both" quietly make_repo test@example.org "$p"/*.rpm "$w/packages2"/*.rpm
SMALL_BOOT=16m ok "an upgrade without room in /boot: refused" fails '/boot has 16 MiB left' idnf upgrade
is "... and kernel-gmem-slim stays with its kernel" "selftests-$new slim-$v slim-core-$v slim-devel-$v slim-devel-$new" "$(installed)"

mv "$root/usr/bin/dracut" "$root/usr/bin/dracut.real"
printf '#!/bin/sh\nexit 1\n' >"$root/usr/bin/dracut"
chmod +x "$root/usr/bin/dracut"
idnf upgrade >"$w/said" 2>&1 || true
like "dracut fails: told, with what to do" "error: (dracut|kernel-install) failed.*kernel $r2 cannot be booted.*When that is mended: rpm -i --replacepkgs its file, or dnf reinstall kernel-gmem-slim-core-$new" "$(tr '\n' ' ' <"$w/said")"
is "... and nothing of it is in /boot" "" "$(find "$root/boot" "$root/var/tmp" -name "*$r2*" -o -name '.gmem*' -o -name 'gmem.*')"
ok "... but the first version is, whole" cmp "$root/boot/vmlinuz-$r" "$w/x/lib/modules/$r/vmlinuz"
mv -f "$root/usr/bin/dracut.real" "$root/usr/bin/dracut"
ok "... mended: as it said, by rpm" quietly irpm -i --replacepkgs "$core2"
ok "... it can be booted" test -s "$root/boot/initramfs-$r2.img"
rm -f "$root"/boot/*"$r2"*
ok "... or by dnf" quietly idnf reinstall "$(sed -n 's/.*or dnf reinstall //p' "$w/said")"
ok "... it can be booted" test -s "$root/boot/initramfs-$r2.img"

# kernel_install COMMANDS: made up; it does them when a kernel is added, and takes its entry away when one is removed.
plugin=$root/usr/bin/kernel-install entry=$root/boot/loader/entries/id-$r2.conf
[ ! -e "$plugin" ] || mv "$plugin" "$plugin.real"
mkdir -p "${entry%/*}"
kernel_install() {
	printf '#!/bin/sh\nentry=/boot/loader/entries/id-$2.conf\ncase $1 in\nadd) %s ;;\nremove) rm -f $entry ;;\nesac\n' "$1" >"$plugin"
	chmod +x "$plugin"
}
# rpm itself goes on after a %posttrans that fails.
again() { irpm -i --replacepkgs "$core2" >"$w/said" 2>&1; }
kernel_install 'exit 1'
again || true
like "kernel-install fails for a kernel that could be booted: told" "error: kernel-install failed.*kernel $r2 can be booted as before" "$(tr '\n' ' ' <"$w/said")"
ok "... and it still can" eval 'cmp "$root/boot/vmlinuz-$r2" "$root/lib/modules/$r2/vmlinuz" && test -s "$root/boot/initramfs-$r2.img"'
rm -f "$root"/boot/*"$r2"*
kernel_install 'echo >$entry; exit 1'
again || true
like "... for another: told" "error: kernel-install failed.*kernel $r2 cannot be booted" "$(tr '\n' ' ' <"$w/said")"
is "... and there is no entry for it" "" "$(find "$root/boot" -name "*$r2*")"
kernel_install 'echo >$entry'
ok "a plug-in that keeps kernels elsewhere" again
is "... is left to it" "$entry" "$(find "$root/boot" -name "*$r2*")"
kernel_install 'head -c 1000 "$3" >/boot/vmlinuz-$2; echo >$entry'
ok "a plug-in that makes half of it" again
ok "... the rest comes, whole" eval 'cmp "$root/boot/vmlinuz-$r2" "$root/lib/modules/$r2/vmlinuz" && test -s "$root/boot/initramfs-$r2.img"'
rm -rf "$plugin" "$root/boot/loader"
[ ! -e "$plugin.real" ] || mv "$plugin.real" "$plugin"

is "both versions are there, image and headers" "selftests-$new slim-$new slim-core-$v slim-core-$new slim-devel-$v slim-devel-$new" "$(installed)"
ok "... and in /boot" test -s "$root/boot/vmlinuz-$r" -a -s "$root/boot/vmlinuz-$r2"

# Given another root, dnf does not ask what is running.  So, for once, the root's packages and
# /boot are in place of this machine's, and uname lies.
lying_uname "$r2" "$w/uname.so"
ok "the running kernel is not removed by dnf" fails 'protected packages: kernel-gmem-slim-core' unshare -m --propagation private env HOME="$w/dnf" \
	bash -euc 'mount --bind "$1/var" /var; mount --bind "$1/boot" /boot; LD_PRELOAD=$2 dnf --assumeno remove "kernel-gmem*"' - "$root" "$w/uname.so"
mv "$root/usr/bin/uname" "$root/usr/bin/uname.real"
printf '#!/bin/sh\necho %s\n' "$r2" >"$root/usr/bin/uname"
chmod +x "$root/usr/bin/uname"
ok "... nor where dnf does not look" fails "$r2 is the running kernel: boot another one first" idnf remove "kernel-gmem-slim-core-$new"
ok "... it is there, whole" eval 'test -s "$root/boot/vmlinuz-$r2" && test -s "$root/lib/modules/$r2/kernel/fs/ext2/ext2.ko"'
mv -f "$root/usr/bin/uname.real" "$root/usr/bin/uname"
ok "the second version is removed" quietly idnf remove "kernel-gmem-slim-core-$new" "kernel-gmem-slim-devel-$new"
is "... without a trace" "" "$(cd "$root" && find . -name "*$r2*" -not -path './var/lib/rpm/*')"

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

# A unified image: kernel, initramfs and command line under one signature (docs/signing.md).
uki=$root/var/tmp/gmem.efi
ok "a unified image is made by dracut" quietly in_root chroot "$root" dracut --quiet --force --uefi \
	--uefi-stub /var/tmp/linuxx64.efi.stub --kernel-image "/lib/modules/$r/vmlinuz" \
	--kernel-cmdline "root=LABEL=gmem rw init=/gmem/init console=ttyS0 panic=-1 gmem.unified" --kver "$r" /var/tmp/gmem.efi
mv "$uki" "$w/unsigned.efi"
ok "... signed" quietly "$top/scripts/package/sign.sh" "$w/unsigned.efi" "$w/signed.efi"
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

ok "all removed" quietly idnf remove "kernel-gmem*"
is "... without a trace" "" "$(listing | diff "$w/before" - || true)"
done_testing
