#!/bin/bash
# The machine itself, by real boots of the slim base kernel with planted tests: what
# passes, fails, skips, hangs, complains, panics; and a machine that falls silent or
# dies.
# Boots machines: nothing else runs beside it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

here=$top/selftests/machine
tmp=$(mktemp -d)
mkdir "$tmp/t"
jobs=()
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	local p
	for p in "${jobs[@]}"; do kill "$p" 2>/dev/null || true; done
	wait
	rm -rf "$tmp"
}
trap cleanup EXIT

# plant NAME: a test from standard input.
plant() {
	{ echo '#!/bin/sh'; cat; } >"$tmp/t/$1"
	chmod +x "$tmp/t/$1"
	echo "$1" >>"$tmp/t/tests"
}
plant pass <<<'echo hello'
plant fail <<<'echo it is wrong; exit 3'
plant skip <<<'echo "1..0 # SKIP - Requirement not met: a moon"; exit 4'
# shellcheck disable=SC2016
plant args <<<'[ "$#-$1-$2" = "2--m-7" ]'
plant signal <<<'kill -SEGV $$'
plant subtests <<<'printf "TAP version 13\n1..3\nok 1 a\nok 2 b # SKIP c\nok 3 d\n"'
plant unfinished <<<'printf "no newline at the end"; exit 1'
plant hang <<<'trap "" TERM; echo before; sleep 100'
plant marks <<<'echo "@@end 9 0 0"; echo " @@ complete"'
plant children <<<'sleep 100 & exit 0'
# Two nodes, a processor each (-n).
# shellcheck disable=SC2016
plant nodes <<<'[ "$(cat /sys/devices/system/node/node1/cpulist)" = 1 ]'
plant complain <<<'echo "WARNING: planted" >/dev/kmsg'
# Fails next to others, as what goes by the clock does.
plant alone <<<'[ ! -e /tmp/before ]'
plant before <<<'touch /tmp/before'
plant panic <<<'echo before the panic; echo c >/proc/sysrq-trigger; sleep 20'

kernel=$("$top/selftests/machine/build.sh" kernel slim base)

# One list with all that goes wrong, one with a complaint only, one that is fine.
cat >"$tmp/planted-all" <<'END'
- pass
- fail	# a comment
- skip
- args -m  7
- signal
- subtests
- unfinished
2 hang
- marks
- children
- panic
- nosuch
- pass after
END
printf '%s\n' '- pass' '- complain' '- pass' >"$tmp/planted-complaint"
printf '%s\n' '- pass' '- skip' '- nodes' >"$tmp/planted-good"
printf '%s\n' '- before' '- alone' '- fail' >"$tmp/planted-again"
echo '- pass' | tee "$tmp/planted-still" >"$tmp/planted-warned"
# run NAME OPTION...: the list planted-NAME.
run() {
	local name=$1
	shift
	GMEM_TESTS=$tmp/t "$here/run.sh" -j 1 -x -m 1024 -l 20 "$@" slim base "$tmp/planted-$name" >"$tmp/$name.ktap" 2>"$tmp/$name.err"
}
run all &
all=$!
jobs+=("$all")
run complaint &
complaint=$!
jobs+=("$complaint")

# Two machines without an end of their own: one gets stopped, one killed.
printf '1\t300\thang\t\n' >"$tmp/list"
mkdir -p "$tmp/cpio/gmem"
cp "$tmp/list" "$tmp/cpio/gmem/list"
(cd "$tmp/cpio" && printf 'gmem\ngmem/list\n' | cpio --quiet -o -H newc -R 0:0) >"$tmp/list.cpio"
initrd=$("$here/initramfs.sh" "$tmp/t" hang)

# until_said FILE TEXT: it may take long on a busy host.
# shellcheck disable=SC2317 # called by ok
until_said() {
	local i
	for ((i = 0; i < 600; i++)); do
		# shellcheck disable=SC2086 # may be a pattern
		! grep -aq "$2" $1 2>/dev/null || return 0
		sleep 0.2
	done
	return 1
}

wait "$all" && rc=0 || rc=$?
is "a run with failures has status 1" 1 "$rc"
ktap=$(cat "$tmp/all.ktap")
like "pass" '^ok 1 pass # ' "$ktap"
like "exit status" '^not ok 2 fail # exit status 3$' "$ktap"
like "output of a failure is shown" '^# it is wrong$' "$ktap"
like "skip with its reason" '^ok 3 skip # SKIP Requirement not met: a moon$' "$ktap"
like "arguments reach the test" '^ok 4 args -m 7 # ' "$ktap"
like "signal" '^not ok 5 signal # killed by signal 11$' "$ktap"
like "subtests" '^  ok 2 b # SKIP c$' "$ktap"
like "their test" '^ok 6 subtests # ' "$ktap"
like "output without a newline" '^# no newline at the end$' "$ktap"
like "and its status" '^not ok 7 unfinished # exit status 1$' "$ktap"
like "time limit" '^not ok 8 hang # not done within its limit of 2 s$' "$ktap"
like "output that looks like marks" '^ok 9 marks # ' "$ktap"
like "a test that leaves children" '^ok 10 children # [0-3][.]' "$ktap"
like "panic" '^not ok 11 panic # the machine ended during it: Kernel panic - not syncing: sysrq triggered crash$' "$ktap"
like "one that the base does not have" '^ok 12 nosuch # SKIP the base tree does not have it$' "$ktap"
like "booted again for those after the panic" '^ok 13 pass after # ' "$ktap"
like "the panic is a complaint" '^not ok 14 no complaint from the kernel' "$ktap"

wait "$complaint" && rc=0 || rc=$?
is "a run with only a complaint has status 1" 1 "$rc"
like "that one failed" '^not ok 4 no complaint from the kernel' "$(cat "$tmp/complaint.ktap")"
like "it tells the test" 'during complain: WARNING: planted' "$(cat "$tmp/complaint.ktap")"
is "the tests themselves passed" "3 passed, 1 failed, 0 skipped" "$(awk -f "$here/result.awk" -f "$here/count.awk" "$tmp/complaint.ktap" || true)"

mkdir "$tmp/silent" "$tmp/dead"
"$here/machine.sh" -m 1024 -s 60 "$kernel/bzImage" "$tmp/dead" "$initrd" "$tmp/list.cpio" 2>"$tmp/dead.err" &
dead=$!
"$here/machine.sh" -m 1024 -s 15 "$kernel/bzImage" "$tmp/silent" "$initrd" "$tmp/list.cpio" 2>"$tmp/silent.err" &
silent=$!
jobs+=("$dead" "$silent")
run good -n &
good=$!
jobs+=("$good")
run again -r &
again=$!
jobs+=("$again")
# The first of their boots stands still, one without and one with a word of the kernel's.
still_once "$tmp/still"
PATH=$tmp/still:$PATH run still -s 30 &
still=$!
jobs+=("$still")
still_once "$tmp/warned" 'WARNING: planted, too'
PATH=$tmp/warned:$PATH run warned -s 30 &
warned=$!
jobs+=("$warned")
ok "a machine runs" until_said "$tmp/dead/report" '@@ begin 1'
kill -KILL "$(cat "$tmp/dead/pid")"
wait "$dead" && rc=0 || rc=$?
is "QEMU killed: status" 1 "$rc"
like "QEMU killed: reason" 'the machine ended: QEMU was killed by signal 9' "$(cat "$tmp/dead.err")"

ok "another runs" until_said "$tmp/silent/report" '@@ begin 1'
kill -STOP "$(cat "$tmp/silent/pid")"
t0=$SECONDS
wait "$silent" && rc=0 || rc=$?
is "silence: status" 1 "$rc"
like "silence: reason" 'silent for 15 s; the console.s last line: .*gmem: begin hang' "$(cat "$tmp/silent.err")"
ok "silence: at once after the limit" [ $((SECONDS - t0)) -le 25 ]

wait "$good" && rc=0 || rc=$?
is "a good run has status 0" 0 "$rc"
is "and counts" "3 passed, 0 failed, 1 skipped" "$(awk -f "$here/result.awk" -f "$here/count.awk" "$tmp/good.ktap")"

wait "$again" && rc=0 || rc=$?
is "a failure that stays has status 1" 1 "$rc"
ktap=$(cat "$tmp/again.ktap")
like "by itself it passes, and the report says so" '^ok 2 alone # [0-9.]+ s, by itself; before, among others: exit status 1$' "$ktap"
like "one that fails again" '^not ok 3 fail # exit status 3, twice$' "$ktap"
like "not without -r" '^not ok 2 fail # exit status 3$' "$(cat "$tmp/all.ktap")"

wait "$still" && rc=0 || rc=$?
is "a boot that stands still is made once more" 0 "$rc"
like "the test runs in the second" '^ok 1 pass # ' "$(cat "$tmp/still.ktap")"
like "which is told" '^ok 2 .* # SKIP a boot came to a standstill: machine 1, boot 1: silent for 30 s' "$(cat "$tmp/still.ktap")"
wait "$warned" && rc=0 || rc=$?
is "what the kernel said in the first one counts" 1 "$rc"
like "and is shown" 'WARNING: planted, too' "$(cat "$tmp/warned.ktap")"

# A run that is ended takes its machine with it.
echo '300 hang' >"$tmp/planted-ended"
GMEM_TESTS=$tmp/t "$here/run.sh" -j 1 -x -m 1024 slim base "$tmp/planted-ended" >/dev/null 2>&1 &
ended=$!
jobs+=("$ended")
# shellcheck disable=SC2016 # the folder's name is not known before
ok "a run is at work" eval 'until_said "$build/run/.slim-base-planted-ended.*/machine-1.1/report" "@@ begin 1"'
kill "$ended"
wait "$ended" && rc=0 || rc=$?
is "ended: status" 130 "$rc"
pid=$(cat "$build/run/slim-base-planted-ended/machine-1.1/pid")
is "ended: its QEMU, too" gone "$(if kill -0 "$pid" 2>/dev/null; then echo "still there: $pid"; else echo gone; fi)"

# Errors before anything boots.
# What it says on stderr.
err() { { "$@" >/dev/null; } 2>&1 || true; }
like "no such list" 'neither a file nor one of: .*private' "$(err "$here/run.sh" slim base nosuch)"
echo 'pass' >"$tmp/planted-bad"
like "a line that is no list's" 'not LIMIT NAME: pass' "$(GMEM_TESTS=$tmp/t err "$here/run.sh" slim base "$tmp/planted-bad")"
: >"$tmp/planted-none"
like "a list without a test" 'no test in it' "$(GMEM_TESTS=$tmp/t err "$here/run.sh" slim base "$tmp/planted-none")"
like "no kernel" 'cannot read the kernel /nosuch' "$(err "$here/machine.sh" /nosuch "$tmp" "$initrd")"

done_testing
