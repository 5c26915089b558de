#!/bin/bash
# scripts/lib/lib.sh: what ends what, who waits for whom, what a caller's environment and
# the names of folders may do; every script's --help.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2317 # text for other shells; called through ok
w=$(mktemp -d)
# Whatever happens, nothing of it stays.
trap 'kill -KILL $(marked) 2>/dev/null || :; rm -rf "$w"' EXIT
export GMEM_CACHE=$w/cache
unset GMEM_HOLDS GMEM_PATIENCE
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

# script NAME LINE...: a script of ours, in a checkout of its own.
mkdir -p "$w/co/scripts/lib" "$w/co/scripts/t"
cp "$top/scripts/lib/lib.sh" "$w/co/scripts/lib/"
script() {
	local file=$w/co/scripts/t/$1
	shift
	printf '%s\n' '#!/bin/bash' '# A script of the test.' '#' '# It says more.' \
		'' '. "$(dirname "$0")/../lib/lib.sh"' "$@" >"$file"
	chmod +x "$file"
}
t=$w/co/scripts/t
free() { local l; for l; do flock -n "$w/cache/lock/$l" true || return; done; }
# marked: the processes that a script of this test started; each has MARK in its environment.
marked() { grep -lz "^MARK=$$\$" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3; }
soon() { # COMMAND...: it succeeds within 10 s
	local i
	for ((i = 0; i < 100; i++)); do
		if "$@"; then return; fi
		sleep 0.1
	done
	return 1
}
none_alive() { [ -z "$(marked)" ]; }

# --- told to end ----------------------------------------------------------------

script outer.sh 'once first "$@"' 'trap "echo cleaned >$PLACE/cleaned" EXIT' 'stage outer "$top/scripts/t/inner.sh"'
script inner.sh 'middle() { with_lock second stage inner "$top/scripts/t/work.sh"; }' 'stage middle middle'
script work.sh 'sleep 1000 &' 'echo >$PLACE/works' 'sleep 1000'
script deaf.sh 'stubborn() { trap "" TERM; echo >$PLACE/works; while :; do sleep 1; done; }' 'stage deaf stubborn'

# start SCRIPT: sets pid; as from a terminal, where SIGINT is not ignored.
start() {
	rm -f "$w/works" "$w/cleaned"
	set -m
	MARK=$$ PLACE=$w "$t/$1" 2>"$w/err" &
	pid=$!
	set +m
	soon test -e "$w/works"
}
ended() { # STATUS
	local rc=0
	soon not kill -0 "$pid" 2>/dev/null || { echo "it goes on"; return 1; }
	wait "$pid" 2>/dev/null || rc=$?
	[ "$rc" = "$1" ] || { echo "status $rc"; return 1; }
}
for signal in TERM INT HUP; do
	status=$((128 + $(kill -l $signal)))
	ok "a lock, a stage, a stage, a lock, a stage: they run" start outer.sh
	ok "... and hold the locks" eval '! free first && ! free second'
	kill -s $signal "$pid"
	ok "$signal to the first of them: it ends by that" ended $status
	ok "... and with it all that it started" soon none_alive
	ok "... the locks are free" free first second
	ok "... it cleaned up" test -e "$w/cleaned"
done
export GMEM_PATIENCE=2
ok "a stage that does not hear TERM" start deaf.sh
kill "$pid"
ok "... is killed when the patience is over" eval 'ended 143 && none_alive'
unset GMEM_PATIENCE

# --- stages -----------------------------------------------------------------------

script stage.sh 'stage "what it does" "$@"'
works "a stage that succeeds" "$t/stage.sh" echo quiet
like "... one line" '^what it does +[0-9]+s$' "$out"
is "... its words are in the log" quiet "$(cat "$w/co/build/log/what-it-does.log")"
refused "a stage that fails: the end of its log, and where all of it is" \
	'FAILED     loud the whole log: .*/build/log/what-it-does.log' "$t/stage.sh" sh -c 'echo loud; exit 7'
is "... its status" 7 "$rc"

# --- locks ------------------------------------------------------------------------

script hold.sh 'with_lock "$1" sh -c "echo >\$PLACE/works; read -r line <\$PLACE/fifo"'
script wait.sh 'with_lock "$1" echo got it'
script again.sh 'inner() { with_lock a with_lock b with_lock a echo through; }' 'with_lock b inner'
script once.sh 'trap "echo bye" EXIT' 'once a "$@"' 'echo "$# $2"'
mkfifo "$w/fifo"
PLACE=$w "$t/hold.sh" a &
holder=$!
rm -f "$w/works"
soon test -e "$w/works"
"$t/wait.sh" a >"$w/out" 2>"$w/err" &
waiter=$!
soon test -s "$w/err"
like "who waits says for whom" '^waiting for "a", which is in use by process '"$holder"', scripts/t/hold.sh in .*/co, since [0-9:]+$' "$(cat "$w/err")"
is "... and waits" "" "$(cat "$w/out")"
echo >"$w/fifo"
wait $waiter $holder
is "... until it is free" "got it" "$(cat "$w/out")"
works "locks that are held further up are not waited for" timeout 20 "$t/again.sh"
is "... they go on" through "$out"
works "a script that goes on alone" "$t/once.sh" one "two words"
is "... has its arguments" "2 two words" "$(head -n 1 <<<"$out")"
ok "... and the lock is free afterwards" free a

# --- the caller's environment -------------------------------------------------------

script env.sh 'env'
foreign=(ARCH=arm64 SUBARCH=arm CROSS_COMPILE=x- KCFLAGS=-O0 LLVM=1 CC=clang KBUILD_OUTPUT=/nowhere
	KCONFIG_CONFIG=/nowhere MAKEFLAGS=-n V=1 W=1 C=1 O=/nowhere M=/nowhere CFLAGS=-O0 LOCALVERSION=-x
	GREP_OPTIONS=-v CDPATH=/ TAR_OPTIONS=-v POSIXLY_CORRECT=1)
works "a script in somebody's environment" env "${foreign[@]}" LANG=de_DE.UTF-8 LC_MESSAGES=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 "$t/env.sh"
for v in "${foreign[@]}"; do
	is "... does not see ${v%%=*}" "" "$(grep "^${v%%=*}=" <<<"$out")"
done
like "... speaks English" '^LC_ALL=C$' "$out"
script forget.sh 'export LONG=1 TOPIC=10 GMEM_BASE=x GMEM_STAGED=y' 'forget_parameters GMEM_STAGED' 'env'
works "what changes a script's job is forgotten" env FORCE=1 "$t/forget.sh"
is "... except what is asked for, and where the cache is" "GMEM_CACHE GMEM_STAGED" \
	"$(grep -oE '^(LONG|TOPIC|FORCE|GMEM_[A-Z]+)=' <<<"$out" | tr -d = | sort | paste -sd' ')"

# --- names of folders -----------------------------------------------------------------

script say.sh 'echo "$top $cache"'
cp -r "$w/co" "$w/a,b"
works "a comma in the name of the checkout" "$w/a,b/scripts/t/say.sh"
works "... and of the cache" env GMEM_CACHE="$w/c,d" "$t/say.sh"
for name in 'a b' 'a:b' "a'b" 'a$b' 'a%b' 'a;b'; do
	cp -r "$w/co" "$w/$name"
	refused "a checkout called $name" 'error: the folder of this checkout is ".*": the kernel cannot be built below a name with blanks, colons' \
		"$w/$name/scripts/t/say.sh"
	refused "... or the cache" 'error: the folder of the cache .GMEM_CACHE. is ".*": the kernel cannot be built' \
		env GMEM_CACHE="$w/$name" "$t/say.sh"
done
refused "TMPDIR is nowhere" 'error: TMPDIR=.*none is no folder that can be written to' env TMPDIR="$w/none" "$t/say.sh"

# --- arguments ------------------------------------------------------------------------

script none.sh 'no_arguments "$@"' 'echo did it'
works "--help" "$t/none.sh" --help
is "... is the comment at the script's head" "A script of the test.

It says more." "$out"
refused "an argument that a script does not take" 'none.sh does not take "--frob".*usage: A script of the test.*scripts/t/none.sh --help' "$t/none.sh" --frob
is "... status 2" 2 "$rc"
while read -r s; do
	works "${s#"$top/"} --help" "$s" --help
	like "... says something" '^[^ ].{20}' "$out"
done < <(grep -rlE '^\. .*/lib/lib\.sh"' "$top"/{scripts,selftests,cocci} --include='*.sh' | xargs -I {} find {} -perm -100 | sort)
done_testing
