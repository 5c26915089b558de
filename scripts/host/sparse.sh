#!/bin/bash
# Prints the path of a sparse that understands the base: Debian's source of the version
# in scripts/host/pins, compiled into the cache.  Everybody's is the same: what another
# sparse says is not compared with ours.  The released sparse 0.6.4, as in Debian 12 and
# 13, would check nothing in 7.3, and say nothing of that.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

no_arguments "$@"

# A sparse ends well even if it understood nothing: try it.
knows() {
	local said
	[ -x "$1" ] || return 1
	said=$(echo 'static int f(const int *q) { __typeof_unqual__(*q) v = *q; return v; }' |
		"$1" - 2>&1) || return 1
	[[ $said != *error* ]]
}

dest=$cache/tools/sparse-$({ cat "$0"; grep '^sparse ' "$top/scripts/host/pins"; } | key)
if ! knows "$dest/sparse"; then
	once sparse
fi
if ! knows "$dest/sparse"; then
	need make gcc
	source=$("$top/scripts/host/fetch.sh" sparse) ||
		die "there is no source of sparse (above)"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	mkdir "$tmp/src" "$tmp/new"
	tar -xf "$source" -C "$tmp/src" --strip-components=1
	# One macro of the kernel's expands to more than its buffer holds.
	sed -i '/show_token_sequence/,/^}/s/buffer\[MAX_STRING\]/buffer[65536]/' "$tmp/src/pre-process.c"
	make -s -C "$tmp/src" -j"${JOBS:-$(nproc)}" sparse HAVE_LLVM=no HAVE_GTK=no \
		HAVE_SQLITE=no HAVE_LIBXML=no >"$tmp/log" 2>&1 || {
		tail "$tmp/log" >&2
		die "sparse does not compile (above)"
	}
	knows "$tmp/src/sparse" || die "this sparse does not know __typeof_unqual__: is the line of scripts/host/pins right?"
	mv "$tmp/src/sparse" "$tmp/new/"
	rm -rf "$dest" # if there, it was not sound
	publish "$tmp/new" "$dest"
fi
echo "$dest/sparse"
