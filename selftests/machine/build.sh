#!/bin/bash
# Builds what the test machine runs, and prints the folder with the result.
#
#   build.sh kernel slim|debug WHICH             bzImage, config, System.map, release,
#                                                modules.cpio (modules as installed, and that of selftests/rmp)
#   build.sh selftests WHICH                     KVM's selftests: static, stripped
#
# WHICH is base, the commit that BASE names; patched, HEAD of build/linux; or a topic
# (10-attributes), the last commit of it there.  Results are kept in the cache under the
# hash of all that went in; what is there already is not built again.  Objects stay in
# $cache/obj, one tree for all: switching rebuilds what differs, and ccache has most of
# that.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

usage() { die "usage: build.sh kernel slim|debug WHICH, or build.sh selftests WHICH; WHICH: base, patched or a topic"; }

src=$cache/src

# fragments KIND WHICH: the kconfig fragments of a kernel, in the order they apply.
fragments() {
	echo "$top/config/slim.config"
	[ "$1" = slim ] || echo "$top/config/$1.config"
	[ "$2" != patched ] || echo "$top/config/patched.config"
	[ "$1-$2" != debug-patched ] || echo "$top/config/debug-patched.config"
}

# resolve base|patched|TOPIC: sets commit and tree.
resolve() {
	case $1 in
	base)
		if [ -z "${GMEM_BASE:-}" ]; then
			commit=$(base commit) tree=$(base tree)
		else
			repo=$("$top/scripts/series/base.sh")
			commit=$(git -C "$repo" rev-parse HEAD)
			tree=$(git -C "$repo" rev-parse 'HEAD^{tree}')
		fi
		;;
	patched)
		[ -e "$linux/.git" ] || die "there is no build/linux: run 'make tree'"
		commit=$(git -C "$linux" rev-parse HEAD)
		tree=$(git -C "$linux" rev-parse 'HEAD^{tree}')
		if [ -n "$(git -C "$linux" status --porcelain --untracked-files=no)" ]; then
			note "note: build/linux has uncommitted changes; what is built is its HEAD (${commit:0:12})"
		fi
		;;
	[0-9][0-9]-*)
		[ -e "$linux/.git" ] || die "there is no build/linux: run 'make tree'"
		commit=$(topics "$linux" "$(base commit)" "$top/patches" | awk -v t="$1" '$2 == t { c = $1 } END { print c }')
		[ -n "$commit" ] || die "build/linux has no topic $1"
		tree=$(git -C "$linux" rev-parse "$commit^{tree}")
		;;
	*) usage ;;
	esac
}

build_kernel() {
	local kind=$1 which=$2 obj=$cache/obj/$1 out frag
	mapfile -t frag < <(fragments "$kind" "$which")
	cd "$src"
	configure "$obj" tinyconfig "${frag[@]}"
	certificates O="$obj"
	"${kmake[@]}" O="$obj" bzImage modules
	"${kmake[@]}" O="$obj" M="$top/selftests/rmp" MO="$obj/gmem-rmp" modules
	out=$(scratch)
	cp "$obj/arch/x86/boot/bzImage" "$obj/System.map" "$out/"
	cp "$obj/.config" "$out/config"
	cp "$obj/include/config/kernel.release" "$out/release"
	"${kmake[@]}" O="$obj" modules_install INSTALL_MOD_PATH="$out/root" INSTALL_MOD_STRIP=1
	"${kmake[@]}" O="$obj" M="$top/selftests/rmp" MO="$obj/gmem-rmp" \
		modules_install INSTALL_MOD_PATH="$out/root" INSTALL_MOD_STRIP=1
	rm -f "$out"/root/lib/modules/*/build
	(cd "$out/root" && find . -mindepth 1 | LC_ALL=C sort |
		cpio --quiet -o -H newc -R 0:0 --reproducible) >"$out/modules.cpio"
	rm -rf "$out/root"
	publish "$out" "$cache/kernels/$key"
}

build_selftests() {
	local out
	out=$(scratch)
	cd "$src"
	kselftests "$cache/obj/kselftests" "$out" -static
	publish "$out" "$cache/kselftests/$key"
}

# Under the lock "src", in a process of its own (called through a lock function,
# set -e would not hold).
if [ "${1:-}" = --locked ]; then
	what=$2 kind=$3 which=$4 commit=$5 key=$6
	# Another run may have made it while this one waited.
	[ ! -e "$cache/$what/$key" ] || exit 0
	checkout_src "$linux" "$commit"
	case $what in
	kernels) build_kernel "$kind" "$which" ;;
	kselftests) build_selftests ;;
	esac
	exit 0
fi

need git make gcc ld flex bison bc ccache strip cpio
case ${1:-} in
kernel)
	[ $# -eq 3 ] || usage
	kind=$2 which=$3 what=kernels
	[[ $kind = slim || $kind = debug ]] || usage
	resolve "$which"
	mapfile -t frag < <(fragments "$kind" "$which")
	key=$({ echo "kernel $tree"; toolchain; cat "$0" "$top/scripts/lib/kbuild.sh" "${frag[@]}" "$top/config/debian.config" "$top"/selftests/rmp/* "$top/selftests/emulator/snp-test.h"; } | key)
	title="build kernel: $kind, $which"
	;;
selftests)
	[ $# -eq 2 ] || usage
	kind=- which=$2 what=kselftests
	resolve "$which"
	# libc counts: it is linked in.
	key=$({ echo "selftests $tree"; toolchain; sha256sum "$(gcc -print-file-name=libc.a)" | cut -c1-64; cat "$0" "$top/scripts/lib/kbuild.sh"; } | key)
	title="build selftests: $which"
	;;
*) usage ;;
esac

if [ ! -e "$cache/$what/$key" ]; then
	stage "$title" with_lock src bash "$0" --locked "$what" "$kind" "$which" "$commit" "$key"
fi
touch -c "$cache/$what/$key"
echo "$cache/$what/$key"
