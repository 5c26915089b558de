#!/bin/bash
# warnings.sh [--sparse] FLAVOUR[,FLAVOUR...] REPO BEFORE AFTER TARGET...
#
# Compiles each TARGET with W=1 at commit AFTER of REPO.  Prints why it does not compile,
# or each warning that there are more of than at commit BEFORE; status 1 if there is one.
#
# TARGET     a folder "dir/" or an object "dir/x.o" of the kernel, or "selftests".
#            What a flavour's configuration does not have is left out, and what a
#            commit does not have
# FLAVOUR    of scripts/package/flavours, with the fragments for any tree
# --sparse   sparse's warnings, not the compiler's
#
# The warnings of a commit are kept in the cache, named by its tree and all else
# that counts.
#
# Longer than two screens: two commits are compiled, and compared, in one place.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/git.sh
. "$top/scripts/lib/git.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

args=("$@") sparse=
[ "${1:-}" != --sparse ] || { sparse=$("$top/scripts/host/sparse.sh") && shift; }
[ $# -ge 5 ] || usage "$*"
IFS=, read -ra wanted <<<"$1"
repo=$2 before=$3 after=$4
targets=("${@:5}")
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT

# present COMMIT: those of the targets that it has.
present() {
	local t
	for t in "${targets[@]}"; do
		[[ $t != *.o ]] || pgit -C "$repo" cat-file -e "$1:${t%.o}.c" 2>/dev/null ||
			pgit -C "$repo" cat-file -e "$1:${t%.o}.S" 2>/dev/null || continue
		printf '%s\n' "$t"
	done
}

# kept FLAVOUR COMMIT: the file in the cache that has its warnings, or will have.
kept() {
	echo "$cache/warnings/$({
		pgit -C "$repo" rev-parse "$2^{tree}"
		echo "$1 $sparse $(present "$2") ${kmake[*]}"
		toolchain
		cat "$top/scripts/check/compile.sh"
		flavour_text "$1" bare
	} | key)"
}

# normalise <LOG: its warnings, without what differs from commit to commit (lines,
# offsets), each with its number.  gcc names the function a line before.
normalise() {
	sed -E "s|^[^ :]*/src/||; s|\\x1b\\[[0-9;]*[mK]||g" | awk '
		/: In function / { fn = $NF; next }
		/: At top level:/ { fn = ""; next }
		/(warning|error): / {
			gsub(/:[0-9]+:([0-9]+:)?/, ":")
			gsub(/\+0x[0-9a-f]+/, "")
			print $0 (fn ? " in " fn : "")
		}' | sort | uniq -c | sed 's/^ *//'
}

# look COMMIT FLAVOUR...: compiles what is not known yet.  The warnings go into the cache,
# or into $tmp/FLAVOUR.failed why there are none.
look() {
	local commit=$1 f list todo=()
	mapfile -t list < <(present "$commit")
	[ ${#list[@]} -gt 0 ] || return 0
	for f in "${@:2}"; do
		in_cache "$(kept "$f" "$commit")" || todo+=("$f")
	done
	[ ${#todo[@]} -gt 0 ] || return 0
	need make gcc ld flex bison bc ccache
	holds src || rm -rf "$tmp" # this script begins anew, with the lock
	once src "${args[@]}"
	checkout_src "$repo" "$commit"
	# Two at a time: each has steps that keep only one processor busy.
	# shellcheck disable=SC2016 # that shell is to expand it
	printf '%s\n' "${todo[@]}" | tmp=$tmp compile=$top/scripts/check/compile.sh xargs -P 2 -I FLAVOUR bash -c \
		'"$compile" "$@" >"$tmp/$0.log" 2>&1 </dev/null || touch "$tmp/$0.bad"' FLAVOUR ${sparse:+--sparse} FLAVOUR "${list[@]}"
	for f in "${todo[@]}"; do
		if [ -e "$tmp/$f.bad" ]; then
			rm "$tmp/$f.bad"
			echo "${list[*]} does not compile ($f) at ${commit:0:12}:"
			grep -E 'error|Error|No rule|undefined|^    .*CONFIG_' "$tmp/$f.log" | head -n 20 || tail -n 20 "$tmp/$f.log"
		else
			normalise <"$tmp/$f.log" >"$tmp/$f.warnings"
			publish "$tmp/$f.warnings" "$(kept "$f" "$commit")"
		fi >"$tmp/$f.failed"
	done
}

look "$after" "${wanted[@]}"
warn=()
: >"$tmp/said"
for f in "${wanted[@]}"; do
	if [ -s "$tmp/$f.failed" ]; then
		cat "$tmp/$f.failed" >>"$tmp/said"
		rm "$tmp/$f.failed"
	elif [ -s "$(kept "$f" "$after")" ]; then
		warn+=("$f") # without warnings, it does not matter how many there were
	fi
done
[ ${#warn[@]} -eq 0 ] || look "$before" "${warn[@]}"
for f in "${warn[@]}"; do
	if [ -s "$tmp/$f.failed" ]; then
		echo "Before the patch:"
		cat "$tmp/$f.failed"
		continue
	fi
	old=$(kept "$f" "$before")
	[ -e "$old" ] || old=/dev/null # it has none of the targets
	awk -v flavour="$f" '{ c = $1; sub(/^[0-9]+ /, "") }
		old { before[$0] = c; next }
		c > before[$0] { print "new (" flavour "): " $0 }' old=1 "$old" old=0 "$(kept "$f" "$after")"
done >>"$tmp/said"
cat "$tmp/said"
[ ! -s "$tmp/said" ]
