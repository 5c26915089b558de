#!/bin/bash
# rpm.sh [-s]: makes RPMs of the patched kernel in build/packages, with their SBOM and
# provenance.
#
#   -s                     the source RPM instead, from which a build service makes them
#
#   FLAVOUR=slim|generic   the small kernel that tests run (default), or Debian's config
#   GMEM_SB_KEY, GMEM_SB_CERT, ...   sign the kernel: scripts/package/sign.sh
#   GMEM_RPM_KEY=KEY                 sign the packages: a key of gpg's, as rpmsign names it
#   GMEM_RPM_PASS_FILE=FILE          has its passphrase; without it, gpg's agent asks
#   GMEM_STAGED=FOLDER               what stage.sh made, if it is there already
#   GMEM_PACKAGES=FOLDER             where they go (build/packages)

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

source=
case $*: in
:) ;;
-s:) source=1 ;;
*) usage "$*" ;;
esac
flavour=${FLAVOUR:-slim}
with=()
[ "$flavour" != generic ] || with=(--with generic)
version=$("$top/scripts/package/version.sh")
release=$("$top/scripts/package/version.sh" "$flavour")
[[ " $(flavours packed | paste -sd" ") " = *" $flavour "* ]] || die "FLAVOUR=$flavour: packages are made of $(flavours packed | paste -sd, | sed "s|,| and |g") only"
[ -n "${GMEM_STAGED:-}" ] || "$top/scripts/host/deps.sh"
"$top/scripts/host/deps.sh" rpm
pass=${GMEM_RPM_PASS_FILE:-}
if [ -n "${GMEM_RPM_KEY:-}" ]; then
	gpg --batch --list-secret-keys "$GMEM_RPM_KEY" >/dev/null 2>&1 ||
		die "gpg has no secret key $GMEM_RPM_KEY (GMEM_RPM_KEY); gpg --list-secret-keys lists those that it has"
	[ -z "$pass" ] || [ -r "$pass" ] || die "cannot read the passphrase's file $pass (GMEM_RPM_PASS_FILE)"
fi
staged=${GMEM_STAGED:-}
[ -n "$staged" ] || "$top/scripts/series/tree.sh" --keep
sb_absolute
out=$(realpath -m "${GMEM_PACKAGES:-$build/packages}")
mkdir -p "$out" "$build"
tmp=$(mktemp -d "$build/rpm.XXXXXX")
trap 'cd /; rm -rf "$tmp"' EXIT
mkdir -p "$tmp"/{SOURCES,rpms}

SOURCE_DATE_EPOCH=$(date -u -d "$(base date)" +%s)
export SOURCE_DATE_EPOCH
# A database of its own: the machine's, if there is one, knows other packages.  For the same
# reason, what BuildRequires names is deps.sh's to see to.  rpm's default shell need not be bash.
rpmbuild=(rpmbuild --quiet --nodeps "${with[@]}"
	--define "_topdir $tmp" --define "_dbpath $tmp/db" --define "_tmppath $tmp" --define "_buildshell /bin/bash"
	--define "_rpmdir $tmp/rpms" --define "_srcrpmdir $tmp/rpms" --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm")

if [ -n "$source" ]; then
	cp "$top/debian/changelog" "$tmp/SOURCES/"
	# Builders have no network to fetch it.
	[ "$flavour" != generic ] || cp "$("$top/scripts/package/distro-config.sh")" "$tmp/SOURCES/distro.config"
	git -C "$top" archive --prefix="linux-gmem-$version/" -o "$tmp/SOURCES/linux-gmem-$version.tar.gz" HEAD
	git -C "$("$top/scripts/series/base.sh")" archive --prefix="linux-$(base version)/" "$(base commit)" | xz -T0 -1 >"$tmp/SOURCES/linux-$(base version).tar.xz"
	stage "source RPM" "${rpmbuild[@]}" -bs "$top/kernel.spec"
else
	[ -n "$staged" ] || staged=$("$top/scripts/package/staged.sh" "$flavour")
	staged=$(realpath "$staged")
	[ "$(cat "$staged/release" 2>/dev/null)" = "$release" ] || die "$staged does not have the kernel $release"
	stage "RPMs: $flavour" "${rpmbuild[@]}" --define "gmem_staged $staged" --define "gmem_top $top" \
		--define "gmem_changelog $top/debian/changelog" -bb "$top/kernel.spec"
fi
if [ -n "${GMEM_RPM_KEY:-}" ]; then
	stage "sign the RPMs" rpmsign --addsign --define "__gpg $(command -v gpg)" --define "_gpg_name $GMEM_RPM_KEY" --define "_gpg_digest_algo sha256" \
		${pass:+--define "_gpg_sign_cmd_extra_args --batch --pinentry-mode loopback --passphrase-file $(realpath "$pass")"} "$tmp"/rpms/*.rpm ||
		die "the packages were not signed: is the passphrase${pass:+ in $pass} right?"
fi
# What comes with every flavour differs by the source RPM's name in its header alone: where
# one is there that is the same except for that, it stays, as the other flavour's
# provenance has its hash.
identity() {
	rpm --dbpath "$tmp/db" -qp -i --requires --provides --scripts --dump "$1" 2>/dev/null |
		sed -e '/^Source RPM/d' -e 's/^Signature.*, Key ID/Key ID/'
}
cd "$tmp/rpms"
made=(*.rpm)
for f in "${made[@]}"; do
	if [ -e "$out/$f" ] && [ "$(identity "$f")" = "$(identity "$out/$f")" ]; then
		cp -fp "$out/$f" "$f"
	fi
done
[ -n "$source" ] || "$top/scripts/package/sbom.sh" rpm "$flavour" "$staged" . "${made[@]}" >/dev/null
# All or none: what an earlier run made goes only now, when all is there, and no signal
# stops it half-way.
made=(*)
trap '' INT TERM HUP
mv -f -t "$out" "${made[@]}"
trap - INT TERM HUP
cd "$out"
for f in "${made[@]}"; do
	printf '%8s  %s\n' "$(du -h "$f" | cut -f1)" "${out#"$top/"}/$f"
done
signed() { if [ -n "$1" ]; then echo signed; else echo "unsigned (docs/signing.md)"; fi; }
[ -n "$source" ] || echo "kernel: $(signed "${GMEM_SB_CERT:-}")"
echo "packages: $(signed "${GMEM_RPM_KEY:-}")"
