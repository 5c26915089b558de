#!/bin/bash
# The mutation check: applies each of cocci/mutants/*.patch, one plausible mistake, to a
# copy of the files that it touches, and says which net catches it.  So far: the
# semantic patches.  A mutant is caught if a rule has a finding that it does not have
# in the file without the mistake; what cocci/allow excuses is there without it, too.
#
#   mutants.sh [NAME...]    only these (the file names, or parts of them)
#   TREE=path               another tree than build/linux
#   MIN=n                   fewer caught than this are a failure (default: 0)
#
# Prints a table, mutant | net, and the sum.  Exit status 2 if a mutant does not apply
# any more: mend it, the tree has moved on.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

export LC_ALL=C
need patch
tree=${TREE:-$linux}
[ -d "$tree" ] || die "no tree in $tree: run 'make tree', or name one (TREE=path)"
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

rc=0
TREE=$tmp/tree DIRS=. ALLOW='' "$top/scripts/cocci.sh" >"$tmp/found" || rc=$?
[ "$rc" -le 1 ] || exit "$rc"

# What is new, by file, rule and text, in each.
awk '{
	i = index($0, ": "); at = substr($0, 1, i - 1); rest = substr($0, i + 2)
	sub(/^\.\//, "", at); sub(/:[0-9]+$/, "", at)
	m = at; sub(/\/.*/, "", m); sub(/^[^\/]*\//, "", at)
	print m "\t" at ": " rest
}' "$tmp/found" | sort >"$tmp/by"
caught=0
for name in "${mutants[@]}"; do
	comm -23 <(sed -n "s|^$name	||p" "$tmp/by" | sort) <(sed -n 's|^none	||p' "$tmp/by" | sort) |
		sed -E 's|^[^:]*: ([a-z_]+): .*|\1|' | sort -u | paste -sd ' ' >"$tmp/net"
	net=-
	if [ -s "$tmp/net" ] && [ -n "$(tr -d '[:space:]' <"$tmp/net")" ]; then
		net="cocci ($(cat "$tmp/net"))"
		caught=$((caught + 1))
	fi
	printf '%-28s %-44s %s\n' "$name" "$net" "$(head -n 1 "$top/cocci/mutants/$name.patch")"
done
echo "$caught of ${#mutants[@]} mutants caught by Coccinelle"
[ "$caught" -ge "${MIN:-0}" ] || die "fewer than ${MIN:-0}"
