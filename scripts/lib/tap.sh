# shellcheck shell=bash
# Sourced by the tests in this folder: TAP on stdout.

tap_n=0
tap_bad=0
echo "KTAP version 1"

# ok NAME COMMAND...: passes if the command does.
ok() {
	local name=$1
	shift
	tap_n=$((tap_n + 1))
	if "$@"; then
		echo "ok $tap_n $name"
	else
		tap_bad=1
		echo "not ok $tap_n $name"
	fi
}

# is NAME WANTED FOUND
is() {
	tap_n=$((tap_n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_n $1"
	else
		tap_bad=1
		printf 'wanted: %s\nfound:  %s\n' "$2" "$3" | cut -c1-400 | sed 's/^/# /'
		echo "not ok $tap_n $1"
	fi
}

# like NAME REGEX TEXT
like() {
	tap_n=$((tap_n + 1))
	if grep -qE -e "$2" <<<"$3"; then
		echo "ok $tap_n $1"
	else
		tap_bad=1
		printf 'wanted a match of: %s\nin: %s\n' "$2" "$3" | head -n 20 | cut -c1-400 | sed 's/^/# /'
		echo "not ok $tap_n $1"
	fi
}

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
