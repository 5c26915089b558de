#!/bin/bash
# deb.sh [-s]: makes Debian's packages of the series in build/packages, with their SBOM
# and provenance.
#
#   -s                     the source package instead, from which sbuild and the like
#                          make them
#
#   FLAVOUR=slim|generic   the small kernel that tests run (default), or Debian's config
#   CONFIG_ONLY=1          only configures that kernel and checks every option; for
#                          generic, the rest takes hours
#   GMEM_SB_KEY, ..._CERT  sign the kernel (sign.sh); without, it is unsigned
#   GMEM_MODULE_KEY        signs the modules (stage.sh)
#   GMEM_STAGED=FOLDER     what stage.sh made, if it is there already

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
version=$("$top/scripts/package/version.sh")
release=$("$top/scripts/package/version.sh" "$flavour")
[[ " $(flavours packed | paste -sd" ") " = *" $flavour "* ]] || die "FLAVOUR=$flavour: packages are made of $(flavours packed | paste -sd, | sed "s|,| and |g") only"
if [ -n "$source" ]; then
	"$top/scripts/host/deps.sh" deb
elif [ -z "${GMEM_STAGED:-}" ]; then
	"$top/scripts/host/deps.sh"
	"$top/scripts/host/deps.sh" deb
	"$top/scripts/series/tree.sh" --keep
	if [ -n "${CONFIG_ONLY:-}" ]; then
		stage "configure $release" "$top/scripts/package/stage.sh" -c "$flavour" "$linux" "$build/obj-$flavour" "$build/obj-$flavour/none"
		echo "configured, with all that config/ wants: build/obj-$flavour/.config"
		exit 0
	fi
	GMEM_STAGED=$("$top/scripts/package/staged.sh" "$flavour")
fi
if [ -z "$source" ]; then
	[ "$(cat "$GMEM_STAGED/release")" = "$release" ] ||
		die "GMEM_STAGED=$GMEM_STAGED has $(cat "$GMEM_STAGED/release"), not $release"
	GMEM_STAGED=$(realpath "$GMEM_STAGED")
	export GMEM_STAGED
fi
need dpkg-buildpackage dh

sb_absolute

# A folder of its own, as dpkg writes into debian/ and beside it.
work=$build/deb
rm -rf "$work"
package=$work/linux-gmem-$version
mkdir -p "$package" "$build/packages"
cp -a "$top"/{BASE,LICENSE,config,debian,docs,patches,scripts,selftests} "$package/"
cd "$package"
echo "$flavour" >debian/flavour
# Builders have no network to fetch it.
[ -z "$source" ] || [ "$flavour" != generic ] || cp "$("$top/scripts/package/distro-config.sh")" debian/distro.config
debian/rules debian/control

if [ -n "$source" ]; then
	# Two inputs: this repository, and the base, which becomes the folder linux/.
	name=$work/linux-gmem_$(base version).orig
	tar -C "$work" --sort=name --owner=0 --group=0 --mtime="$(base date)" \
		--exclude=debian -czf "$name.tar.gz" "linux-gmem-$version"
	base_tarball() {
		git -C "$("$top/scripts/series/base.sh")" archive --prefix=linux/ "$(base commit)" | xz -T0 -1 >"$name-linux.tar.xz"
		tar -xJf "$name-linux.tar.xz"
	}
	stage "source of the kernel" base_tarball
	stage "source package" dpkg-buildpackage -S -us -uc -d
else
	stage "packages: $release" dpkg-buildpackage -b -us -uc \
		--buildinfo-file="$work/linux-gmem-${release}_amd64.buildinfo" --changes-file="$work/linux-gmem-${release}_amd64.changes"
fi
cd "$work"
# All or none: what an earlier run made goes only now, when all is there, and no signal
# stops it half-way.
made=(*.deb)
[ -n "$source" ] || "$top/scripts/package/sbom.sh" deb "$flavour" "$GMEM_STAGED" . "${made[@]}" >/dev/null
made=()
for f in *.*; do
	[ ! -f "$f" ] || made+=("$f")
done
trap '' INT TERM HUP
mv -f -t "$build/packages" "${made[@]}"
trap - INT TERM HUP
cd "$build/packages"
for f in "${made[@]}"; do
	case $f in
	*.deb | *.dsc | *.tar.* | *.json) printf '%8s  %s\n' "$(du -h "$f" | cut -f1)" "build/packages/$f" ;;
	esac
done
cd "$top"
rm -rf "$work"
[ -z "$source" ] || exit 0
if [ -n "${GMEM_SB_CERT:-}" ]; then
	echo "the kernel is signed for Secure Boot by $(openssl x509 -in "$GMEM_SB_CERT" -noout -subject -nameopt oneline,sep_comma_plus_space | sed 's/^subject= *//')"
else
	echo "the kernel is unsigned: Secure Boot would refuse it (GMEM_SB_KEY and GMEM_SB_CERT name a key: docs/signing.md)"
fi
