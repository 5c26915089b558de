#!/bin/bash
# The machine itself, by real boots of the slim base kernel with planted tests: what
# passes, fails, skips, hangs, complains, panics; and a machine that falls silent or
# dies.
# Boots machines: nothing else runs beside it.
#
# Longer than two screens: a list of cases.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

here=$top/selftests/machine
tmp=$(mktemp -d)
mkdir "$tmp/t"
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	# Only what still runs: the number of one that is over may be somebody else's by now.
	# shellcheck disable=SC2046 # numbers
	kill $(jobs -rp) 2>/dev/null || true
	wait
	rm -rf "$tmp" "$build"/run/slim-base-planted-*
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
echo "- pass" >"$tmp/planted-warned"
# run NAME OPTION...: the list planted-NAME.
run() {
	local name=$1
	shift
	GMEM_TESTS=$tmp/t "$here/run.sh" -j 1 -x -m 1024 -l 20 "$@" slim base "$tmp/planted-$name" >"$tmp/$name.ktap" 2>"$tmp/$name.err"
}
run all &
all=$!
run complaint &
complaint=$!

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

# A comma in a folder's name is no comma of an option's.
silent_dir=$tmp/si,lent
mkdir "$silent_dir" "$tmp/dead" "$tmp/left"
"$here/machine.sh" -m 1024 -s 60 "$kernel/bzImage" "$tmp/dead" "$initrd" "$tmp/list.cpio" 2>"$tmp/dead.err" &
dead=$!
"$here/machine.sh" -m 1024 -s 15 "$kernel/bzImage" "$silent_dir" "$initrd" "$tmp/list.cpio" 2>"$tmp/silent.err" &
silent=$!
run good -n &
good=$!
run again -r &
again=$!
# The first of their boots stands still, one without and one with a word of the kernel's.
still_once "$tmp/still"
# By -t, instead of a list.
PATH=$tmp/still:$PATH GMEM_TESTS=$tmp/t "$here/run.sh" -j 1 -x -m 1024 -l 20 -s 30 -t pass slim base >"$tmp/still.ktap" 2>"$tmp/still.err" &
still=$!
still_once "$tmp/warned" 'WARNING: planted, too'
PATH=$tmp/warned:$PATH run warned -s 30 &
warned=$!
ok "a machine runs" until_said "$tmp/dead/report" '@@ begin 1'
kill -KILL "$(cat "$tmp/dead/pid")"
wait "$dead" && rc=0 || rc=$?
is "QEMU killed: status" 1 "$rc"
like "QEMU killed: reason" 'the machine ended: QEMU was killed by signal 9' "$(cat "$tmp/dead.err")"

ok "another runs" until_said "$silent_dir/report" '@@ begin 1'
# Three that are to be ended, below.
declare -A runs
for n in ended killed; do
	echo '300 hang' >"$tmp/planted-$n"
	GMEM_TESTS=$tmp/t "$here/run.sh" -j 1 -x -m 1024 slim base "$tmp/planted-$n" >/dev/null 2>&1 &
	runs[$n]=$!
done
"$here/machine.sh" -m 1024 "$kernel/bzImage" "$tmp/left" "$initrd" "$tmp/list.cpio" 2>/dev/null &
left=$!
kill -STOP "$(cat "$silent_dir/pid")"
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

# A run that is ended takes its machine with it, whatever ends it; what the machine said so
# far is where it always is.
# shellcheck disable=SC2317 # called by ok
gone() {
	local i
	for ((i = 0; i < 50; i++)); do
		# A zombie is gone, too: nobody waits for it if its parent was killed.
		! grep -qs '^State:.*[^Z] (' "/proc/$1/status" || { sleep 0.2; continue; }
		return 0
	done
	return 1
}
# end_run NAME SIGNAL: sends the signal to the run.sh that works on planted-NAME.
end_run() {
	local logs=$build/run/slim-base-planted-$1 run=${runs[$1]}
	ok "$1: its logs can be read while it runs" until_said "$logs/machine-1.1/report" "@@ begin 1"
	kill -s "$2" "$run"
	wait "$run" && rc=0 || rc=$?
	ok "$1: its QEMU ends, too" gone "$(cat "$logs/machine-1.1/pid")"
	like "$1: its logs stay" 'gmem: begin hang' "$(tr -d '\0' <"$logs/machine-1.1/console")"
}
end_run ended TERM
is "ended: status" 130 "$rc"
end_run killed KILL
ok "left: a machine runs" until_said "$tmp/left/report" '@@ begin 1'
kill -KILL "$left"
ok "left: QEMU does not outlive a machine.sh that is killed" gone "$(cat "$tmp/left/pid")"

# A QEMU that fails an assertion.
mkdir "$tmp/dying"
cat >"$tmp/dying/qemu-system-x86_64" <<'END_OF_QEMU'
#!/bin/sh
ulimit -c 0
echo "**" >&2
echo "ERROR:../made/up.c:7:up: assertion failed: (a == b)" >&2
kill -ABRT $$
END_OF_QEMU
chmod +x "$tmp/dying/qemu-system-x86_64"
like "an assertion of QEMU's is in the reason" \
	'^error: the machine ended: QEMU was killed by signal 6: .*up.c:7:up: assertion failed: \(a == b\)$' \
	"$(PATH=$tmp/dying:$PATH "$here/machine.sh" "$kernel/bzImage" "$tmp/left" "$initrd" 2>&1 || true)"

# A QEMU that ends by itself after a panic, a moment before the watch would kill it, and
# a machine.sh that is slow to see that (tr is what it runs then).
mkdir "$tmp/late"
cat >"$tmp/late/qemu-system-x86_64" <<'END_OF_QEMU'
#!/bin/sh
for arg; do case $arg in file:*/console) echo "Kernel panic - not syncing: planted" >"${arg#file:}" ;; esac; done
exec sleep 5.6
END_OF_QEMU
printf '#!/bin/sh\nsleep 1\nexec %s "$@"\n' "$(command -v tr)" >"$tmp/late/tr"
chmod +x "$tmp"/late/*
is "the watch does not kill what has ended" "error: the machine ended: Kernel panic - not syncing: planted" \
	"$(PATH=$tmp/late:$PATH "$here/machine.sh" "$kernel/bzImage" "$tmp/left" "$initrd" 2>&1 || true)"

# QEMU's command line alone.
mkdir "$tmp/d,d"
: >"$tmp/k,k"
line=$("$here/machine.sh" -N -p -D "$tmp/x,y" -a "one two" -a three -q "-s -S" -q -daemonize "$tmp/k,k" "$tmp/d,d" initrd)
like "-N: a comma in an option is doubled" "path=[^ ]*/d,,d/report' .*path=[^ ]*/d,,d/err' .*file=[^ ]*/x,,y'" "$line"
like "-N: a comma is not doubled where QEMU takes all of a word" "'-serial' 'file:[^ ]*/d,d/console' .*'-kernel' '[^ ]*/k,k' '-initrd' '[^ ]*/d,d/initrd'" "$line"
like "-N: each -a and -q adds something" "'-s' '-S' '-daemonize' .*force_emulation_prefix=1 one two three'\$" "$line"
is "-N: nothing else is done" "" "$(ls "$tmp/d,d")"
# Errors before anything boots.
# What it says on stderr.
err() { { "$@" >/dev/null; } 2>&1 || true; }
like "no such list" 'neither a file nor one of: .*private' "$(err "$here/run.sh" slim base nosuch)"
echo 'pass' >"$tmp/planted-bad"
like "a line that is no list's" 'not LIMIT NAME: pass' "$(GMEM_TESTS=$tmp/t err "$here/run.sh" slim base "$tmp/planted-bad")"
: >"$tmp/planted-none"
like "a list without a test" 'no test in it' "$(GMEM_TESTS=$tmp/t err "$here/run.sh" slim base "$tmp/planted-none")"
like "no kernel" 'cannot read the kernel /nosuch' "$(err "$here/machine.sh" /nosuch "$tmp" "$initrd")"
like "an option that is not known" 'run.sh does not take "-Z"' "$(err "$here/run.sh" -Z slim base rmp)"
like "... of the machine's" 'machine.sh does not take "-Z"' "$(err "$here/machine.sh" -Z "$kernel/bzImage" "$tmp" "$initrd")"
like "an option without its value" '-m wants a value' "$(err "$here/machine.sh" -m)"
like "a limit that is no number" '-l soon: it is a number' "$(err "$here/run.sh" -l soon slim base rmp)"
like "memory that is no number" '-m 4G: it is a number' "$(err "$here/machine.sh" -m 4G "$kernel/bzImage" "$tmp" "$initrd")"
like "a list and a test" 'not both' "$(err "$here/run.sh" -t pass slim base rmp)"
like "a test that is not there" 'the base tree has no test nosuch' "$(GMEM_TESTS=$tmp/t err "$here/run.sh" -t pass -t nosuch slim base)"

done_testing
