#!/bin/bash
# Prints the path of a sparse that understands the base: a released sparse 0.6.4, as
# Debian 12 and 13 have it, checks nothing in 7.3 without a word.  Debian's newer
# source is compiled into the cache.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

# Found by trying: it ends well even if it understood nothing.
knows() {
	local said
	[ -x "$1" ] || return 1
	said=$(echo 'static int f(const int *q) { __typeof_unqual__(*q) v = *q; return v; }' |
		"$1" - 2>&1) || return 1
	[[ $said != *error* ]]
}

sparse=$(command -v sparse || :)
built=$cache/tools/sparse/sparse
if [ -n "$sparse" ] && knows "$sparse"; then
	echo "$sparse"
	exit
fi
if ! knows "$built"; then
	once sparse "$@"
	need make gcc
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	mkdir "$tmp/dl" "$tmp/src"
	"$top/scripts/host/apt.sh" sid --source sparse "$tmp/dl" >"$tmp/log" 2>&1 || {
		cat "$tmp/log" >&2
		die "sparse's source is not to be had from Debian sid"
	}
	tar -xf "$tmp"/dl/sparse_*.orig.tar.* -C "$tmp/src" --strip-components=1
	# One macro of the kernel's expands to more than its buffer holds.
	sed -i '/show_token_sequence/,/^}/s/buffer\[MAX_STRING\]/buffer[65536]/' "$tmp/src/pre-process.c"
	make -s -C "$tmp/src" -j"${JOBS:-$(nproc)}" sparse HAVE_LLVM=no HAVE_GTK=no \
		HAVE_SQLITE=no HAVE_LIBXML=no >"$tmp/log" 2>&1 || {
		tail "$tmp/log" >&2
		die "sparse from Debian sid does not compile"
	}
	knows "$tmp/src/sparse" || die "sparse from Debian sid does not know __typeof_unqual__ either"
	mkdir "$tmp/new"
	mv "$tmp/src/sparse" "$tmp/new/"
	rm -rf "$cache/tools/sparse"
	publish "$tmp/new" "$cache/tools/sparse"
fi
echo "$built"
