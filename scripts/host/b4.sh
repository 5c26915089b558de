#!/bin/bash
# Prints the path of a b4 that knows dependencies (0.14 or newer).  Debian 12 has an
# older one.  Then the version in scripts/host/pins is unpacked into the cache; it uses
# the Python modules that came with the older one.  B4=FILE names another.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

no_arguments "$@"

# Ask it for what is needed.
knows() {
	local help
	[ -x "$1" ] || return 1
	help=$("$1" prep --help 2>&1) || return 1
	[[ $help == *--edit-deps* ]]
}

if [ -n "${B4:-}" ]; then
	knows "$B4" || die "B4=$B4 is not b4 0.14 or newer"
	echo "$B4"
	exit
fi
dest=$cache/tools/b4-$({ cat "$0"; grep '^b4 ' "$top/scripts/host/pins"; } | key)
if [ ! -x "$dest/b4" ]; then
	b4=$(command -v b4 || :)
	if [ -n "$b4" ] && knows "$b4"; then
		echo "$b4"
		exit
	fi
	once b4
fi
if [ ! -x "$dest/b4" ]; then
	need b4 ar
	package=$("$top/scripts/host/fetch.sh" b4) ||
		die "b4 is older than 0.14 here, and a newer one cannot be fetched (above)
  install b4 0.14 or newer (pip, pipx, a newer distribution), or name it: B4=FILE"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	mkdir "$tmp/new"
	ar p "$package" data.tar.xz | tar -xJ -C "$tmp/new" --strip-components=4 ./usr/lib/python3/dist-packages
	cat >"$tmp/new/b4" <<-'SH'
		#!/bin/sh
		PYTHONPATH=$(dirname "$0")/dist-packages PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -m b4.command "$@"
	SH
	chmod +x "$tmp/new/b4"
	knows "$tmp/new/b4" || {
		"$tmp/new/b4" --version >&2 || :
		die "the newer b4 does not run here (above)"
	}
	publish "$tmp/new" "$dest"
fi
echo "$dest/b4"
