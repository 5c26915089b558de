#!/bin/bash
# stage.sh [-c] [-b] FLAVOUR SRC OBJ DEST
#
# Builds a kernel and what belongs to it: for packages of whatever format, and for
# the machine that tests run in.  SRC, a kernel tree with the series applied, is
# compiled in OBJ, a folder directly in SRC, and installed in DEST, which must not
# exist yet.  FLAVOUR is one of scripts/package/flavours; R is its release:
#
#   DEST/image       boot/{vmlinuz,config,System.map}-R, lib/modules/R
#   DEST/headers     usr/src/linux-headers-R: modules outside the tree need it
#   DEST/release     R
# and, of a flavour that is packed,
#   DEST/debug       usr/lib/debug: vmlinux, and the modules' symbols if there are any
#   DEST/selftests   KVM's selftests, the program that runs them, its man page
#
#   -c   only configure, check every option that config/ wants, leave OBJ/.config
#   -b   bare: SRC does not have all of the series (the base, or a topic's tip)
#
# Modules are signed with a key that is made for this build and removed after it;
# GMEM_MODULE_KEY=FILE.pem (or a pkcs11: URI) names another; KBUILD_SIGN_PIN has its
# passphrase or PIN.
#
# Longer than two screens: it builds, installs and checks, and each step needs the one
# before.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/source.sh
. "$top/scripts/lib/source.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

only_config='' bare=''
while getopts cb opt; do
	case $opt in
	c) only_config=1 ;;
	b) bare=bare ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 4 ] || usage
name=$1 src=$(realpath "$2") obj=$(realpath -m "$3") dest=$(realpath -m "$4")
flavour "$name" $bare
[ -e "$src/Makefile" ] || die "$2 is no kernel tree"
found=$(kernel_version <"$src/Makefile")
[ "$found" = "$(base version)" ] || die "$2 is Linux $found, not $(base version), which BASE names"
release=$found$suffix packed=
if [ -z "$bare" ]; then
	release=$("$top/scripts/package/version.sh" "$name")
	! flavours packed | grep -qx "$name" || packed=1
fi
if [ -z "$bare" ]; then
	# Not all: in build/linux, a file of today's patches/ may have gone.
	any=
	while read -r f; do
		[ ! -e "$src/$f" ] || any=1
	done < <(series_of "$top/patches" | sed "s|^|$top/patches/|" | xargs sed -n '/^--- .dev.null/{n;s|^+++ b/||p}')
	[ -n "$any" ] || die "$2 does not have the series (nothing of what it adds): apply patches/ to it first"
fi
[ ! -e "$dest" ] || die "$4 is there already: move it away"
# Kbuild calls the sources ../NAME then.  Elsewhere it has their absolute names, which UBSAN puts into the
# kernel: of gcc 12, -fmacro-prefix-map is not for it.
[ -n "$only_config" ] || [ "$(dirname "$obj")" = "$src" ] ||
	die "$3 does not lie directly in $2: what is built would have the names of these folders in it"
case ${GMEM_MODULE_KEY:-} in
'') ;;
pkcs11:*pin-value=*) die "the PIN stands in GMEM_MODULE_KEY, where everybody can read it: KBUILD_SIGN_PIN has it instead" ;;
pkcs11:*) ;;
*)
	key=$(realpath "$GMEM_MODULE_KEY")
	[ -r "$key" ] || die "GMEM_MODULE_KEY: cannot read $GMEM_MODULE_KEY"
	GMEM_MODULE_KEY=$key
	;;
esac

cd "$src"
configure "$obj" "$start" "${fragments[@]}"
[ -z "$only_config" ] || exit 0

kmake+=(O="$obj" LOCALVERSION="${release#"$found"}")
own_key() { rm -f "$obj"/certs/signing_key.{pem,x509}; }
own_key
tests=
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	[ -z "$tests" ] || kill "$tests" 2>/dev/null || true
	own_key
}
trap cleanup EXIT
# Not in .config: that is in the packages, too.
[ -z "${GMEM_MODULE_KEY:-}" ] || kmake+=(CONFIG_MODULE_SIG_KEY="$GMEM_MODULE_KEY")
# Symbols do not name the folder that they were made in; build IDs are hashes of them, too.
if grep -qx CONFIG_DEBUG_INFO=y "$obj/.config"; then
	map="-fdebug-prefix-map=$obj=."
	kmake+=(KCFLAGS="$map" KAFLAGS="$map")
fi
if [ -n "$packed" ]; then
	# Beside the kernel, whose last steps use one processor only.
	folder=$dest/selftests/usr/lib/linux-gmem-selftests
	mkdir -p "$folder"
	(kselftests "$src/obj-kselftests" "$folder") &
	tests=$!
fi
! grep -qx CONFIG_SYSTEM_TRUSTED_KEYRING=y "$obj/.config" || certificates O="$obj"
"${kmake[@]}" bzImage modules
[ "$(cat "$obj/include/config/kernel.release")" = "$release" ] ||
	die "the kernel calls itself $(cat "$obj/include/config/kernel.release"), not $release: is there a localversion file in $src?"

modules=$dest/image/lib/modules/$release
mkdir -p "$dest"/{image/boot,headers/{usr/src,lib/modules/"$release"}}
[ -z "$packed" ] || mkdir -p "$dest/debug/usr/lib/debug/boot"
cp "$obj/arch/x86/boot/bzImage" "$dest/image/boot/vmlinuz-$release"
cp "$obj/System.map" "$dest/image/boot/System.map-$release"
cp "$obj/.config" "$dest/image/boot/config-$release"
# depmod runs where they are installed.
"${kmake[@]}" modules_install INSTALL_MOD_PATH="$dest/image" INSTALL_MOD_STRIP=1 DEPMOD=true
rm -f "$modules"/{build,source}
# unpacked FILE: a module, however it is compressed.
unpacked() {
	case $1 in
	*.ko) cat "$1" ;;
	*.xz) xz -dc "$1" ;;
	*.zst) zstd -dcq "$1" ;;
	*) die "$1: how is it compressed?" ;;
	esac
}
! grep -qx CONFIG_MODULE_SIG_ALL=y "$obj/.config" || find "$modules" -name '*.ko*' | while read -r f; do
	unpacked "$f" | tail -c 28 | grep -aqx '~Module signature appended~' || die "$f is not signed"
done

debug=$dest/debug/usr/lib/debug
if [ -z "$packed" ]; then
	:
elif grep -qx CONFIG_DEBUG_INFO=y "$obj/.config"; then
	# Compressed: gigabytes otherwise, of which one reads a few pages.
	# shellcheck disable=SC2016 # the inner shell's
	(cd "$modules/kernel" && find . -name '*.ko*' -printf '%P\n') | sed 's/\.ko.*/.ko/' |
		DEBUG=$debug/lib/modules/$release/kernel OBJ=$obj xargs -P "$jobs" -n 16 sh -ec 'for f; do
			mkdir -p "$DEBUG/$(dirname "$f")"
			objcopy --only-keep-debug --compress-debug-sections=zlib "$OBJ/$f" "$DEBUG/$f"
		done' -
	objcopy --compress-debug-sections=zlib "$obj/vmlinux" "$debug/boot/vmlinux-$release"
else
	cp "$obj/vmlinux" "$debug/boot/vmlinux-$release"
fi

headers=$dest/headers/usr/src/linux-headers-$release
# The kernel's own list.  It would compile the host's programs again if CC were another
# compiler than HOSTCC, as which it takes "ccache gcc".
"${kmake[@]}" CC=gcc run-command \
	KBUILD_RUN_COMMAND="\$(srctree)/scripts/package/install-extmod-build $headers"
cp "$obj/.config" "$headers/"
# modules_install runs depmod if System.map is there.  It signs nothing: the key of this
# build is gone by then.
cp "$obj/System.map" "$headers/"
sed -i '/^CONFIG_MODULE_SIG_ALL=/d' "$headers/include/config/auto.conf"
find "$headers" -name .gitignore -delete
# What has the names of this build's folders in it.  The programs' build IDs are a hash of them, too:
# zeros instead (without the section, it would lose what the linker makes read-only).
rm -f "$headers/scripts/mod/devicetable-offsets.s"
for f in "$headers"/tools/{objtool/objtool,bpf/resolve_btfids/resolve_btfids}; do
	[ -e "$f" ] || continue
	strip "$f"
	readelf -n "$f" | grep "Build ID" >/dev/null || continue
	{ printf '\4\0\0\0\24\0\0\0\3\0\0\0GNU\0'; head -c 20 /dev/zero; } >"$dest/id"
	objcopy --update-section .note.gnu.build-id="$dest/id" "$f"
	rm "$dest/id"
done
ln -s "/usr/src/linux-headers-$release" "$dest/headers/lib/modules/$release/build"

if [ -n "$packed" ]; then
	wait "$tests" || die "KVM's selftests did not build (above)"
	tests=
	install -D -t "$dest/selftests/usr/bin" "$top/selftests/package/linux-gmem-selftests"
	install -D -m 644 -t "$dest/selftests/usr/share/man/man8" "$top/selftests/package/linux-gmem-selftests.8"
fi

# Whoever built it, with whatever umask.
chmod -R u=rwX,go=rX "$dest"
echo "$release" >"$dest/release"
