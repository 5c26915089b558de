#!/bin/bash
# The complaint patterns, each with what the kernel really prints; and that a broken
# pattern or allow file cannot switch the check off.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
here=$top/selftests/machine
check() { "$here/complaints.sh" "$@" 2>&1; }

samples=$top/selftests/tests/complaint-samples
sed -e '/^#/d' -e '/^$/d' "$here/complaints" >"$tmp/patterns"

while IFS= read -r line; do
	printf '[    1.234567] %s\r\n' "$line" >"$tmp/console"
	rc=0
	check "$tmp/console" >"$tmp/out" || rc=$?
	is "found: $(tr -d '#' <<<"${line:0:60}")" 1 "$rc"
done < <(sed -e '/^#/d' -e '/^$/d' "$samples")

while IFS= read -r pattern; do
	ok "has a sample: $(tr -d '#' <<<"$pattern")" grep -qE -e "$pattern" "$samples"
done <"$tmp/patterns"

cat >"$tmp/quiet" <<'END'
[    0.000000] Linux version 7.3.4 (gmem@gmem) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP PREEMPT
[    0.000000] 	RCU CPU stall warnings timeout set to 60 (rcu_cpu_stall_timeout).
[    0.000000] rcu: 	RCU debug extended QS entry/exit.
[    0.000000] Running RCU self tests
[    0.100000] Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
[    0.100000] kmemleak: Kernel memory leak detector initialized (mem pool available: 15679)
[    0.100000] kasan: KernelAddressSanitizer initialized (generic)
[    0.200000] debug: unmapping init memory
[    2.000000] gmem: begin x86/foo
[    2.100000] kvm: user requested TSC rate below hardware speed
[    2.200000] kvm [99]: vcpu0, guest rIP: 0x4021c5 Unhandled WRMSR(0x4b564d01) = 0x0
[    2.300000] gmem: end x86/foo
[    2.400000] reboot: Power down
END
is "an ordinary log is quiet" "" "$(check "$tmp/quiet" || true)"

{ cat "$tmp/quiet"; echo '[    3.000000] gmem: begin x86/bar'; echo '[    3.1] BUG: KASAN: slab-use-after-free in f+0x1/0x2'; } >"$tmp/bad"
is "tells during which test" "bad: during x86/bar: BUG: KASAN: slab-use-after-free in f+0x1/0x2" "$(check "$tmp/bad" || true)"

{
	cat "$tmp/bad"
	echo '[    3.2] gmem: expect RMPUPDATE'
	echo '[    3.3] SEV-SNP: RMPUPDATE failed for PFN 115805, pg_level: 1, ret: 3'
	echo '[    3.4] BUG: KASAN: double-free in g+0x1/0x2'
	echo '[    3.5] gmem: end x86/bar'
	echo '[    3.6] SEV-SNP: RMPUPDATE failed for PFN 115806, pg_level: 1, ret: 3'
} >"$tmp/expected"
is "what a test expects does not count, and only that, and only then" \
	"KASAN: slab-use-after-free in f+0x1/0x2|KASAN: double-free in g+0x1/0x2|RMPUPDATE failed for PFN 115806, pg_level: 1, ret: 3" \
	"$(check "$tmp/expected" | sed -E 's/.*(BUG|SEV-SNP): //' | paste -sd '|' || true)"

echo '# nothing' >"$tmp/empty"
rc=0
GMEM_COMPLAINTS=$tmp/empty check "$tmp/quiet" >"$tmp/out" || rc=$?
is "an empty pattern file is an error" 2 "$rc"
like "and says so" 'has no pattern' "$(cat "$tmp/out")"
echo 'BUG(' >"$tmp/broken"
rc=0
GMEM_COMPLAINTS=$tmp/broken check "$tmp/bad" >"$tmp/out" || rc=$?
is "a pattern that grep cannot read is an error" 2 "$rc"
printf '# known\nKASAN: slab-use-after-free in f\n' >"$tmp/allow"
rc=0
GMEM_COMPLAINTS_ALLOW=$tmp/allow check "$tmp/bad" >"$tmp/out" || rc=$?
is "an allowed line does not count" 0 "$rc"
echo 'KASAN: slab-use-after-free in f' >"$tmp/allow"
rc=0
GMEM_COMPLAINTS_ALLOW=$tmp/allow check "$tmp/bad" >"$tmp/out" || rc=$?
is "an allow entry without a comment is an error" 2 "$rc"
printf '# all\n.*\n' >"$tmp/allow"
rc=0
GMEM_COMPLAINTS_ALLOW=$tmp/allow check "$tmp/bad" >"$tmp/out" || rc=$?
is "an allow entry that matches everything is an error" 2 "$rc"
rc=0
check "$tmp/nosuch" >"$tmp/out" || rc=$?
is "a console that is not there is an error" 2 "$rc"

done_testing
