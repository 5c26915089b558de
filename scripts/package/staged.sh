#!/bin/bash
# staged.sh FLAVOUR [WHICH]
#
# Prints the folder, in the cache, with what stage.sh makes of a kernel: WHICH is
# patched (HEAD of build/linux, the default), base, or a topic (its tip in
# build/linux).  Makes it first if need be.  All packages and the test machine are
# made of that.  GMEM_MODULE_KEY as there.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

# Under the lock "src", in a process of its own: set -e does not hold in a function
# that a lock calls.
if [ "${1:-}" = --locked ]; then
	name=$2 bare=$3 commit=$4 out=$cache/packages/$5
	# Another run may have made it while this one waited.
	! in_cache "$out" || exit 0
	checkout_src "$linux" "$commit"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	"$top/scripts/package/stage.sh" ${bare:+-b} "$name" "$cache/src" "$cache/src/obj-$name" "$tmp/staged"
	git -C "$cache/src" rev-parse 'HEAD^{tree}' >"$tmp/staged/tree"
	publish "$tmp/staged" "$out"
	exit 0
fi

case $# in 1 | 2) ;; *) usage ;; esac
name=$1 which=${2:-patched}
need git make gcc ld flex bison bc ccache strip openssl
[ "$name" != generic ] || need pahole zstd
resolve "$which"
release=$("$top/scripts/package/version.sh" "$name")
key=$({
	echo "staged $name $release $bare $tree"
	toolchain
	[ "$name" != generic ] || pahole --version
	flavour_text "$name" $bare
	cat "$top"/scripts/{package/stage,lib/kbuild}.sh
	[ -n "$bare" ] || cat "$top"/selftests/package/*
	case ${GMEM_MODULE_KEY:-} in
	pkcs11:*) echo "$GMEM_MODULE_KEY" ;;
	?*) sha256sum <"$GMEM_MODULE_KEY" ;;
	esac
} | key)
out=$cache/packages/$key
in_cache "$out" ||
	stage "build kernel: $name, $which" with_lock src "$0" --locked "$name" "$bare" "$commit" "$key"
echo "$out"
