#!/bin/bash
# selftests/tests/run.sh: parts by name, what they need, their limits, signals, and
# what stands at the end; on a made-up table.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2317 # sed's words; called through ok
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
co=$tmp/co
mkdir -p "$co"/{docs,build,selftests/tests}
cp -r "$top/scripts" "$co/"
cp -r "$top/selftests/machine" "$co/selftests/"
cp "$top"/selftests/tests/{run.sh,parts.awk} "$co/selftests/tests/"
cp "$top/BASE" "$co/"
printf '#!/bin/sh\n' >"$co/scripts/host/deps.sh"
cat >"$co/docs/tests.md" <<'END2'
| part | budget | how | needs | command | only |
|---|---|---|---|---|---|
| `nowhere` | 1 | alone | | `false` | not below a heading that counts |

## make test

| part | budget | how | needs | command | what only it can find |
|---|---|---|---|---|---|
| `make-x` | 5 | alone | | `echo /some/path` | x |
| `make-bad` | 5 | alone | | `false` | x |
| `good` | 5 | beside | make-x | | it passes |
| `bad` | 5 | beside | | | it fails |
| `silent` | 5 | beside | | `env A=b sh -c 'echo "no TAP" >&2; exit 3'` | it says nothing |
| `after` | 5 | alone | make-bad | `touch never` | it cannot run |
| `hangs` | 0 | alone | | | it does not end |

## make test-long

| part | budget | how | needs | command | tests | what only it can find |
|---|---|---|---|---|---|---|
| `long` | 5 | alone | make-x | `printf '1..1\nok 1 a\n'` | docs | x |
END2
plant() {
	{ echo '#!/bin/bash'; cat; } >"$co/selftests/tests/$1.t"
	chmod +x "$co/selftests/tests/$1.t"
}
plant good <<<'printf "1..2\nok 1 a\nok 2 b # SKIP c\n"'
plant bad <<<'printf "1..2\nok 1 a\nnot ok 2 b\n"; exit 1'
# One that has children, which ignore what they are told.
plant hangs <<<'echo "1..1"; trap "" TERM; sleep 977 & wait'
export GMEM_PATIENCE=2
# A minute is too long to wait for here.
sed -i 's/budget\[\$name\] + 60/budget[$name] + 2/' "$co/selftests/tests/run.sh"

# suite [VARIABLE=VALUE]... [ARGUMENT]: its output in $out, its status in $rc.
suite() {
	local set=()
	while [[ ${1:-} = *=* ]]; do set+=("$1"); shift; done
	rc=0
	out=$(env "${set[@]}" "$co/selftests/tests/run.sh" "$@" 2>"$tmp/err") || rc=$?
}
last() { tail -n 1 <<<"$out"; }

suite ONLY=?
like "ONLY=? lists the parts" '^good +5 +make-x$' "$out"
suite ONLY=nothing
like "a part that does not exist: says so" 'there is no part nothing; ONLY=\? lists' "$(cat "$tmp/err")"
suite --nonsense
is "an unknown argument: status 2" 2 "$rc"
suite ONLY=good TOPIC=10 LONG=1
is "one part, and what it needs" "2 passed, 0 failed, 1 skipped" "$(last)"
like "... used and budget stand beside each other" '^good +[0-9]+ +5$' "$out"
like "... what is skipped is named" '^skipped: b: c' "$out"
suite ONLY="silent after"
is "a part without TAP fails, and one whose needs failed is not run" "0 passed, 3 failed, 0 skipped" "$(last)"
like "... with its status" 'failed: .*silent ended with status 3' "$out"
like "... and what it said" 'no TAP' "$out"
like "... and why" 'failed: .*after was not run: make-bad failed' "$out"
t0=$SECONDS
suite ONLY="hangs good"
like "a part over its limit is ended" 'failed: .*hangs was not over after its limit of 2 s, and was ended' "$out"
like "... the others go on" '^good +[0-9]+ +5$' "$out"
ok "... at once" [ $((SECONDS - t0)) -lt 40 ]
is "... with what it started" "" "$(pgrep -f 'sleep 977' || :)"
like "... and is more than twice its budget" '^hangs +[0-9]+ +0  more than twice$' "$out"

sed -i 's/budget\[\$name\] + 2/budget[$name] + 60/' "$co/selftests/tests/run.sh"
for signal in TERM INT; do
	set -m
	ONLY="hangs" "$co/selftests/tests/run.sh" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	set +m
	for ((i = 0; i < 100; i++)); do ! pgrep -f 'sleep 977' >/dev/null || break; sleep 0.1; done
	kill -s $signal "$pid"
	wait "$pid" && rc=0 || rc=$?
	is "$signal ends the run" $((128 + $(kill -l $signal))) "$rc"
	is "... and everything that it started" "" "$(pgrep -f 'sleep 977' || :)"
done

plant forgotten <<<'printf "1..1\nok 1\n"'
suite
like "a test without a row is named" 'docs/tests.md has no row for selftests/tests/forgotten.t' "$(cat "$tmp/err")"
rm "$co/selftests/tests/forgotten.t"
suite --long
like "test-long says what passed" '^passed: long [^ ]* [0-9-]+ 1/0/0 [0-9]+$' "$out"
(cd "$co" && git init -q && git add -A && git -c user.name=t -c user.email=t@localhost commit -qm one)
suite RECORD=1 --long
like "RECORD=1 notes it" '^long [0-9a-f]{12} [0-9-]+ 1/0/0 [0-9]+$' "$(cat "$co/selftests/tests/long-passed")"
suite ONLY=good
is "... and it is up to date" "" "$(grep '^test-long' <<<"$out" || :)"
(cd "$co" && echo >>docs/other && git add -A && git -c user.name=t -c user.email=t@localhost commit -qm "A change")
suite ONLY=good
like "... until what it tests changes" '^test-long: long passed last on .*, before .*A change' "$out"
done_testing
