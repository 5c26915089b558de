#!/bin/bash
# The parser on reports made by hand: what it counts, and what it makes of what
# the guest's init writes.
# Longer than two screens: a list of cases.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
machine=$top/selftests/machine
counter=(awk -f "$machine/result.awk" -f "$machine/count.awk")

# count NAME WANTED TEXT: the last line, without "passed" and so on.
count() {
	local found
	found=$(printf '%b' "$3" | "${counter[@]}" | tail -n 1 | sed 's/ [a-z]*//g' || true)
	is "$1" "$2" "$found"
}

count "plain" "2,1,0" 'TAP version 13\n1..3\nok 1 a\nnot ok 2 b\nok 3\n'
count "plan at the end" "1,0,0" 'TAP version 13\nok 1 a\n1..1\n'
count "skip with its reason" "0,0,1" 'TAP version 13\n1..1\nok 1 a # SKIP no such thing\n'
count "skip in small letters" "0,0,1" 'TAP version 13\n1..1\nok 1 a # skip\n'
count "expected failure counts as skipped" "0,0,1" 'TAP version 13\n1..1\nnot ok 1 a # TODO later\n'
count "a # in a name is no directive" "1,0,0" 'TAP version 13\n1..1\nok 1 a # 3.1 s\n'
count "a whole report skipped" "0,0,1" 'TAP version 13\n1..0 # SKIP nothing here\n'
count "lines end in CR LF" "1,1,0" 'TAP version 13\r\n1..2\r\nok 1 a\r\nnot ok 2 b\r\n'
count "diagnostics and noise" "1,0,0" 'TAP version 13\n1..1\n# not ok 7 x\nhello ok\nok 1 a\n'
count "bail out" "1,2,0" 'TAP version 13\n1..2\nok 1 a\nBail out! no more\n'
count "truncated" "1,2,0" 'TAP version 13\n1..3\nok 1 a\n'
count "more than planned" "2,1,0" 'TAP version 13\n1..1\nok 1 a\nok 2 b\n'
count "no plan" "1,1,0" 'TAP version 13\nok 1 a\n'
count "nothing" "0,1,0" ''
count "nested: leaves count" "3,1,0" 'KTAP version 1\n1..2\n    KTAP version 1\n    1..2\n    ok 1 a\n    not ok 2 b\nnot ok 1 p\n    KTAP version 1\n    1..2\n    ok 1 a\n    ok 2 b\nok 2 q\n'
count "nested: the parent alone fails" "1,1,0" 'KTAP version 1\n1..1\n    KTAP version 1\n    1..1\n    ok 1 a\nnot ok 1 p\n'
count "nested: truncated" "1,1,0" 'KTAP version 1\n1..1\n    KTAP version 1\n    1..2\n    ok 1 a\nok 1 p\n'
count "nested: ends in the middle" "1,2,0" 'KTAP version 1\n1..1\n    KTAP version 1\n    1..2\n    ok 1 a\n'
count "nested: three levels" "2,0,1" 'KTAP version 1\n1..1\n    KTAP version 1\n    1..2\n        KTAP version 1\n        1..2\n        ok 1 a\n        ok 2 b # SKIP x\n    ok 1 p\n    ok 2 q\nok 1 r\n'
count "two reports" "2,1,0" 'TAP version 13\n1..1\nok 1 a\nTAP version 13\n1..2\nok 1 a\nnot ok 2 b\n'
count "numbers that do not fit" "0,2,0" 'TAP version 13\n1..2\nok 2 a\nok 5 b\n'
count "one number left out" "2,2,0" 'TAP version 13\n1..4\nok 1 a\nok 3 b\nok 4 c\n'
count "a number twice" "1,1,0" 'TAP version 13\n1..2\nok 1 a\nok 1 b\n'
count "no numbers" "2,0,0" 'TAP version 13\n1..2\nok - a\nok - b\n'
count "a plan of none" "0,1,0" 'TAP version 13\n1..0\n'
count "a plan of none, with a remark" "0,1,0" 'TAP version 13\n1..0 # nothing here\n'
count "a plan of none, skipped without a reason" "0,0,1" 'TAP version 13\n1..0 # SKIP\n'
count "a plan of none below a test that passes" "0,1,0" 'KTAP version 1\n1..1\n  KTAP version 1\n  1..0\nok 1 p\n'
count "a plan of none below a test that is skipped" "0,0,1" 'KTAP version 1\n1..1\n  KTAP version 1\n  1..0\nok 1 p # SKIP why\n'
count "XFAIL" "0,0,1" 'KTAP version 1\n1..1\nnot ok 1 a # XFAIL known\n'
count "TIMEOUT and ERROR" "0,2,0" 'KTAP version 1\n1..2\nnot ok 1 a # TIMEOUT 30 s\nnot ok 2 b # ERROR x\n'
for w in 1 2 3 4 8; do
	b=$(printf "%${w}s" '')
	count "nested by $w" "2,0,1" "KTAP version 1\n1..1\n${b}KTAP version 1\n${b}1..2\n$b${b}KTAP version 1\n$b${b}1..2\n$b${b}ok 1 a\n$b${b}ok 2 b # SKIP x\n${b}ok 1 p\n${b}ok 2 q\nok 1 r\n"
done
count "nested by two, and then by four" "2,1,0" 'KTAP version 1\n1..2\n  KTAP version 1\n  1..1\n  ok 1 a\nok 1 p\n    1..2\n    ok 1 b\n    not ok 2 c\nnot ok 2 q\n'
count "indentation that is no level's: not counted" "1,1,0" 'KTAP version 1\n1..1\n    KTAP version 1\n    1..2\n    ok 1 a\n  ok 2 b\nok 1 p\n'
count "indented noise" "1,0,0" 'KTAP version 1\n1..1\n   ok 7 it is\n  not ok then\n 1..2 of 3\nok 1 a\n'
count "all of it indented" "1,1,0" '    TAP version 13\n    1..2\n    ok 1 a\n    not ok 2 b\n'
count "two levels end at once" "1,3,0" 'KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n    KTAP version 1\n    1..1\n    ok 1 a\nok 1 p\n'
# The kernel's own example, of which its kunit.py says the same.
rst=$top/build/linux/Documentation/dev-tools/ktap.rst
if [ -r "$rst" ]; then
	count "the example of ktap.rst" "3,1,2" "$(sed -n '/^Example KTAP output/,/^This output/s/^\t//p' "$rst")"
fi
printf '1..2\nok 1 a\n' >"$tmp/a"
printf '1..1\nok 1 b\n' >"$tmp/b"
is "a truncated file before a whole one" "2 passed, 1 failed, 0 skipped" "$("${counter[@]}" "$tmp/a" "$tmp/b" || true)"
is "status 0 if all passed" "1 passed, 0 failed, 0 skipped, status 0" "$("${counter[@]}" "$tmp/b"), status $?"
is "status 1 if not" 1 "$("${counter[@]}" "$tmp/a" >"$tmp/out" && echo 0 || echo $?)"

printf '1..3\n# why c\nok 1 c\n# one\n# two\n# 3\n# 4\n# 5\n# 6\n# 7\n# 8\n# nine\nnot ok 2 d # exit status 1\nok 3 e # SKIP f\n' >"$tmp/list.tap"
is "the list: skipped, failed with part and diagnostics, the sum" \
	"skipped: e: f|failed: list: d # exit status 1|    # two|    # 3|    # 4|    # 5|    # 6|    # 7|    # 8|    # nine|1 passed, 1 failed, 1 skipped" \
	"$("${counter[@]}" -v list=1 "$tmp/list.tap" | paste -sd '|')"

# ---- what init reports

# guest LIST REPORT [EXPECTED]: the result lines.
guest() {
	printf '%b' "$1" >"$tmp/list"
	printf '%b' "$2" >"$tmp/report"
	printf '%b' "${3:-}" >"$tmp/expected"
	awk -v mode=guest -v lists="$tmp/list" -v expected="${3:+$tmp/expected}" -f "$machine/result.awk" -f "$machine/guest.awk" "$tmp/report"
}
one='1\t60\tx/foo\t\n'

is "a pass" "ok 1 x/foo # 0.50 s" "$(guest "$one" '@@ begin 1\nhello\n\n@@ end 1 0 0.50\n' | tail -n 1)"
is "an exit status" "not ok 1 x/foo # exit status 254" "$(guest "$one" '@@ begin 1\nhello\n\n@@ end 1 254 0.50\n' | tail -n 1)"
like "its output is kept" '^# hello$' "$(guest "$one" '@@ begin 1\nhello\n\n@@ end 1 254 0.50\n')"
is "a signal" "not ok 1 x/foo # killed by signal 11" "$(guest "$one" '@@ begin 1\n\n@@ end 1 139 0.50\n' | tail -n 1)"
is "a limit" "not ok 1 x/foo # not done within its limit of 60 s" "$(guest "$one" '@@ begin 1\n\n@@ end 1 limit 60.0\n' | tail -n 1)"
is "a skip, with the reason of KVM's tests" "ok 1 x/foo # SKIP Requirement not met: kvm_cpu_has(X)" \
	"$(guest "$one" '@@ begin 1\nRandom seed: 1\n1..0 # SKIP - Requirement not met: kvm_cpu_has(X)\n\n@@ end 1 4 0.1\n' | tail -n 1)"
is "a skip without one" "ok 1 x/foo # SKIP it does not say why" "$(guest "$one" '@@ begin 1\n\n@@ end 1 4 0.1\n' | tail -n 1)"
tap='TAP version 13\n1..2\nok 1 a\nok 2 b # SKIP c\n# Totals\n'
is "subtests are expanded" "1 passed, 0 failed, 1 skipped" \
	"$( (guest "$one" "@@ begin 1\n$tap\n@@ end 1 0 0.5\n"; echo 'ok 2 log # SKIP') | sed 's/^ok 2 log.*//; s/^1\.\.2$/1..1/' | "${counter[@]}")"
is "a failed subtest, though the status is 0" "not ok 1 x/foo # 1 subtests failed, though its exit status is 0" \
	"$(guest "$one" '@@ begin 1\nTAP version 13\n1..2\nok 1 a\nnot ok 2 b\n\n@@ end 1 0 0.5\n' | tail -n 1)"
is "a plan of none, though the status is 0" "not ok 1 x/foo # nothing was there: its plan is 1..0" "$(guest "$one" '@@ begin 1\n1..0\n\n@@ end 1 0 0.5\n' | tail -n 1)"
is "all of it skipped, though the status is 0" "ok 1 x/foo # SKIP no moon" "$(guest "$one" '@@ begin 1\n1..0 # SKIP no moon\n\n@@ end 1 0 0.5\n' | tail -n 1)"
is "what is written is KTAP: two blanks a level" "KTAP version 1|1..2|  KTAP version 1|  1..1|    KTAP version 1|    1..1|    ok 1 b|  ok 1 a|ok 1 x/foo # 0.5 s" \
	"$(guest "$one" '@@ begin 1\nKTAP version 1\n1..1\n  KTAP version 1\n  1..1\n  ok 1 b\nok 1 a\n\n@@ end 1 0 0.5\n' | paste -sd '|')"
is "subtests that never came" "not ok 1 x/foo # planned 3 subtests, reported 1" \
	"$(guest "$one" '@@ begin 1\nTAP version 13\n1..3\nok 1 a\n\n@@ end 1 0 0.5\n' | tail -n 1)"
is "subtests that never came, with a status" "not ok 1 x/foo # exit status 1" \
	"$(guest "$one" '@@ begin 1\nTAP version 13\n1..3\nok 1 a\n\n@@ end 1 1 0.5\n' | tail -n 1)"
is "the machine died" "not ok 1 x/foo # the machine ended during it: Kernel panic - not syncing: x" \
	"$(guest "$one" '@@ begin 1\nhello\n@@ died 1 Kernel panic - not syncing: x\n' | tail -n 1)"
is "a stuck test" "not ok 1 x/foo # hangs past its limit of 60 s and could not be killed" \
	"$(guest "$one" '@@ begin 1\n\n@@ stuck 1\n\n@@ died 1 a test could not be killed\n' | tail -n 1)"
like "a test never reached" '^not ok 1 x/foo # not run' "$(guest "$one" '@@ boot\n')"
is "one that the tree lacks" "ok 1 x/foo # SKIP not there" "$(guest '1\t60\tx/foo\tskip not there\n' '' | tail -n 1)"
end1='@@ begin 1\n\n@@ end 1 1 0.5\n'
is "fails on base too" "ok 1 x/foo # SKIP fails on base too: no NRIPS (exit status 1)" "$(guest "$one" "$end1" 'fail x/foo # no NRIPS\n' | tail -n 1)"
is "passes on base" "not ok 1 x/foo # exit status 1" "$(guest "$one" "$end1" 'pass x/foo\n' | tail -n 1)"
is "flaky on base" "ok 1 x/foo # SKIP fails now and then on base too: clocks (exit status 1)" "$(guest "$one" "$end1" 'flaky x/foo # clocks\n' | tail -n 1)"
like "skipped, but passes on base" '^not ok 1 x/foo # skipped, but passes on base' "$(guest "$one" '@@ begin 1\n\n@@ end 1 4 0.5\n' 'pass x/foo\n' | tail -n 1)"
is "a name with arguments" "not ok 1 foo -m 1 # exit status 1" "$(guest '1\t60\tfoo -m 1\t\n' "$end1" 'fail foo # other arguments\n' | tail -n 1)"

done_testing
