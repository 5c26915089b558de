#!/bin/bash
# On the debug kernel, the host touches private memory in earnest: an oops, which says
# whose memory it is.  (That it is out of reach, and when, is guest_memfd_debug_test's.)
# Boots machines: nothing else runs beside it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The machine is to die of it, so that the run itself is a failure.
echo "180 x86/guest_memfd_debug_test oops" >"$tmp/oops"
"$top/selftests/machine/run.sh" -x -j 1 debug patched "$tmp/oops" >"$tmp/ktap" || true
said=$(tr -d '\r' <"$build/run/debug-patched-oops/console-1.1" | sed 's/^\[[^]]*\] *//')

like "the host oopses" '^BUG: unable to handle page fault for address' "$said"
like "where it was" '^RIP: .*:kvm_gmem_stray_oops\+0x' "$said"
like "the report: accessor, inode, VM, offset" \
	'^guest_memfd: kvm_gmem_stray_oops\+0x.* touched PFN 0x[0-9a-f]+, which is private: inode [0-9]+ of kvm-[0-9]+, offset 0x3000$' "$said"
like "since when" '^guest_memfd: prepared for the guest, and taken out of the direct map, at [0-9.]+, [0-9]+ ms ago$' "$said"
like "the GPA" '^guest_memfd: it is GPA 0x100003000 of kvm-[0-9]+, which has private memory there' "$said"
like "the last conversion" '^guest_memfd: the last conversion of it, .*, was to private, by process [0-9]+$' "$said"
like "and that is the end" 'Kernel panic - not syncing: Fatal exception' "$said"
done_testing
