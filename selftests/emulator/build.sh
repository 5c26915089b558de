#!/bin/bash
# Builds the emulator of selftests/emulator and prints the folder with the result:
# qemu-system-x86_64, for TCG only, and the unit test test-snp-rmp.
#
#   build.sh          the series as it is in selftests/emulator
#   build.sh --tree   HEAD of build/qemu
#
# Results are kept in the cache under the hash of all that went in.  Source and
# objects stay there, too ($cache/qemu-src, $cache/obj/qemu): what does not change
# is not compiled again.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

names=$top/selftests/emulator/BASE
src=$cache/qemu-src
obj=$cache/obj/qemu
export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
configure=(--target-list=x86_64-softmmu --without-default-features --enable-tcg
	--enable-fdt=system --disable-docs --disable-debug-info --disable-install-blobs --disable-download
	"--cc=ccache gcc")

toolchain() {
	gcc -v 2>&1 | tail -n 1
	ld --version | sed -n 1p
	pkg-config --modversion glib-2.0
}

# tool NAME: where the package that scripts/host/pins calls so is unpacked.
tool() {
	local package dest
	package=$("$top/scripts/host/fetch.sh" "$1") || die "there is no $1 (above)"
	dest=$cache/tools/$1-$(basename "$package" .deb | cut -c1-12)
	if [ ! -e "$dest" ]; then
		dpkg-deb -x "$package" "$tmp/$1"
		publish "$tmp/$1" "$dest"
	fi
	printf '%s\n' "$dest"
}

checkout() {
	if [ ! -e "$src/.git/HEAD" ]; then
		rm -rf "$src" "$src.new"
		pgit clone -q --shared --no-checkout "$base" "$src.new"
		mv -T "$src.new" "$src"
	fi
	pgit -C "$src" cat-file -e "$tip^{tree}" 2>/dev/null ||
		pgit -C "$src" fetch -q --no-tags "$repo" "$tip"
	rm -f "$src/.git/index.lock"
	# Files that do not change keep their times.
	pgit -C "$src" checkout -qf --detach "$tip"
	pgit -C "$src" clean -qffdx
}

compile() {
	local t path='' out=$tmp/out stamp
	for t in meson pycotap; do
		path=$path${path:+:}$(tool "$t")/usr/lib/python3/dist-packages
	done
	export PYTHONPATH=$path
	checkout
	stamp="${configure[*]} $path"
	if [ "$stamp" != "$(cat "$obj/gmem.stamp" 2>/dev/null)" ]; then
		rm -rf "$obj"
		mkdir -p "$obj"
		(cd "$obj" && "$src/configure" "${configure[@]}")
		printf '%s\n' "$stamp" >"$obj/gmem.stamp"
	fi
	ninja -C "$obj" -j "${JOBS:-$(nproc)}" qemu-system-x86_64 tests/unit/test-snp-rmp
	mkdir "$out"
	strip -o "$out/qemu-system-x86_64" "$obj/qemu-system-x86_64"
	strip -o "$out/test-snp-rmp" "$obj/tests/unit/test-snp-rmp"
	publish "$out" "$dest"
}

"$top/scripts/host/deps.sh" emulator
need git gcc ccache ninja pkg-config dpkg-deb strip
base=$("$top/scripts/series/base.sh" emulator)
case ${1:-} in
'') repo=$("$top/scripts/series/applied.sh" emulator) ;;
--tree)
	repo=$build/qemu
	[ -e "$repo/.git" ] || die "there is no build/qemu: run 'make qemu-tree'"
	! changed "$repo" || note "note: build/qemu has uncommitted changes; what is built is its HEAD"
	;;
*) die "usage: build.sh [--tree]" ;;
esac
tip=$(pgit -C "$repo" rev-parse HEAD)
dest=$cache/qemu/$({ pgit -C "$repo" rev-parse "HEAD^{tree}"; toolchain; cat "$0" "$names"; } | key)
if [ ! -e "$dest" ]; then
	once qemu "$@"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	# Another run may have made it while this one waited.
	[ -e "$dest" ] || stage "build QEMU $(base version "$names")" compile
fi
touch -c "$dest"
printf '%s\n' "$dest"
