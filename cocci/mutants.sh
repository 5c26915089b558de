#!/bin/bash
# mutants.sh [NAME...]: the mutation check, of all mutants or those with these (parts of) names.
# Applies each of cocci/mutants/*.patch, one plausible mistake, to a copy of the files that
# it touches, and says which net catches it: the semantic patches (cocci and the rules),
# sparse, or the compiler with W=1.  A net catches a mutant if it says something that it
# does not say of the files without the mistake; what cocci/allow excuses is there
# without it, too.  Tests are not run.
#
#   TREE=path               another tree than build/linux
#   NETS="cocci ..."        some of the nets only: cocci, sparse, gcc
#   RECORD=1                writes cocci/mutants/caught: commit it
#
# Prints a table, mutant | nets, and the sums.  cocci/mutants/caught says which nets caught
# each mutant: status 1 if one does not any more.  Status 2 if a mutant does not apply any
# more, or does not compile: mend it, the tree has moved on.  What the compiler refuses
# for its gmem_pfn_t is caught by gcc.
#
# sparse and gcc look at single files, by the commands with which kbuild compiled them.
# "make check" leaves these in the cache; they are made here if they are missing.
#
# Longer than two screens: each of the three nets looks in its own way.

# shellcheck disable=SC2317 # functions that xargs calls
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../scripts/lib/lib.sh"

# shellcheck source=scripts/lib/git.sh
. "$top/scripts/lib/git.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

need patch
tree=${TREE:-$linux}
[ -d "$tree" ] || die "no tree in $tree: run 'make tree', or name one (TREE=path)"
tree=$(cd "$tree" && pwd -P)
obj=$cache/obj/check-slim
nets=${NETS:-cocci sparse gcc}
for net in $nets; do
	[[ $net =~ ^(cocci|sparse|gcc)$ ]] || die "NETS: cocci, sparse or gcc, not $net"
done
[ -z "${RECORD:-}" ] || [ "$*$nets" = "cocci sparse gcc" ] || die "RECORD=1 is for all mutants and all nets"
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

# commands: how kbuild compiles the files that the mutants touch lies in $obj.
commands() {
	local f lacking=''
	(cd "$tmp/tree/none" && find . -name '*.c' | sed 's|^\./||') >"$tmp/touched"
	while read -r f; do
		[ -e "$obj/$(dirname "$f")/.$(basename "$f" .c).o.cmd" ] || grep -qxF "$f" "$obj/.none" 2>/dev/null || lacking=1
	done <"$tmp/touched"
	[ -z "$lacking" ] || with_lock src make_commands
}
make_commands() {
	local f
	note "compiling what the mutants touch, for its commands"
	pgit -C "$tree" rev-parse -q --verify HEAD >/dev/null || die "$tree is no git tree: its commands cannot be made"
	checkout_src "$tree" "$(pgit -C "$tree" rev-parse HEAD)" || die "the tip cannot be checked out"
	sed 's/c$/o/' "$tmp/touched" | xargs "$top/scripts/check/compile.sh" slim >"$tmp/compiled" 2>&1 || {
		tail -n 20 "$tmp/compiled" >&2
		die "the files that the mutants touch do not compile"
	}
	# What slim does not have.
	while read -r f; do
		[ -e "$obj/$(dirname "$f")/.$(basename "$f" .c).o.cmd" ] || echo "$f"
	done <"$tmp/touched" >"$obj/.none"
}
[ "$nets" = cocci ] || commands

# What is said, one a line: tree <tab> net <tab> what it says, without line numbers.
: >"$tmp/said"
cocci() {
	local rc=0
	TREE=$tmp/tree DIRS=. ALLOW='' "$top/cocci/run.sh" >"$tmp/found" 2>"$tmp/err" || rc=$?
	[ "$rc" -le 1 ] || { cat "$tmp/err" >&2; exit "$rc"; }
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
	echo "$name ${net:--}" >>"$tmp/nets"
done
for net in $nets; do
	echo "$(grep -c " $net\b" "$tmp/nets" || :) of ${#mutants[@]} mutants caught by $net"
done
echo "$(grep -vc ' -$' "$tmp/nets" || :) of ${#mutants[@]} mutants caught"

# --- compared with what is recorded -------------------------------------------

caught=$top/cocci/mutants/caught
sed 's/ ([^)]*)//' "$tmp/nets" >"$tmp/caught"
if [ -n "${RECORD:-}" ]; then
	{
		echo "# Which nets catch which mutant: written by 'RECORD=1 make mutants', compared by 'make mutants'."
		sort -V "$tmp/caught"
	} >"$caught"
	exit 0
fi
[ -e "$caught" ] || [ $# -gt 0 ] || die "there is no record to compare with: 'RECORD=1 make mutants' writes it"
lost=0
while read -r name was; do
	now=$(sed -n "s/^$name //p" "$tmp/caught")
	[ -n "$now" ] || continue # not asked for
	for net in $was; do
		[[ " $nets " != *" $net "* || " $now " = *" $net "* ]] || { note "error: $name was caught by $net, and is not any more"; lost=1; }
	done
done < <(grep -sv '^#' "$caught" || :)
while read -r name now; do
	for net in ${now#-}; do
		grep -qs "^$name .*\b$net\b" "$caught" || note "note: $name is caught by $net now: 'RECORD=1 make mutants' notes it"
	done
done <"$tmp/caught"
exit $lost
