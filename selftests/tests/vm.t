#!/bin/bash
# make vm RUN=...: a program of one's own in the machine, its output and its status.
# Boots machines: nothing else runs beside it.

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
# The first of its boots stands still.
still_once "$tmp/bin"
PATH=$tmp/bin:$PATH SILENCE=20 vm_case script "$tmp/script"

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

# What it says on stderr.
err() { { vm "$1" >/dev/null; } 2>&1 || true; }
like "no such program" 'there is no program /no/such' "$(err /no/such)"
like "not executable" 'there is no program' "$(err "$tmp/prog.c")"
like "neither program nor script" 'neither a program' "$(err "$tmp/text")"
like "no interpreter" 'its interpreter /no/such/interpreter does not exist' "$(err "$tmp/nointerp")"
like "unknown kernel" 'it is base, patched or debug' "$(KERNEL=x err true)"
like "bad memory" 'MEM=lots' "$(MEM=lots err true)"
like "a shell needs a terminal" 'needs a terminal' "$(RUN='' "$top/selftests/machine/vm.sh" 2>&1 </dev/null || true)"

done_testing
