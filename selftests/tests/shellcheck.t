#!/bin/bash
# Every shell script of the repository, by shellcheck.

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
done_testing
