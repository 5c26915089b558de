# shellcheck shell=bash
# Sourced, after lib.sh, by what puts programs into the test machine.

# shared_libraries PROGRAM: the files that the host's loader would open for it, the
# loader among them, one a line; nothing for a static program.  With libc comes
# libgcc_s, which it opens itself when a thread is cancelled.
shared_libraries() {
	local said files libc
	readelf -lW "$1" | grep -q INTERP || readelf -dW "$1" 2>/dev/null | grep -q NEEDED || return 0
	said=$(ldd "$1" 2>&1) || die "$1: its shared libraries cannot be told: $said"
	! grep -q 'not found' <<<"$said" || die "$1: $(grep -m1 'not found' <<<"$said" | sed 's/^[[:space:]]*//')"
	files=$(sed -nE -e 's|.*=> (/[^ ]+) \(.*|\1|p' -e 's|^[[:space:]]*(/[^ ]+) \(.*|\1|p' <<<"$said")
	printf '%s\n' "$files"
	libc=$(grep '/libc\.so\.' <<<"$files") || return 0
	[ ! -e "${libc%/*}/libgcc_s.so.1" ] || printf '%s\n' "${libc%/*}/libgcc_s.so.1"
}
