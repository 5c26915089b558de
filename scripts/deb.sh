#!/bin/bash
# Makes Debian's packages of the series in build/packages.
#
#   FLAVOUR=slim|generic   the small kernel that tests run (default), or Debian's config
#   CONFIG_ONLY=1          only configures that kernel and checks every option; for
#                          generic, the rest takes hours
#   GMEM_SB_KEY, ..._CERT  sign the kernel (scripts/sign.sh); without, it is unsigned
#   GMEM_MODULE_KEY        signs the modules (scripts/stage-kernel.sh)
#   GMEM_STAGED=FOLDER     what stage-kernel.sh made, if it is there already

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

flavour=${FLAVOUR:-slim}
version=$("$top/scripts/package-version.sh")
release=$("$top/scripts/package-version.sh" "$flavour")
if [ -z "${GMEM_STAGED:-}" ]; then
	"$top/scripts/deps.sh"
	"$top/scripts/deps.sh" deb
	"$top/scripts/tree.sh" --keep
	if [ -n "${CONFIG_ONLY:-}" ]; then
		stage "configure $release" "$top/scripts/stage-kernel.sh" -c "$flavour" "$linux" "$build/obj-$flavour" "$build/obj-$flavour/none"
		echo "configured, with all that config/ wants: build/obj-$flavour/.config"
		exit 0
	fi
	GMEM_STAGED=$("$top/scripts/staged.sh" "$flavour")
fi
[ "$(cat "$GMEM_STAGED/release")" = "$release" ] ||
	die "GMEM_STAGED=$GMEM_STAGED has $(cat "$GMEM_STAGED/release"), not $release"
export GMEM_STAGED
need dpkg-buildpackage dh

# A folder of its own, as dpkg writes into debian/ and beside it.
work=$build/deb
rm -rf "$work"
mkdir -p "$work/linux-gmem-$version" "$build/packages"
cp -a "$top"/{BASE,config,debian,scripts,selftests} "$work/linux-gmem-$version/"
cd "$work/linux-gmem-$version"
echo "$flavour" >debian/flavour
debian/rules debian/control
stage "packages: $release" dpkg-buildpackage -b -us -uc
cd "$work"
for f in *.deb; do
	mv "$f" "$build/packages/"
	printf '%8s  %s\n' "$(du -h "$build/packages/$f" | cut -f1)" "build/packages/$f"
done
mv -- *.buildinfo *.changes "$build/packages/"
rm -rf "$work/linux-gmem-$version"
if [ -n "${GMEM_SB_CERT:-}" ]; then
	echo "the kernel is signed for Secure Boot by $(openssl x509 -in "$GMEM_SB_CERT" -noout -subject -nameopt oneline,sep_comma_plus_space | sed 's/^subject= *//')"
else
	echo "the kernel is unsigned: Secure Boot would refuse it (GMEM_SB_KEY and GMEM_SB_CERT name a key: docs/signing.md)"
fi
