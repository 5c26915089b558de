#!/bin/bash
# make vm RUN=...: a program of one's own in the machine, its output and its status.
# Boots machines: nothing else runs beside it.
# Longer than two screens: a list of cases.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export KERNEL=base MEM=1024
vm() { RUN=$1 "$top/selftests/machine/vm.sh"; }

# vm_case NAME RUN: status, out and err into files of that name.
vm_case() {
	local rc=0
	vm "$2" >"$tmp/$1.out" 2>"$tmp/$1.err" || rc=$?
	echo "$rc" >"$tmp/$1.rc"
}

cat >"$tmp/prog.c" <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	int i;

	for (i = 0; i < 300000; i++)
		putchar((i * 7 + i / 256) & 255);
	for (i = 1; i < argc; i++)
		printf("<%s>", argv[i]);
	fprintf(stderr, "to stderr\n");
	return 7;
}
END
gcc -o "$tmp/prog" "$tmp/prog.c"
cat >"$tmp/script" <<'END'
#!/usr/bin/env bash
echo "bash ${BASH_VERSION%%.*}, $(uname -r), uid $(id -u)"
[ -c /dev/kvm ]
END
printf '#!/bin/sh\necho before\necho c >/proc/sysrq-trigger\nsleep 20\n' >"$tmp/panic"
printf '#!/no/such/interpreter\n' >"$tmp/nointerp"
printf 'plain text\n' >"$tmp/text"
chmod +x "$tmp/script" "$tmp/panic" "$tmp/nointerp" "$tmp/text"

"$top/selftests/machine/build.sh" kernel slim base >/dev/null
vm_case prog "$tmp/prog 'a b' \"it's\" '' \\\$x" &
vm_case panic "$tmp/panic" &
wait
# From a folder of its own, with names that need quotes; QEMU stumbles over none of them.
mkdir -p "$tmp/my work/some data/sub" "$tmp/a,b c"
echo file >"$tmp/my work/in file"
echo deep >"$tmp/my work/some data/sub/deep"
ln -s sub/deep "$tmp/my work/some data/link"
ln -s /no/such/file "$tmp/my work/some data/dangling"
cat >"$tmp/my work/look" <<'END'
#!/bin/sh
pwd
cat "$1" some*/sub/deep some*/link
ls
some*/tool >/dev/null || rc=$?
tr ' ' '\n' </proc/cmdline | grep gmem
exit $rc
END
chmod +x "$tmp/my work/look"
cp "$tmp/prog" "$tmp/my work/some data/tool"
(cd "$tmp/my work" && TMPDIR="$tmp/a,b c" FILES="'in file' some*" APPEND="gmem.one=1 gmem.two" vm_case look "./look 'in file'") &
"$top/selftests/examples/nested-qemu.sh" >"$tmp/nested" 2>"$tmp/nested.err" &
# The first of its boots stands still.
still_once "$tmp/bin"
PATH=$tmp/bin:$PATH SILENCE=20 vm_case script "$tmp/script"
wait

is "the program's status" 7 "$(cat "$tmp/prog.rc")"
# shellcheck disable=SC2016
"$tmp/prog" 'a b' "it's" '' '$x' >"$tmp/want" 2>/dev/null || true
ok "its output, every byte" cmp -s "$tmp/want" "$tmp/prog.out"
is "its stderr, and nothing else there" "to stderr" "$(cat "$tmp/prog.err")"
[ "$(cat "$tmp/script.rc")" = 0 ] || sed "s/^/# /" "$tmp/script.err"
is "status 0 of a script, whose machine was booted twice" 0 "$(cat "$tmp/script.rc")"
like "which is told" '^the boot came to a standstill, once more: silent for 20 s' "$(cat "$tmp/script.err")"
like "its interpreter came along; it is root on the machine's kernel" "^bash [0-9]+, $(base version)[^ ]*, uid 0\$" "$(cat "$tmp/script.out")"
is "a panic: status" 125 "$(cat "$tmp/panic.rc")"
is "a panic: output before it" before "$(cat "$tmp/panic.out")"
like "a panic: reason" 'the machine ended: Kernel panic - not syncing: sysrq triggered crash' "$(cat "$tmp/panic.err")"

is "relative names, blanks and commas, a folder: status" 7 "$(cat "$tmp/look.rc")"
[ "$(cat "$tmp/look.rc")" = 7 ] || sed "s/^/# /" "$tmp/look.err"
is "it runs where it was started, with its files there" "$tmp/my work|file|deep|deep|in file|look|some data" \
	"$(head -n 7 "$tmp/look.out" | paste -sd '|')"
is "a program in FILES has its libraries" "to stderr" "$(cat "$tmp/look.err")"
is "APPEND reaches the kernel" "gmem.one=1|gmem.two" "$(tail -n 2 "$tmp/look.out" | paste -sd '|')"
like "the example: a QEMU with KVM in the machine" '^inside: Linux [0-9.]+[^ ]*, hypervisor' "$(cat "$tmp/nested")"
is "... with nothing to complain about" "" "$(cat "$tmp/nested.err")"

# What it says on stderr.
err() { { vm "$1" >/dev/null; } 2>&1 || true; }
like "no such program" 'there is no program /no/such' "$(err /no/such)"
like "not executable" 'there is no program' "$(err "$tmp/prog.c")"
like "neither program nor script" 'neither a program' "$(err "$tmp/text")"
like "no interpreter" 'its interpreter /no/such/interpreter does not exist' "$(err "$tmp/nointerp")"
like "unknown kernel" 'it is base, patched or debug' "$(KERNEL=x err true)"
like "bad memory" 'MEM=lots' "$(MEM=lots err true)"
like "a shell needs a terminal" 'needs a terminal' "$(RUN='' "$top/selftests/machine/vm.sh" 2>&1 </dev/null || true)"
like "no such file for FILES" 'FILES: there is no /no/such' "$(FILES=/no/such err true)"
like "a file where the machine has its own" '/dev/null: the machine has a /dev' "$(FILES=/dev/null err true)"
truncate -s 600M "$tmp/large"
like "too much for the memory" 'are 6[0-9][0-9] MiB: that needs MEM=1[0-9]+ or more' "$(FILES=$tmp/large err true)"
like "words that are no words" 'cannot be split' "$(err "'true")"
like "arguments" 'does not take "true"' "$(RUN='' "$top/selftests/machine/vm.sh" true 2>&1 </dev/null || true)"

done_testing
