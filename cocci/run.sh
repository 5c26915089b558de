#!/bin/bash
# Looks for unguarded access to private guest memory: runs the semantic patches of
# cocci/ on a kernel tree and prints one finding a line,
#   file:line: rule: text
# Exit status 1 if there is any, 2 if it could not look.  On stderr stand the functions
# that spatch could not read: nothing is found in these.
#
#   TREE=path     another tree than build/linux
#   DIRS="..."    folders or files below it, instead of those of cocci/folders
#   RULES="..."   some of the rules only
#   ALLOW=file    false positives, instead of cocci/allow; empty: none
#   LIMIT=s       the time for one rule on one file, in seconds: 200
#
# cocci/allow has "path | rule | function() or text | reason"; an entry that excuses
# nothing in a file that was looked at is an error.
#
# Longer than two screens: what spatch could not do must not look like "nothing found", so
# every way that it fails is looked for.

# shellcheck disable=SC2317 # functions that xargs calls
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../scripts/lib/lib.sh"

fail() {
	note "error: $*"
	exit 2
}

[ $# -eq 0 ] || usage "$1"
command -v spatch >/dev/null || fail "spatch is not installed: run 'make deps' (Debian's package coccinelle)"
tree=${TREE:-$linux}
if [ -z "${TREE:-}" ] && [ ! -d "$tree" ]; then
	fail "build/linux is not there: run 'make tree', or name another tree (TREE=path)"
fi
[ -d "$tree" ] || fail "TREE=$tree: no such folder"
tree=$(cd "$tree" && pwd -P)
allow=${ALLOW-$top/cocci/allow}
[ -z "$allow" ] || [ -f "$allow" ] || fail "ALLOW=$allow: no such file"
limit=${LIMIT:-200}
[[ $limit =~ ^[1-9][0-9]*$ ]] || fail "LIMIT=$limit: not a number of seconds"

read -ra dirs <<<"${DIRS:-$(grep -v '^#' "$top/cocci/folders" | paste -sd' ')}"
for d in "${dirs[@]}"; do
	[ -e "$tree/$d" ] || fail "$tree has no $d: not a kernel, or other folders are meant (DIRS=...)"
done
all=("$top"/cocci/*.cocci)
all=("${all[@]##*/}")
read -ra rules <<<"${RULES:-${all[*]%.cocci}}"
for r in "${rules[@]}"; do
	[ -f "$top/cocci/$r.cocci" ] || fail "there is no rule $r (cocci/$r.cocci)"
done

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# What goes wrong here is no finding, and no clean tree.
trap 'exit 2' ERR

# Coccinelle's own macros and ours, in one file: by two (--macro-file) it reads less.
own=${COCCINELLE_HOME:-}/standard.h
for f in /usr/lib/coccinelle /usr/local/lib/coccinelle /usr/lib64/coccinelle; do
	[ -f "$own" ] || own=$f/standard.h
done
[ -f "$own" ] || fail "Coccinelle's standard.h was not found: set COCCINELLE_HOME"
cat "$own" "$top/cocci/macros.h" >"$tmp/macros.h"

(cd "$tree" && find "${dirs[@]}" -name '*.[ch]' -type f) | sort -u >"$tmp/files"
[ -s "$tmp/files" ] || fail "no C file in ${dirs[*]} of $tree"

# Each rule's files in as many parts as run at once.  One group a file: no rule looks
# beyond one.
jobs=${JOBS:-$(nproc)}
for r in "${rules[@]}"; do
	# Files without any of a rule's words cannot have a finding.
	words=$(sed -n 's|^// Words: ||p' "$top/cocci/$r.cocci")
	(cd "$tree" && tr '\n' '\0' <"$tmp/files" | xargs -0 grep -lE -e "${words:-.}") >"$tmp/$r.files" || :
	awk -v jobs="$jobs" -v tree="$tree" -v out="$tmp/$r" \
		'{ printf "%s/%s\n\n", tree, $0 >(out "." (NR % jobs) ".groups") }' "$tmp/$r.files"
done

# look RULE GROUPS LIMIT: its findings to GROUPS.out; status 124 after that time.
look() {
	local opts rc=0
	opts=$(sed -n 's|^// Options: ||p' "$top/cocci/$1.cocci")
	# shellcheck disable=SC2086 # words
	timeout --foreground -k 5 "$3" spatch --very-quiet --no-show-diff -D report $opts --macro-file-builtins "$tmp/macros.h" \
		--sp-file "$top/cocci/$1.cocci" --file-groups "$2" >"$2.out" 2>"$2.err" || rc=$?
	[ "$rc" -eq 0 ] || [ "$rc" -eq 124 ] || echo "$rc" >"$2.rc"
	return "$rc"
}
# run RULE PART: all of it at once; if that takes too long, file by file, to name the one.
run() {
	local at=$tmp/$1.$2.groups f n=0
	[ -s "$at" ] || return 0
	look "$1" "$at" $((limit + (limit / 40 + 1) * $(wc -l <"$at"))) || [ $? -ne 124 ] || {
		: >"$at.out"
		grep . "$at" | while read -r f; do
			n=$((n + 1))
			echo "$f" >"$at.$n"
			look "$1" "$at.$n" "$limit" || [ $? -ne 124 ] || echo "${f#"$tree"/}" >>"$tmp/$1.late"
		done
	}
}
unread() {
	(cd "$tree" && xargs -d '\n' timeout --foreground -k 5 $((limit + 10 * $(wc -l <"$tmp/files"))) spatch --no-includes --macro-file-builtins "$tmp/macros.h" --parse-ch) \
		<"$tmp/files" >"$tmp/parsed" 2>&1 || echo "spatch --parse-ch failed" >"$tmp/parsed.rc"
}
export -f look run unread
export top tree tmp limit
# shellcheck disable=SC2016 # that shell is to expand it
{
	printf 'unread\0\0\0'
	for r in "${rules[@]}"; do
		for ((i = 0; i < jobs; i++)); do printf 'run\0%s\0%s\0' "$r" "$i"; done
	done
} | xargs -0 -n 3 -P "$jobs" bash -c '"$@"' sh || :

for r in "${rules[@]}"; do
	cat "$tmp/$r".*.err >"$tmp/$r.said" 2>/dev/null || :
	cat "$tmp/$r".*.out >"$tmp/$r.out" 2>/dev/null || :
	if compgen -G "$tmp/$r.*.rc" >/dev/null ||
		grep -qE 'parse error|not supported|^Fatal|exception|Traceback' "$tmp/$r.said"; then
		note "rule $r:"
		sed 's/^/    /' "$tmp/$r.said" >&2
		fail "spatch did not get through cocci/$r.cocci"
	fi
	while read -r f; do
		note "error: spatch was not through with cocci/$r.cocci on $f after $limit s (LIMIT=...)"
	done < <(cat "$tmp/$r.late" 2>/dev/null)
	# path:line:column-column: text
	awk -v tree="$tree/" -v rule="$r" 'index($0, tree) == 1 {
		s = substr($0, length(tree) + 1)
		if (match(s, /^[^:]+:[0-9]+:[0-9]+-[0-9]+: /)) {
			split(s, at, ":")
			print at[1] ":" at[2] ": " rule ": " substr(s, RLENGTH + 1)
		}
	}' "$tmp/$r.out"
done | sort -u -t: -k1,1 -k2,2n -k3 >"$tmp/found"

awk -f "$top/cocci/unread.awk" "$tmp/parsed" >"$tmp/unread"
if [ -e "$tmp/parsed.rc" ]; then
	note "note: it is not known which functions spatch could not read: spatch --parse-ch failed"
elif [ -s "$tmp/unread" ]; then
	note "note: spatch could not read $(wc -l <"$tmp/unread") functions; nothing is found in these:"
	awk '{ if (!($1 in list)) file[++n] = $1; list[$1] = list[$1] " " $2 }
		END { for (i = 1; i <= n; i++) print "    " file[i] ":" list[file[i]] }' "$tmp/unread" >&2
fi
rc=0
printf '%s\n' "${rules[@]}" >"$tmp/rules"
cat ${allow:+"$allow"} </dev/null >"$tmp/allow"
awk -v name="${allow##*/}" -v tmp="$tmp" -f "$top/cocci/allow.awk" \
	"$tmp/files" "$tmp/rules" "$tmp/allow" "$tmp/found" || rc=$?
! compgen -G "$tmp/*.late" >/dev/null || rc=2
exit $rc
