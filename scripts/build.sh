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

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/series.sh
. "$top/scripts/series.sh"

usage() { die "usage: build.sh kernel slim|debug WHICH, or build.sh selftests WHICH; WHICH: base, patched or a topic"; }

src=$cache/src
export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
# The dependencies that gcc writes tell what a file includes: not read twice.
export CCACHE_DEPEND=1
jobs=${JOBS:-$(nproc)}

# The same source gives the same bytes, whoever builds it and when.
stamp=$(LC_ALL=C date -u -d "$(base date)" '+%a %b %e %H:%M:%S UTC %Y')
kmake=(make -s -j"$jobs" "CC=ccache gcc" LOCALVERSION=
	"KBUILD_BUILD_TIMESTAMP=$stamp" KBUILD_BUILD_USER=gmem KBUILD_BUILD_HOST=gmem KBUILD_BUILD_VERSION=1)

toolchain() {
	gcc -v 2>&1 | tail -n 1
	ld --version | sed -n 1p
	uname -m
}

# fragments KIND WHICH: the kconfig fragments of a kernel, in the order they apply.
fragments() {
	echo "$top/config/slim.config"
	[ "$1" = slim ] || echo "$top/config/$1.config"
	[ "$2" != patched ] || echo "$top/config/patched.config"
}

# resolve base|patched|TOPIC: sets commit and tree.
resolve() {
	case $1 in
	base)
		if [ -z "${GMEM_BASE:-}" ]; then
			commit=$(base commit) tree=$(base tree)
		else
			repo=$("$top/scripts/base.sh")
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

# check_config FILE FRAGMENT...: kconfig drops without a word what it cannot
# have; name every such option.
check_config() {
	local config=$1 option want have bad=()
	shift
	while IFS=$'\t' read -r option want; do
		have=$(grep -E "^(# )?${option}[= ]" "$config" || true)
		case $want in
		*' is not set') [[ $have != "$option="* ]] || bad+=("$want (is: $have)") ;;
		*) [ "$have" = "$want" ] || bad+=("$want (is: ${have:-absent})") ;;
		esac
	done < <(awk '
		match($0, /CONFIG_[A-Za-z0-9_]+/) && /^(# )?CONFIG_[A-Za-z0-9_]+(=| is not set)/ {
			want[substr($0, RSTART, RLENGTH)] = $0
		}
		END { for (o in want) print o "\t" want[o] }' "$@" | sort)
	[ ${#bad[@]} -eq 0 ] || {
		note "error: kconfig did not keep these lines of config/; what they depend on is missing:"
		printf '    %s\n' "${bad[@]}" >&2
		exit 1
	}
}

build_kernel() {
	local kind=$1 which=$2 obj=$cache/obj/$1 out frag
	mapfile -t frag < <(fragments "$kind" "$which")
	mkdir -p "$obj"
	cd "$src"
	"${kmake[@]}" O="$obj" tinyconfig
	scripts/kconfig/merge_config.sh -m -O "$obj" "$obj/.config" "${frag[@]}" >/dev/null
	"${kmake[@]}" O="$obj" olddefconfig
	check_config "$obj/.config" "${frag[@]}"
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
	local obj=$cache/obj/kselftests out prog missing=() list rc=0
	mkdir -p "$obj/headers" "$obj/kvm"
	cd "$src"
	"${kmake[@]}" O="$obj/headers" headers
	local args=(-C tools/testing/selftests/kvm ARCH=x86 "OUTPUT=$obj/kvm" "CC=ccache gcc"
		"LINUX_HDR_PATH=$obj/headers/usr/include"
		"KHDR_INCLUDES=-isystem $obj/headers/usr/include" USERLDFLAGS=-static)
	# Recipes that are evaluated after the makefile is read: its own lists.
	# shellcheck disable=SC2016
	list=$(make -s "${args[@]}" --eval='gmem-list: ; @printf "%s\n" $(TEST_GEN_PROGS) $(TEST_GEN_PROGS_EXTENDED)' gmem-list)
	# -k: all that fail are named, not only the first.
	make -s -k -j"$jobs" "${args[@]}" || rc=$?
	out=$(scratch)
	while read -r prog; do
		[ -x "$prog" ] || { missing+=("${prog#"$obj/kvm/"}"); continue; }
		mkdir -p "$(dirname "$out/${prog#"$obj/kvm/"}")"
		strip -o "$out/${prog#"$obj/kvm/"}" "$prog"
	done <<<"$list"
	[ ${#missing[@]} -eq 0 ] || die "these selftests did not build (the compiler's message is above): ${missing[*]}"
	[ "$rc" -eq 0 ] || die "make of the selftests failed with status $rc"
	# shellcheck disable=SC2016
	make -s "${args[@]}" --eval='gmem-list: ; @printf "%s\n" $(TEST_PROGS)' gmem-list |
		while read -r prog; do
			install -D "tools/testing/selftests/kvm/$prog" "$out/$prog"
		done
	# What upstream's makefile would run, in its order.
	# shellcheck disable=SC2016
	make -s "${args[@]}" --eval='gmem-list: ; @printf "%s\n" $(TEST_GEN_PROGS) $(TEST_PROGS)' gmem-list |
		sed "s|^$obj/kvm/||" >"$out/tests"
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
	key=$({ echo "kernel $tree"; toolchain; cat "$0" "${frag[@]}" "$top"/selftests/rmp/* "$top/selftests/qemu/snp-test.h"; } | key)
	title="build kernel: $kind, $which"
	;;
selftests)
	[ $# -eq 2 ] || usage
	kind=- which=$2 what=kselftests
	resolve "$which"
	# libc counts: it is linked in.
	key=$({ echo "selftests $tree"; toolchain; sha256sum "$(gcc -print-file-name=libc.a)" | cut -c1-64; cat "$0"; } | key)
	title="build selftests: $which"
	;;
*) usage ;;
esac

if [ ! -e "$cache/$what/$key" ]; then
	stage "$title" with_lock src bash "$0" --locked "$what" "$kind" "$which" "$commit" "$key"
fi
touch -c "$cache/$what/$key"
echo "$cache/$what/$key"
