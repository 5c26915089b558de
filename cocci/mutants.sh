#!/bin/bash
# The mutation check: applies each of cocci/mutants/*.patch, one plausible mistake, to a
# copy of the files that it touches, and says which net catches it: the semantic patches
# (cocci and the rules), sparse, or the compiler with W=1.  A net catches a mutant if it says
# something that it does not say of the files without the mistake; what cocci/allow
# excuses is there without it, too.  Tests are not run.
#
#   mutants.sh [NAME...]    only these (the file names, or parts of them)
#   TREE=path               another tree than build/linux
#   NETS="cocci ..."        some of the nets only: cocci, sparse, gcc
#   MIN=n                   fewer caught than this are a failure (default: 0)
#
# sparse and gcc compile single files with the commands that 'make check' left
# ($cache/obj/check-slim): not without these, nor what that configuration does not have.
#
# Prints a table, mutant | nets, and the sums.  Exit status 2 if a mutant does not apply
# any more, or does not compile: mend it, the tree has moved on.  What the compiler refuses
# for its gmem_pfn_t is caught by gcc.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../scripts/lib/lib.sh"

export LC_ALL=C
need patch
tree=${TREE:-$linux}
[ -d "$tree" ] || die "no tree in $tree: run 'make tree', or name one (TREE=path)"
tree=$(cd "$tree" && pwd -P)
obj=$cache/obj/check-slim
nets=${NETS:-cocci sparse gcc}
for net in $nets; do
	case $net in
	cocci) ;;
	sparse | gcc)
		if [ ! -e "$obj/virt/kvm/.guest_memfd.o.cmd" ]; then
			note "note: without $net: 'make check' compiles what it needs"
			nets=$(echo " $nets " | sed "s/ $net / /")
		fi
		;;
	*) die "NETS: cocci, sparse or gcc, not $net" ;;
	esac
done
[[ $nets != *sparse* ]] || sparse=$("$top/scripts/host/sparse.sh")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

mutants=()
for f in "$top"/cocci/mutants/*.patch; do
	name=${f##*/}
	name=${name%.patch}
	for want in "${@:-}"; do
		[[ $name != *"$want"* ]] || { mutants+=("$name"); break; }
	done
done
[ ${#mutants[@]} -gt 0 ] || die "no such mutant in cocci/mutants: $*"

# The files of a mutant, in a tree of its own; as they were, in the tree "none".
broken=0
for name in "${mutants[@]}"; do
	p=$top/cocci/mutants/$name.patch
	mkdir -p "$tmp/tree/$name"
	while read -r f; do
		# A new file has no counterpart.
		! grep -qxF -- "--- /dev/null" "$p" || continue
		if [ ! -f "$tree/$f" ]; then
			note "error: mutant $name: $tree has no $f"
			broken=1
			continue
		fi
		for d in "$name" none; do
			mkdir -p "$tmp/tree/$d/$(dirname "$f")"
			cp "$tree/$f" "$tmp/tree/$d/$f"
		done
	done < <(sed -n 's|^+++ b/||p' "$p")
	if ! patch -s -p1 -f --no-backup-if-mismatch -d "$tmp/tree/$name" -r - <"$p" >"$tmp/said" 2>&1; then
		note "error: mutant $name does not apply to $tree any more:"
		sed 's/^/    /' "$tmp/said" >&2
		broken=1
	fi
done
[ $broken -eq 0 ] || exit 2

# What is said, one a line: tree <tab> net <tab> what it says, without line numbers.
: >"$tmp/said"
cocci() {
	local rc=0
	TREE=$tmp/tree DIRS=. ALLOW='' "$top/cocci/run.sh" >"$tmp/found" || rc=$?
	[ "$rc" -le 1 ] || exit "$rc"
	awk '{
		i = index($0, ": "); at = substr($0, 1, i - 1); rest = substr($0, i + 2)
		sub(/^\.\//, "", at); sub(/:[0-9]+$/, "", at)
		m = at; sub(/\/.*/, "", m); sub(/^[^\/]*\//, "", at)
		rule = rest; sub(/:.*/, "", rule)
		print m "\tcocci (" rule ")\t" at ": " rest
	}' "$tmp/found" >>"$tmp/said"
}

# flags FILE: how kbuild compiles it, or, if it is new, its neighbour.
flags() {
	local cmd
	cmd=$obj/$(dirname "$1")/.$(basename "$1" .c).o.cmd
	if [ ! -e "$cmd" ] && [ ! -e "$tree/$1" ]; then
		cmd=$(find "$obj/$(dirname "$1")" -maxdepth 1 -name '.*.o.cmd' 2>/dev/null | sort | head -n 1)
	fi
	[ -n "$cmd" ] && [ -e "$cmd" ] || return 0
	sed -n "s/^savedcmd_[^ ]* := //p" "$cmd" |
		sed -E "s| ;.*||; s|^[^-]*||; s|-Wp,-MMD,[^ ]*||; s| -c -o .*||; s|$cache/src/|$tree/|g"
}

# compile TREE FILE: what gcc and sparse say of it.
compile() {
	local net flags=() at=$tmp/tree/$1/$2
	# The words are kbuild's, quoted for a shell.
	eval "flags=($(flags "$2"))"
	[ ${#flags[@]} -gt 0 ] || return 0
	flags+=(-iquote "$tree/$(dirname "$2")" "$at")
	cd "$obj"
	for net in ${nets//cocci/}; do
		if [ "$net" = gcc ]; then
			gcc "${flags[@]}" -c -o /dev/null >"$at.gcc" 2>&1 ||
				# What the type of guest_memfd's PFNs is for, and no other mistake.
				grep -Eq "gmem_pfn_t|error: aggregate value used where" "$at.gcc" ||
				echo "$2: does not compile" >>"$at.gcc"
			cat "$at.gcc"
		else
			"$sparse" -D__linux__ -Dlinux -D__STDC__ -Dunix -D__unix__ -D__x86_64__ --arch=x86 -mlittle-endian \
				-Wbitwise -Wno-return-void -Wno-unknown-attribute -Wno-cast-truncate "${flags[@]}" 2>&1 || :
		fi | sed -E "s|$tmp/tree/$1/||g; s|:[0-9]+(:[0-9]+)?:|:|" |
			grep -E '(warning|error): |does not compile' | sed "s|^|$1	$net	|" || :
	done
}

[[ $nets != *cocci* ]] || cocci
if [[ $nets = *sparse* || $nets = *gcc* ]]; then
	export -f compile flags
	export tmp tree nets obj cache sparse
	# shellcheck disable=SC2016 # that shell is to expand it
	(cd "$tmp/tree" && find . -name '*.c' | sed 's|^\./||; s|/| |') |
		xargs -n 2 -P "${JOBS:-$(nproc)}" bash -c 'compile "$1" "$2" >"$(mktemp "$tmp/said.XXXXXX")"' compile
	cat "$tmp"/said.* >>"$tmp/said"
	if grep 'does not compile$' "$tmp/said" >"$tmp/bad"; then
		cut -f 1 "$tmp/bad" | sort -u | while read -r name; do
			note "error: mutant $name does not compile:"
			grep "^$name	gcc	.*error: " "$tmp/said" | cut -f 3 | sed 's/^/    /' >&2
		done
		exit 2
	fi
fi

sort "$tmp/said" >"$tmp/sorted"
sed -n 's|^none	||p' "$tmp/sorted" >"$tmp/none"
for name in "${mutants[@]}"; do
	net=$(sed -n "s|^$name	||p" "$tmp/sorted" | comm -23 - "$tmp/none" | cut -f 1 | sort -u |
		sed -z 's/)\ncocci (/ /g' | paste -sd ' ')
	printf '%-28s %-44s %s\n' "$name" "${net:--}" "$(head -n 1 "$top/cocci/mutants/$name.patch")"
	echo "${net:--}" >>"$tmp/nets"
done
for net in $nets; do
	echo "$(grep -c "\b$net\b" "$tmp/nets" || :) of ${#mutants[@]} mutants caught by $net"
done
caught=$(grep -vcx -- - "$tmp/nets" || :)
echo "$caught of ${#mutants[@]} mutants caught"
[ "$caught" -ge "${MIN:-0}" ] || die "fewer than ${MIN:-0}"
