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

locked=
[ "${1:-}" != --locked ] || { locked=1; shift; }
case $# in 1 | 2) ;; *) usage ;; esac
name=$1 which=${2:-patched}
need git make gcc ld flex bison bc ccache strip openssl
[ "$name" != generic ] || need pahole zstd

# key_of: of all that goes into it.
key_of() {
	resolve "$which"
	{
		echo "staged $name $("$top/scripts/package/version.sh" "$name") $bare $tree"
		toolchain
		[ "$name" != generic ] || pahole --version
		flavour_text "$name" $bare
		cat "$top"/scripts/{package/stage,lib/kbuild}.sh
		[ -n "$bare" ] || cat "$top"/selftests/package/*
		case ${GMEM_MODULE_KEY:-} in
		pkcs11:*) echo "$GMEM_MODULE_KEY" ;;
		?*) sha256sum <"$GMEM_MODULE_KEY" ;;
		esac
	} | key
}

resolve "$which"
out=$cache/packages/$(key_of)
if ! in_cache "$out" && [ -n "$locked" ]; then
	checkout_src "$linux" "$commit"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	"$top/scripts/package/stage.sh" ${bare:+-b} "$name" "$cache/src" "$cache/src/obj-$name" "$tmp/staged"
	git -C "$cache/src" rev-parse 'HEAD^{tree}' >"$tmp/staged/tree"
	[ "$out" = "$cache/packages/$(key_of)" ] ||
		die "config/, scripts/ or build/linux changed while $name was being built: run it again"
	publish "$tmp/staged" "$out"
elif ! in_cache "$out"; then
	# In a process of its own, which looks again at everything once it has the lock.
	stage "build kernel: $name, $which" with_lock src "$0" --locked "$name" "$which"
	out=$cache/packages/$(key_of)
	in_cache "$out" || die "config/, scripts/ or build/linux changed while $name was being built: run it again"
fi
echo "$out"
