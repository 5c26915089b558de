# shellcheck shell=bash
# Sourced, after lib.sh, by what compiles a kernel tree, in that tree's folder: how
# make is called, which flavours there are, how .config is made and checked, KVM's
# selftests.  Runs nothing by itself.
# Longer than two screens: a library, of short functions.
# shellcheck disable=SC2034,SC2154 # for who sources this; lib.sh has top and cache

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

# flavours USE...: the names of the flavours with one of these uses.
flavours() {
	awk -v want=" $* " '!/^#/ && index(want, " " $2 " ") { print $1 }' "$top/scripts/package/flavours"
}

# flavour NAME [bare]: sets suffix, start (a config's file, or the word tinyconfig) and
# fragments (their files); "bare" is a tree that does not have all of the series.
flavour() {
	local word words
	read -ra words < <(awk -v name="$1" '!/^#/ && $1 == name' "$top/scripts/package/flavours") ||
		die "there is no flavour $1; there are: $(flavours packed tested compiled | paste -sd' ')"
	suffix=${words[2]#-} start=${words[3]} fragments=()
	suffix=${suffix:+-$suffix}
	[ "$start" != distro ] || start=$("$top/scripts/package/distro-config.sh")
	for word in "${words[@]:4}"; do
		[ "${word#+}" = "$word" ] || [ "${2:-}" != bare ] || continue
		fragments+=("$top/config/${word#+}.config")
	done
}

# flavour_text NAME [bare]: all that its .config is made of, for a key.
flavour_text() (
	flavour "$@"
	[ "$start" = tinyconfig ] || cat "$start"
	cat "${fragments[@]}" "$top/config/debian.config"
)

# resolve WHICH: sets commit and tree of a kernel: base, the commit that BASE names;
# patched, HEAD of build/linux; or a topic (10-attributes), its last commit there.
# Sets bare to "bare" for those that do not have all of the series.
resolve() {
	local repo
	bare=bare
	if [ "$1" = base ]; then
		if [ -z "${GMEM_BASE:-}" ]; then
			commit=$(base commit) tree=$(base tree)
			return
		fi
		repo=$("$top/scripts/series/base.sh")
		commit=$(git -C "$repo" rev-parse HEAD)
		tree=$(git -C "$repo" rev-parse 'HEAD^{tree}')
		return
	fi
	[ -e "$linux/.git" ] || die "there is no build/linux: run 'make tree'"
	case $1 in
	patched)
		bare=''
		commit=$(git -C "$linux" rev-parse HEAD)
		[ -z "$(git -C "$linux" status --porcelain --untracked-files=no)" ] ||
			note "note: build/linux has uncommitted changes; what is built is its HEAD (${commit:0:12})"
		;;
	[0-9][0-9]-*)
		commit=$(topics "$linux" "$(base commit)" "$top/patches" | awk -v t="$1" '$2 == t { c = $1 } END { print c }')
		[ -n "$commit" ] || die "build/linux has no topic $1"
		;;
	*) die "\"$1\" is no kernel: base, patched, or a topic (10-attributes)" ;;
	esac
	tree=$(git -C "$linux" rev-parse "$commit^{tree}")
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
	! grep -sqx "config LOCK_DOWN_IN_EFI_SECURE_BOOT" security/lockdown/Kconfig || set -- "$top/config/debian.config" "$@"
	mkdir -p "$obj"
	case $start in
	tinyconfig) "${kmake[@]}" O="$obj" tinyconfig ;;
	*) cp "$start" "$obj/.config" ;;
	esac
	scripts/kconfig/merge_config.sh -m -O "$obj" "$obj/.config" "$@" >/dev/null
	"${kmake[@]}" O="$obj" olddefconfig
	check_config "$obj/.config" "$@"
}

# kselftests OBJ OUT: KVM's selftests, stripped, into the folder OUT; OUT/tests names
# those that upstream's makefile would run.
kselftests() {
	local obj=$1 out=$2 prog missing=() list rc=0
	mkdir -p "$obj/headers" "$obj/kvm"
	"${kmake[@]}" O="$obj/headers" headers
	local args=(-C tools/testing/selftests/kvm ARCH=x86 "OUTPUT=$obj/kvm" "CC=$cc"
		"LINUX_HDR_PATH=$obj/headers/usr/include"
		"KHDR_INCLUDES=-isystem $obj/headers/usr/include"
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

# checkout_src REPO COMMIT: the source tree that everything is compiled from
# ($cache/src; hold the lock "src") is at COMMIT, of REPO.  Files that do not change
# keep their times, so that make rebuilds only what depends on those that do.
# shellcheck disable=SC2154 # cache is lib.sh's
checkout_src() {
	local src=$cache/src repo
	repo=$("$top/scripts/series/base.sh")
	if [ ! -e "$src/.git/HEAD" ]; then
		rm -rf "$src" "$src.new"
		pgit clone -q --shared --no-checkout "$repo" "$src.new"
		mv -T "$src.new" "$src"
	fi
	# A base that came since, or that is gone.
	printf '%s/objects\n' "$cache"/git/base-*.git >"$src/.git/objects/info/alternates"
	pgit -C "$src" rev-parse -q --verify 'HEAD^{tree}' >/dev/null ||
		pgit -C "$src" update-ref --no-deref HEAD "$(pgit -C "$repo" rev-parse HEAD)"
	pgit -C "$src" cat-file -e "$2^{tree}" 2>/dev/null ||
		pgit -C "$src" fetch -q --no-tags "$1" "$2"
	rm -f "$src/.git/index.lock"
	pgit -C "$src" checkout -qf --detach "$2"
	# What stage.sh compiles lies within.
	pgit -C "$src" clean -qffdx -e "/obj-*"
}
