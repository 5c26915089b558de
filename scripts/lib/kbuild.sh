# shellcheck shell=bash
# Sourced, after lib.sh, by what compiles a kernel tree, in that tree's folder: how make
# is called, how .config comes about and is checked, KVM's selftests.  Runs nothing by
# itself.

export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
# The dependencies that gcc writes tell what a file includes: not read twice.
export CCACHE_DEPEND=1
jobs=${JOBS:-$(nproc)}
cc=gcc
! command -v ccache >/dev/null || cc="ccache gcc"

# The same source gives the same bytes, whoever builds it and when.
stamp=$(LC_ALL=C date -u -d "$(base date)" '+%a %b %e %H:%M:%S UTC %Y')
kmake=(make -s -j"$jobs" "CC=$cc" LOCALVERSION=
	"KBUILD_BUILD_TIMESTAMP=$stamp" KBUILD_BUILD_USER=gmem KBUILD_BUILD_HOST=gmem KBUILD_BUILD_VERSION=1)

toolchain() {
	gcc -v 2>&1 | tail -n 1
	ld --version | sed -n 1p
	uname -m
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

# configure OBJ START FRAGMENT...: OBJ/.config from START, a config or the word tinyconfig,
# with every line of the fragments in it, and of config/debian.config if the tree is Debian's.
configure() {
	local obj=$1 start=$2
	shift 2
	# shellcheck disable=SC2154 # top is lib.sh's
	! grep -sqx "config LOCK_DOWN_IN_EFI_SECURE_BOOT" security/lockdown/Kconfig || set -- "$@" "$top/config/debian.config"
	mkdir -p "$obj"
	case $start in
	tinyconfig) "${kmake[@]}" O="$obj" tinyconfig ;;
	*) cp "$start" "$obj/.config" ;;
	esac
	scripts/kconfig/merge_config.sh -m -O "$obj" "$obj/.config" "$@" >/dev/null
	"${kmake[@]}" O="$obj" olddefconfig
	check_config "$obj/.config" "$@"
}

# kselftests OBJ OUT [FLAG]: KVM's selftests, linked with FLAG, stripped, into the folder OUT; OUT/tests
# names those that upstream's makefile would run.
kselftests() {
	local obj=$1 out=$2 prog missing=() list rc=0
	mkdir -p "$obj/headers" "$obj/kvm"
	"${kmake[@]}" O="$obj/headers" headers
	local args=(-C tools/testing/selftests/kvm ARCH=x86 "OUTPUT=$obj/kvm" "CC=$cc"
		"LINUX_HDR_PATH=$obj/headers/usr/include"
		"KHDR_INCLUDES=-isystem $obj/headers/usr/include" "USERLDFLAGS=${3:-}"
		# The same bytes in whatever folders: no paths of them.
		"USERCFLAGS=-ffile-prefix-map=$PWD/= -ffile-prefix-map=$obj/=")
	# Recipes that are evaluated after the makefile is read: its own lists.
	# shellcheck disable=SC2016
	list=$(make -s "${args[@]}" --eval='gmem-list: ; @printf "%s\n" $(TEST_GEN_PROGS) $(TEST_GEN_PROGS_EXTENDED)' gmem-list)
	# -k: all that fail are named, not only the first.
	make -s -k -j"$jobs" "${args[@]}" || rc=$?
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
}

# certificates O=OBJ: the object with the certificates in it, before all
# others.  ccache does not see what .incbin reads: it would give the one with an earlier build's
# key, and the kernel would not take its own modules.
certificates() { CCACHE_DISABLE=1 "${kmake[@]}" "$@" certs/system_certificates.o; }
