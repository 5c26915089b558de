#!/bin/bash
# Prints the path of a b4 that knows dependencies (0.14 or newer).  Debian 12 has an
# older one; Debian 13's is then unpacked into the cache, and uses the Python
# modules that the older one's package brought.  B4=FILE names another.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

# Found by asking for what is needed.
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
b4=$(command -v b4 || :)
unpacked=$cache/tools/b4/b4
if [ -n "$b4" ] && knows "$b4"; then
	echo "$b4"
	exit
fi
if ! knows "$unpacked"; then
	once b4 "$@"
	need b4 ar
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	mkdir "$tmp/dl" "$tmp/new"
	"$top/scripts/host/apt.sh" trixie b4 "$tmp/dl" >"$tmp/log" 2>&1 || {
		cat "$tmp/log" >&2
		die "b4 is older than 0.14 here, and Debian 13's is not to be had
  install b4 0.14 or newer (pip, pipx, a newer distribution), or name it: B4=FILE"
	}
	ar p "$tmp"/dl/b4_*.deb data.tar.xz | tar -xJ -C "$tmp/new" --strip-components=4 ./usr/lib/python3/dist-packages
	cat >"$tmp/new/b4" <<-'END'
		#!/bin/sh
		PYTHONPATH=$(dirname "$0")/dist-packages PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -m b4.command "$@"
	END
	chmod +x "$tmp/new/b4"
	knows "$tmp/new/b4" || {
		"$tmp/new/b4" --version >&2 || :
		die "Debian 13's b4 does not run here (above)"
	}
	rm -rf "$cache/tools/b4"
	publish "$tmp/new" "$cache/tools/b4"
fi
echo "$unpacked"
