#!/bin/bash
# Looks for unguarded access to private guest memory: runs the semantic patches of
# cocci/ on a kernel tree and prints one finding a line,
#   file:line: rule: text
# Exit status 1 if there is any, 2 if it could not look.
#
#   TREE=path     another tree than build/linux
#   DIRS="..."    folders or files below it, instead of those that handle such memory
#   RULES="..."   some of the rules only
#   ALLOW=file    false positives, instead of cocci/allow; empty: none
#
# cocci/allow has "path | rule | function() or text | reason"; an entry that excuses
# nothing in a file that was looked at is an error.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../scripts/lib/lib.sh"

export LC_ALL=C
fail() {
	note "error: $*"
	exit 2
}

command -v spatch >/dev/null || fail "spatch is not installed: run 'make deps' (Debian's package coccinelle)"
tree=${TREE:-$linux}
if [ -z "${TREE:-}" ] && [ ! -d "$tree" ]; then
	fail "build/linux is not there: run 'make tree', or name another tree (TREE=path)"
fi
[ -d "$tree" ] || fail "TREE=$tree: no such folder"
tree=$(cd "$tree" && pwd -P)
allow=${ALLOW-$top/cocci/allow}
[ -z "$allow" ] || [ -f "$allow" ] || fail "ALLOW=$allow: no such file"

read -ra dirs <<<"${DIRS:-arch/x86/kvm arch/x86/virt arch/x86/mm/pat virt/kvm drivers/crypto/ccp}"
for d in "${dirs[@]}"; do
	[ -e "$tree/$d" ] || fail "$tree has no $d: not a kernel, or other folders are meant (DIRS=...)"
done
rules=()
if [ -n "${RULES:-}" ]; then
	read -ra rules <<<"$RULES"
else
	for f in "$top"/cocci/*.cocci; do
		f=${f##*/}
		rules+=("${f%.cocci}")
	done
fi
for r in "${rules[@]}"; do
	[ -f "$top/cocci/$r.cocci" ] || fail "there is no rule $r (cocci/$r.cocci)"
done

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Coccinelle's own macros and ours; without its own it reads much less.
own=${COCCINELLE_HOME:-}/standard.h
for f in /usr/lib/coccinelle /usr/local/lib/coccinelle /usr/lib64/coccinelle; do
	[ -f "$own" ] || own=$f/standard.h
done
[ -f "$own" ] || fail "Coccinelle's standard.h is not to be found: set COCCINELLE_HOME"
cat "$own" "$top/cocci/macros.h" >"$tmp/macros.h"

# One group a file: no rule looks beyond one.
(cd "$tree" && find "${dirs[@]}" -name '*.[ch]' -type f) | sort -u >"$tmp/files"
[ -s "$tmp/files" ] || fail "no C file in ${dirs[*]} of $tree"

# Each rule's files in as many parts as run at once.
jobs=${JOBS:-$(nproc)}
for r in "${rules[@]}"; do
	# Files without any of a rule's words cannot have a finding.
	words=$(sed -n 's|^// Words: ||p' "$top/cocci/$r.cocci")
	(cd "$tree" && tr '\n' '\0' <"$tmp/files" | xargs -0 grep -lE -e "${words:-.}") >"$tmp/$r.files" || :
	awk -v jobs="$jobs" -v tree="$tree" -v out="$tmp/$r" \
		'{ printf "%s/%s\n\n", tree, $0 >(out "." (NR % jobs) ".groups") }' "$tmp/$r.files"
done

# run RULE PART: its findings to a file of their own.
run() {
	local opts at=$tmp/$1.$2
	[ -s "$at.groups" ] || return 0
	opts=$(sed -n 's|^// Options: ||p' "$top/cocci/$1.cocci")
	# shellcheck disable=SC2086 # words
	spatch --very-quiet --no-show-diff -D report $opts --macro-file-builtins "$tmp/macros.h" \
		--sp-file "$top/cocci/$1.cocci" --file-groups "$at.groups" \
		>"$at.out" 2>"$at.err" || echo "$?" >"$at.rc"
}
export -f run
export top tree tmp
# shellcheck disable=SC2016 # that shell is to expand it
for r in "${rules[@]}"; do
	for ((i = 0; i < jobs; i++)); do
		printf '%s\0%s\0' "$r" "$i"
	done
done | xargs -0 -n 2 -P "$jobs" bash -c 'run "$1" "$2"' run
for r in "${rules[@]}"; do
	cat "$tmp/$r".*.err >"$tmp/$r.said" 2>/dev/null || :
	cat "$tmp/$r".*.out >"$tmp/$r.out" 2>/dev/null || :
	if compgen -G "$tmp/$r.*.rc" >/dev/null ||
		grep -qE 'parse error|not supported|^Fatal|exception|Traceback' "$tmp/$r.said"; then
		note "rule $r:"
		sed 's/^/    /' "$tmp/$r.said" >&2
		fail "spatch did not get through cocci/$r.cocci"
	fi
	# path:line:column-column: text
	awk -v tree="$tree/" -v rule="$r" 'index($0, tree) == 1 {
		s = substr($0, length(tree) + 1)
		if (match(s, /^[^:]+:[0-9]+:[0-9]+-[0-9]+: /)) {
			split(s, at, ":")
			print at[1] ":" at[2] ": " rule ": " substr(s, RLENGTH + 1)
		}
	}' "$tmp/$r.out"
done | sort -u -t: -k1,1 -k2,2n -k3 >"$tmp/found"

[ -n "$allow" ] || : >"$tmp/allow"
[ -z "$allow" ] || cp "$allow" "$tmp/allow"
printf '%s\n' "${rules[@]}" >"$tmp/rules"
awk -v name="${allow##*/}" -v tmp="$tmp" '
function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
FILENAME == tmp "/files" { looked[$0] = 1; next }
FILENAME == tmp "/rules" { ran[$0] = 1; next }
FILENAME == tmp "/allow" {
	if ($0 ~ /^[ \t]*(#|$)/)
		next
	k = split($0, part, "|")
	if (k < 4 || trim(part[1]) == "" || trim(part[2]) == "" || trim(part[3]) == "" || trim(part[4]) == "") {
		print name ":" FNR ": allow: not \"path | rule | function() or text | reason\""
		bad = 1
		next
	}
	n++
	path[n] = trim(part[1]); rule[n] = trim(part[2]); text[n] = trim(part[3]); line[n] = FNR
	next
}
{
	split($0, f, ": ")
	at = f[1]
	sub(/:[0-9]+$/, "", at)
	hit = 0
	for (i = 1; i <= n; i++)
		if (path[i] == at && rule[i] == f[2] && index($0, text[i])) {
			used[i] = 1
			hit = 1
		}
	if (!hit) {
		print
		bad = 1
	}
}
END {
	for (i = 1; i <= n; i++)
		if (!used[i] && (path[i] in looked) && (rule[i] in ran)) {
			print name ":" line[i] ": allow: nothing to excuse, remove it: " path[i] " | " rule[i] " | " text[i]
			bad = 1
		}
	exit bad
}' "$tmp/files" "$tmp/rules" "$tmp/allow" "$tmp/found"
