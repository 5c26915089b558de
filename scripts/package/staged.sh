#!/bin/bash
# staged.sh slim|generic: prints the folder with what stage.sh makes of build/linux'
# HEAD, in the cache; makes it first if need be.  Both formats' packages are
# made of that.  GMEM_MODULE_KEY as there.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

# Under the lock "src", in a process of its own (as in build.sh).
if [ "${1:-}" = --locked ]; then
	flavour=$2 commit=$3 out=$cache/packages/$4
	[ ! -e "$out" ] || exit 0
	checkout_src "$linux" "$commit"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	"$top/scripts/package/stage.sh" "$flavour" "$cache/src" "$cache/src/obj-$flavour" "$tmp/staged"
	git -C "$cache/src" rev-parse 'HEAD^{tree}' >"$tmp/staged/tree"
	publish "$tmp/staged" "$out"
	exit 0
fi

[ $# -eq 1 ] || die "usage: staged.sh slim|generic"
flavour=$1
release=$("$top/scripts/package/version.sh" "$flavour")
need git make gcc ld flex bison bc ccache strip openssl
[ "$flavour" != generic ] || need pahole zstd
[ -e "$linux/.git" ] || die "there is no build/linux: run 'make tree'"
commit=$(git -C "$linux" rev-parse HEAD)
! changed "$linux" ||
	note "note: build/linux has uncommitted changes; what is packed is its HEAD (${commit:0:12})"
case $flavour in
slim) config=("$top"/config/{slim,patched}.config) ;;
generic) config=("$("$top/scripts/package/distro-config.sh")" "$top/config/generic.config") ;;
esac
key=$({
	echo "staged $release $(git -C "$linux" rev-parse 'HEAD^{tree}')"
	toolchain
	[ "$flavour" != generic ] || pahole --version
	cat "${config[@]}" "$top/config/debian.config" "$top"/scripts/{package/stage,lib/kbuild}.sh "$top"/selftests/package/*
	case ${GMEM_MODULE_KEY:-} in
	pkcs11:*) echo "$GMEM_MODULE_KEY" ;;
	?*) sha256sum <"$GMEM_MODULE_KEY" ;;
	esac
} | key)
if [ ! -e "$cache/packages/$key" ]; then
	stage "build what is packed: $release" with_lock src "$0" --locked "$flavour" "$commit" "$key"
fi
touch -c "$cache/packages/$key"
echo "$cache/packages/$key"
