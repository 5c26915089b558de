#!/bin/bash
# complaints.sh CONSOLE...
#
# Looks for complaints of the kernel's in console logs.
#
# Prints each complaint as FILE: during TEST: MESSAGE.  Status 0 if there is none, 1 if
# there is, 2 if a file or a pattern is no good.
#
# A test that provokes complaints says so in the kernel's log: after a line
# "gmem: expect TEXT", complaints with TEXT in them do not count, until another such
# line or the end of the test.
#
# GMEM_COMPLAINTS and GMEM_COMPLAINTS_ALLOW name other pattern files (for tests).

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

[ $# -gt 0 ] || usage
case $1 in -*) usage "$1" ;; esac
patterns=${GMEM_COMPLAINTS:-$top/selftests/machine/complaints}
allow=${GMEM_COMPLAINTS_ALLOW:-$top/selftests/machine/complaints-allow}

bad() {
	printf 'error: %s\n' "$*" >&2
	exit 2
}

[ -r "$patterns" ] || bad "$patterns: no such file"
[ -r "$allow" ] || bad "$allow: no such file"
re=$(sed -e '/^#/d' -e '/^[[:space:]]*$/d' "$patterns")
[ -n "$re" ] || bad "$patterns has no pattern: nothing would ever be found"
# With each list alone: grep's 2 is a pattern that it cannot read.
rc=0
grep -qE -e "$re" /dev/null || rc=$?
[ "$rc" -eq 1 ] || bad "$patterns: see grep's message above"
awk '/^#/ { said = 1; next } /^[ \t]*$/ { said = 0; next } !said { print FILENAME ": this entry has no comment above it: " $0; bad = 1 } END { exit bad }' "$allow" >&2 || exit 2
ok=$(sed -e '/^#/d' -e '/^[[:space:]]*$/d' "$allow")
if [ -n "$ok" ]; then
	rc=0
	grep -qE -e "$ok" /dev/null || rc=$?
	[ "$rc" -eq 1 ] || bad "$allow: see grep's message above"
	# One that matches everything would switch the check off.
	! echo | grep -qE -e "$ok" || bad "$allow: an entry matches an empty line, so it would allow everything"
fi

found=0
for file; do
	[ -r "$file" ] || bad "$file: no such file"
	# The kernel's time stamps go, the test that ran is remembered.
	# shellcheck disable=SC2094
	lines=$(tr -d '\r' <"$file" | sed -E 's/^\[ *[0-9]+\.[0-9]+\](\[[^]]*\])? ?//' |
		grep -aE -e "^gmem: (begin|end|expect) " -e "$re" | { [ -z "$ok" ] && cat || grep -avE -e "$ok" || true; } |
		awk -v file="$(basename "$file")" '
			BEGIN { during = "boot" }
			/^gmem: expect / { expect = substr($0, 14); next }
			/^gmem: begin / { during = $3; expect = ""; next }
			/^gmem: end / { during = "the time after " $3; expect = ""; next }
			expect && index($0, expect) { next }
			{ print file ": during " during ": " $0 }' || true)
	[ -z "$lines" ] || { printf '%s\n' "$lines"; found=1; }
done
exit "$found"
