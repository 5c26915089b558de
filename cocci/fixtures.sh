#!/bin/bash
# fixtures.sh [RULE...]: runs the rules on their fixtures, cocci/tests/RULE/.
# A rule must report the lines that end in a comment "bad" there, and no other.
# Prints what is wrong; exit status 1 if anything is.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../scripts/lib/lib.sh"

tests=$top/cocci/tests
rules=("$@")
if [ $# -eq 0 ]; then
	for f in "$top"/cocci/*.cocci; do
		f=${f##*/}
		rules+=("${f%.cocci}")
	done
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
for r in "${rules[@]}"; do
	for kind in good bad; do
		n=$(find "$tests/$r" -name "$kind-*.c" 2>/dev/null | wc -l)
		if [ "$n" -lt 5 ]; then
			echo "$r: $n $kind fixtures in cocci/tests/$r, at least 5 are wanted"
			bad=1
		fi
	done
	while read -r f; do
		echo "$r: $f has no line that is marked bad"
		bad=1
	done < <(cd "$tests" && find "$r" -name 'bad-*.c' -exec grep -L '/\* bad \*/' {} +)
	while read -r f; do
		echo "$r: $f has a line that is marked bad"
		bad=1
	done < <(cd "$tests" && find "$r" -name '*.c' ! -name 'bad-*' -exec grep -l '/\* bad \*/' {} +)
	rc=0
	TREE=$tests DIRS=$r RULES=$r ALLOW='' "$top/cocci/run.sh" >"$tmp/found" || rc=$?
	[ "$rc" -le 1 ] || exit "$rc"
	cut -d: -f1,2 "$tmp/found" | sort -u >"$tmp/hit"
	(cd "$tests" && find "$r" -name '*.c' -exec grep -nH '/\* bad \*/' {} +) |
		cut -d: -f1,2 | sort -u >"$tmp/wanted"
	while read -r line; do
		echo "missed: $line"
		bad=1
	done < <(comm -13 "$tmp/hit" "$tmp/wanted")
	while read -r line; do
		echo "false: $(grep -F "$line:" "$tmp/found" | head -n 1)"
		bad=1
	done < <(comm -23 "$tmp/hit" "$tmp/wanted")
done
exit $bad
