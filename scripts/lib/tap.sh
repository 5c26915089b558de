# shellcheck shell=bash
# Sourced by the tests of selftests/tests: TAP on stdout, nothing else.  Brings lib.sh
# along.  What a command says is shown, as diagnostics, only if the test fails.
# Longer than two screens: a library, of short functions.

# shellcheck source=scripts/lib/lib.sh
declare -F forget_parameters >/dev/null || . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# What a test may be told to try, in place of what it would make itself, stays.
forget_parameters GMEM_EMULATOR GMEM_STAGED

tap_n=0
tap_bad=0
echo "KTAP version 1"
# What the last command said: a file without a name, which nobody has to remove.
tap_said=$(mktemp)
exec {tap_fd}<>"$tap_said"
rm "$tap_said"
tap_said=/proc/$$/fd/$tap_fd

# verdict NAME STATUS: the line about a test that passed if STATUS is 0; if not, what
# stands in $tap_said comes before it.
verdict() {
	tap_n=$((tap_n + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $tap_n $1"
	else
		tap_bad=1
		tail -n 60 "$tap_said" | cut -c1-400 | sed 's/^/# /'
		echo "not ok $tap_n $1"
	fi
}

# ok NAME COMMAND...: passes if the command does, which runs in this shell.
ok() {
	local tap_name=$1 tap_rc=0
	shift
	if "$@" >"$tap_said" 2>&1; then tap_rc=0; else tap_rc=$?; fi
	verdict "$tap_name" "$tap_rc"
}

# works NAME COMMAND...: the same, with nothing to read; what it says is in $out
# afterwards, its status in $rc.
works() {
	local tap_name=$1
	shift
	rc=0
	"$@" >"$tap_said" 2>&1 </dev/null || rc=$?
	out=$(cat "$tap_said")
	verdict "$tap_name" "$rc"
}

# refused NAME PATTERN COMMAND...: the command fails, and what it says matches, all of it
# in one line.  $out and $rc as above.
refused() {
	local tap_name=$1 tap_pattern=$2
	shift 2
	rc=0
	"$@" >"$tap_said" 2>&1 || rc=$?
	out=$(tr '\n' ' ' <"$tap_said")
	if [ "$rc" -eq 0 ]; then
		echo "(it was not refused)" >>"$tap_said"
		verdict "$tap_name" 1
	elif ! grep -qE -e "$tap_pattern" <<<"$out"; then
		echo "(wanted a match of: $tap_pattern)" >>"$tap_said"
		verdict "$tap_name" 1
	else
		verdict "$tap_name" 0
	fi
}

# is NAME WANTED FOUND
is() {
	printf 'wanted: %s\nfound:  %s\n' "$2" "$3" >"$tap_said"
	if [ "$2" = "$3" ]; then verdict "$1" 0; else verdict "$1" 1; fi
}

# like NAME REGEX TEXT
like() {
	printf 'wanted a match of: %s\nin: %s\n' "$2" "$3" | sed -n 1,20p >"$tap_said"
	if grep -qE -e "$2" <<<"$3"; then verdict "$1" 0; else verdict "$1" 1; fi
}

# skip NAME REASON
skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n $1 # SKIP $2"
}

# skip_all REASON: before the first test.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# not COMMAND...
not() { ! "$@"; }

# still_once FOLDER [LINE]: makes it, with a QEMU in it that stands still for the first of its
# calls, with LINE on the console.
still_once() {
	mkdir "$1"
	cat >"$1/qemu-system-x86_64" <<-END
		#!/bin/sh
		mkdir "$1/called" 2>/dev/null || exec $(command -v qemu-system-x86_64) "\$@"
		for arg; do case \$arg in file:*/console) echo "${2:-}" >"\${arg#file:}" ;; esac; done
		exec sleep 1000
	END
	chmod +x "$1/qemu-system-x86_64"
}

# lying_uname RELEASE FILE: a library, in FILE; a program that it is preloaded into sees that
# RELEASE running.
lying_uname() {
	gcc -shared -fPIC -o "$2" -x c - <<-END
		#include <string.h>
		#include <sys/syscall.h>
		#include <sys/utsname.h>
		#include <unistd.h>
		int uname(struct utsname *u)
		{
			int rc = syscall(SYS_uname, u);

			strcpy(u->release, "$1");
			return rc;
		}
	END
}

done_testing() {
	echo "1..$tap_n"
	exit "$tap_bad"
}
