#!/bin/bash
# Every shell script of the repository, by shellcheck; and whether a long one says why.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"

need shellcheck
cd "$top"
# Of a release, which is no git tree, all files that are there.
files() {
	if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$top" ]; then
		git ls-files -co --exclude-standard
	else
		find . \( -path ./build -o -name '.git' \) -prune -o -type f -printf '%P\n'
	fi
}
mapfile -t scripts < <(files | sort | while read -r f; do
	[ ! -f "$f" ] || ! head -c 64 "$f" | grep -aq '^#!.*sh\|^# shellcheck shell' || echo "$f"
done)
ok "there are scripts to look at" [ ${#scripts[@]} -gt 60 ]
found=$(printf '%s\n' "${scripts[@]}" | xargs -P 2 -n 8 shellcheck -f gcc 2>&1 | sort || :)
for f in "${scripts[@]}"; do
	is "$f" "" "$(grep -F "$f:" <<<"$found" || :)"
done

# Two screens are about 100 lines.  A longer script says in its head why it is one.
mapfile -t programs < <(printf '%s\n' "${scripts[@]}"; files | grep '\.awk$' | xargs -r ls 2>/dev/null)
ok "there are awk programs to look at" [ ${#programs[@]} -gt $((${#scripts[@]} + 2)) ]
long=$(awk 'FNR == 1 { head = 1 }
	!/^#/ { head = 0 }
	head && /two screens|is long because/ { said[FILENAME] = 1 }
	FNR == 111 && !said[FILENAME] { print FILENAME }' "${programs[@]}")
is "no script is longer than 110 lines without a word in its head why" "" "$long"
done_testing
