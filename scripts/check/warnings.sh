#!/bin/bash
# warnings.sh CONFIG REPO COMMIT TARGET...
#
# Compiles each TARGET (a folder "dir/" or an object "dir/x.o" of the kernel, or
# "selftests") of a commit in REPO with W=1, and prints the name of a file with the
# warnings: one a line, with its number of times, without line numbers, so that
# two commits can be compared.  If it does not compile, says why and fails.
#
# CONFIG is "slim" or one of config/compile-*.config.  "sparse" before it (sparse-slim)
# means: sparse's warnings.  Results are kept in the cache, named by the commit's
# tree and all else that counts.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

args=("$@")
config=$1 repo=$2 commit=$3
shift 3
export LC_ALL=C CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
src=$cache/src
arch=x86_64 checker=
[[ $config != *i386 ]] || arch=i386
if [[ $config = sparse-* ]]; then
	checker=$("$top/scripts/host/sparse.sh")
	config=${config#sparse-}
fi
case $config in
compile-i386 | compile-small) frag=("$top/config/$config.config") ;;
compile-*) frag=("$top/config/slim.config" "$top/config/$config.config") ;;
*) frag=("$top/config/$config.config") ;;
esac

key=$({
	pgit -C "$repo" rev-parse "$commit^{tree}"
	echo "$config $* $arch $checker"
	gcc -v 2>&1 | tail -n 1
	cat "$0" "${frag[@]}"
} | key)
out=$cache/warnings/$key
if [ -e "$out" ]; then
	printf '%s\n' "$out"
	exit
fi

need git make gcc ld flex bison bc ccache
once src "${args[@]}"
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
: >"$tmp/log"
checkout_src "$repo" "$commit"

# What differs from commit to commit without being another warning: the line,
# an offset.  The function that gcc names in a line before makes it unique.
normalise() {
	sed -E "s|^[^ :]*/src/||; s|\\x1b\\[[0-9;]*[mK]||g" "$1" | awk '
		/: In function / { fn = $NF; next }
		/: At top level:/ { fn = ""; next }
		/(warning|error): / {
			gsub(/:[0-9]+:([0-9]+:)?/, ":")
			gsub(/\+0x[0-9a-f]+/, "")
			print $0 (fn ? " in " fn : "")
		}' | sort | uniq -c | sed 's/^ *//'
}

# W=1 runs a python for each file: not by way of a wrapper (pyenv takes 0.4 s each time).
python=$(python3 -c "import sys; print(sys.executable)" 2>/dev/null) || python=python3
kmake=(make -s -j"${JOBS:-$(nproc)}" -C "$src" "ARCH=$arch" "CC=ccache gcc" LOCALVERSION=
	KBUILD_BUILD_TIMESTAMP=now KBUILD_BUILD_USER=gmem KBUILD_BUILD_HOST=gmem "PYTHON3=$python")

fail() {
	grep -E 'error|Error|No rule|undefined' "$1" | head -n 20 >&2 || tail -n 20 "$1" >&2
	die "${args[*]:3} does not compile ($config) at ${commit:0:12}"
}

# configure: $obj has the configuration.  (What is generated before compiling, make
# generates anew if need be.)
configure() {
	local stamp option line
	stamp="$(pgit -C "$src" ls-files -s -- '*Kconfig*' | key) $(cat "${frag[@]}" | key)"
	[ "$stamp" != "$(cat "$obj/.gmem" 2>/dev/null)" ] || return 0
	rm -f "$obj/.gmem"
	{
		"${kmake[@]}" tinyconfig
		(cd "$src" && ARCH=$arch scripts/kconfig/merge_config.sh -m -O "$obj" "$obj/.config" "${frag[@]}")
		"${kmake[@]}" olddefconfig
		"${kmake[@]}" prepare
	} >"$tmp/log" 2>&1 || fail "$tmp/log"
	# kconfig drops without a word what it cannot have.  The last word on an
	# option is the last fragment's.
	cat "${frag[@]}" | awk '
		/^CONFIG_[A-Za-z0-9_]+=/ || /^# CONFIG_[A-Za-z0-9_]+ is not set$/ {
			option = $0
			gsub(/^# |=.*| is not set$/, "", option)
			want[option] = $0
		}
		END { for (option in want) print option, want[option] }' |
		while read -r option line; do
			case $line in
			*' is not set') ! grep -q "^$option=" "$obj/.config" ;;
			*) grep -qxF -- "$line" "$obj/.config" ;;
			esac || die "config/$config.config: kconfig did not keep \"$line\""
		done
	echo "$stamp" >"$obj/.gmem"
}

# conditions OBJECT: the options on which it depends whether it is compiled,
# as the name of its list says: kvm-$(CONFIG_X) += x.o, or that of the module that
# it is a part of: y-y += x.o, obj-$(CONFIG_X) += y.o
conditions() {
	local dir=${1%/*} f found
	[[ $1 != arch/x86/kvm/* ]] || dir=arch/x86/kvm
	for f in "$src/$dir"/{Kbuild,Makefile,Makefile.kvm}; do
		[ ! -e "$f" ] || awk -v name="${1#"$dir"/}" '
			/\\$/ { sub(/\\$/, ""); line = line $0; next }
			{
				line = line $0
				n = split(line, word, /[ \t\/]+/)
				m = split(name, part, "/")
				for (i = 1; i <= n; i++) {
					if (word[i] != part[m] || (m > 1 && word[i - 1] != part[m - 1]))
						continue
					if (match(line, /^[a-z0-9-]+-\$\(CONFIG_[A-Z0-9_]+\)/)) {
						option = substr(line, 1, RLENGTH - 1)
						sub(/.*\(/, "", option)
						print option
					} else if (match(line, /^[a-z0-9-]+-(y|objs)[ \t:+]/)) {
						print "part of " substr(line, 1, RLENGTH - 1)
					}
				}
				line = ""
			}' "$f"
	done | sort -u | while read -r found; do
		case $found in
		'part of obj-y' | 'part of lib-y') ;;
		'part of '*) found=${found#part of } && conditions "$dir/${found%-*}.o" ;;
		*) echo "$found" ;;
		esac
	done
}

# configured TARGET: is it part of this configuration?  make compiles a single
# object even if not, and some cannot be compiled then.
configured() {
	local option
	case $config:$1 in
	*/) return 0 ;;
	slim:lib/*) return 0 ;; # tests, which are compiled here at least
	esac
	while read -r option; do
		grep -q "^$option=[ym]" "$obj/.config" || return 1
	done < <(conditions "$1")
}

if [ "$*" = selftests ]; then
	obj=$cache/obj/check-selftests
	mkdir -p "$obj/headers"
	"${kmake[@]}" O="$obj/headers" headers >"$tmp/log" 2>&1 || fail "$tmp/log"
	rm -rf "$obj/kvm"
	mkdir "$obj/kvm"
	make -s -k -j"${JOBS:-$(nproc)}" -C "$src/tools/testing/selftests/kvm" ARCH=x86 \
		"OUTPUT=$obj/kvm" "CC=ccache gcc" "LINUX_HDR_PATH=$obj/headers/usr/include" \
		"KHDR_INCLUDES=-isystem $obj/headers/usr/include" >"$tmp/log" 2>&1 || fail "$tmp/log"
else
	obj=$cache/obj/check-$config
	mkdir -p "$obj"
	# A warning is to be counted, not to be an error.
	kmake+=("O=$obj" CONFIG_WERROR= CONFIG_KVM_WERROR=)
	configure
	targets=()
	for t; do
		configured "$t" || continue
		targets+=("$t")
		# Everything is compiled (ccache has the most of it), so that all warnings
		# are seen, not only those of what changed.  Not for sparse.
		[ -z "$checker" ] || continue
		case $t in
		arch/x86/kvm/) find "$obj/arch/x86/kvm" "$obj/virt/kvm" -name '*.o' -delete 2>/dev/null || : ;;
		*/) find "$obj/$t" -name '*.o' -delete 2>/dev/null || : ;;
		*) rm -f "$obj/$t" ;;
		esac
	done
	if [ -n "$checker" ]; then
		# Compiled first, so that the second time only sparse speaks.
		"${kmake[@]}" W=1 "${targets[@]}" >"$tmp/log" 2>&1 || fail "$tmp/log"
		# KVM has so many constants cut to size that they would hide all else.
		kmake+=(C=2 "CHECK=$checker" CF=-Wno-cast-truncate)
	fi
	if [ ${#targets[@]} -gt 0 ]; then
		# Not silent: what sparse checks is counted; it may well check nothing.
		"${kmake[@]}" --no-silent W=1 "${targets[@]}" >"$tmp/log" 2>&1 || fail "$tmp/log"
		[ -z "$checker" ] || grep -q '^ *CHECK ' "$tmp/log" || die "sparse checked no file of ${targets[*]}"
	fi
fi
normalise "$tmp/log" >"$tmp/warnings"
publish "$tmp/warnings" "$out"
printf '%s\n' "$out"
