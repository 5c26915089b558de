#!/bin/bash
# MAINTAINERS-snippet is what the series does to the kernel's MAINTAINERS, get_maintainer.pl
# finds no more to complain of than on the base, and every file that the series
# adds is under an entry of somebody's.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"

export LC_ALL=C
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
repo=$("$top/scripts/series/applied.sh")
base=$(pgit -C "$repo" rev-list --max-parents=0 HEAD)
mapfile -t added < <(pgit -C "$repo" diff --name-only --diff-filter=A "$base" HEAD)
pgit clone -q --shared --no-checkout "$repo" "$tmp/tree"
{
	echo scripts
	printf '%s\n' "${added[@]}" | sed 's|/[^/]*$||'
} | sort -u | pgit -C "$tmp/tree" sparse-checkout set --cone --stdin
pgit -C "$tmp/tree" checkout -q HEAD
pgit -C "$repo" show "$base:MAINTAINERS" >"$tmp/base"
cd "$tmp/tree"
# get_maintainer.pl wants to see these, to know that it is in a kernel.
mkdir -p Documentation arch drivers fs include init ipc kernel lib

# entry NAME <MAINTAINERS: its lines.
entry() { awk -v name="$1" '$0 == name { on = 1; next } on && /^$/ { exit } on'; }

# --- the snippet is the patch
while IFS= read -r line; do
	case $line in
	'#'* | '') ;;
	[A-Z]:*) ok "snippet: $name, $(tr '\t' ' ' <<<"$line")" grep -qxF -- "$line" <(diff <(entry "$name" <"$tmp/base") <(entry "$name" <MAINTAINERS) | sed -n 's/^> //p') ;;
	*) name=$line ;;
	esac
done <"$top/MAINTAINERS-snippet"
is "the series adds these lines, and takes none away" "$(grep -c '^[A-Z]:' "$top/MAINTAINERS-snippet") 0" \
	"$(pgit diff --numstat "$base" HEAD -- MAINTAINERS | awk '{ a = $1; d = $2 } END { print a + 0, d + 0 }')"

# --- get_maintainer.pl's own tests
# With nothing but MAINTAINERS in its place does it test; what it says, without line numbers.
cp MAINTAINERS "$tmp/tip"
self_test() {
	cp "$2" MAINTAINERS
	perl scripts/get_maintainer.pl --self-test="$1" 2>&1 | sed 's/^[^ ]*:[0-9]*: *//' | sort
	cp "$tmp/tip" MAINTAINERS
}
self_test sections "$tmp/base" >"$tmp/said.base"
self_test sections "$tmp/tip" >"$tmp/said.tip"
like "get_maintainer.pl --self-test=sections: it does look at the base" "^warning: section without" "$(cat "$tmp/said.base")"
is "... and finds nothing new with the series" "" "$(comm -13 "$tmp/said.base" "$tmp/said.tip")"
# Of the patterns only our own: all of them take minutes.
{
	sed '/^Maintainers List/,$d' MAINTAINERS
	printf 'Maintainers List\n----------------\n\n'
	grep -v '^#' "$top/MAINTAINERS-snippet"
} >"$tmp/own"
is "get_maintainer.pl --self-test=patterns: each of ours matches a file" "" "$(self_test patterns "$tmp/own")"
sed 's|^F:.*|&.none|' "$tmp/own" >"$tmp/none"
like "... and would say so if not" "no file matches" "$(self_test patterns "$tmp/none")"

# --- every new file has somebody
for f in "${added[@]}"; do
	sections=$(perl scripts/get_maintainer.pl --nogit --nogit-fallback --sections -f "$f" 2>/dev/null |
		sed -n '/^[A-Z]:/!s/^\([^ \t].*\)/\1/p' | grep -E '^[A-Z0-9]{2}' | grep -vx 'THE REST' || :)
	ok "covered: $f, by $(paste -sd, <<<"$sections")" [ -n "$sections" ]
done
done_testing
