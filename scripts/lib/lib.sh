# shellcheck shell=bash
# Sourced by every script of scripts/ and selftests/: where things are, errors,
# progress, locks, the cache.  Runs nothing by itself.
#
# build/  belongs to this checkout: build/linux (the tree one works in), logs,
#         results.
# $cache  belongs to the user and is shared by all checkouts.  What is in it is
#         named by the hash of everything it was made from, and appears under
#         that name only when complete (publish).

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$top/build
# shellcheck disable=SC2034 # for the scripts that work on the tree
linux=$build/linux
cache=${GMEM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/linux-gmem}
log=$build/log

# A field of the file BASE, or of another such file.
base() { sed -n "s/^$1=//p" "${2:-$top/BASE}"; }

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

note() { printf '%s\n' "$*" >&2; }

# need TOOL...: all of them are installed, or the error says how to get them.
need() {
	local t
	for t; do
		command -v "$t" >/dev/null ||
			die "$t is not installed: run 'make deps' (see 'make help')"
	done
}

# stage TITLE COMMAND...: run it with its output in a log file, one line that
# shows the elapsed time while it works; the log's tail when it fails.
stage() {
	local title=$1 file pid rc=0 t0=$SECONDS last=0
	shift
	mkdir -p "$log"
	file=$log/$(printf '%s' "$title" | tr -cs 'a-zA-Z0-9.\n' '-').log
	"$@" >"$file" 2>&1 </dev/null &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		if [ -t 2 ]; then
			printf '\r%-52s %4ds' "$title" $((SECONDS - t0)) >&2
		elif [ $((SECONDS - t0 - last)) -ge 60 ]; then
			last=$((SECONDS - t0))
			printf '%-52s %4ds ...\n' "$title" "$last" >&2
		fi
		sleep 0.2
	done
	wait "$pid" || rc=$?
	[ ! -t 2 ] || printf '\r' >&2
	if [ "$rc" -eq 0 ]; then
		printf '%-52s %4ds\n' "$title" $((SECONDS - t0)) >&2
	else
		printf '%-52s %4ds FAILED\n' "$title" $((SECONDS - t0)) >&2
		tail -n 20 "$file" | sed 's/^/    /' >&2
		note "the whole log: $file"
	fi
	return "$rc"
}

# with_lock NAME COMMAND...: one at a time among all runs that share the cache.
with_lock() {
	local name=$1 fd rc=0
	shift
	mkdir -p "$cache/lock"
	exec {fd}>"$cache/lock/$name"
	flock "$fd"
	"$@" || rc=$?
	exec {fd}>&-
	return "$rc"
}

# scratch: a new folder inside the cache, on the same file system as what will
# be published from it.  The prefix says that it is not finished.
scratch() {
	mkdir -p "$cache/unverified"
	mktemp -d "$cache/unverified/XXXXXXXX"
}

# publish FROM TO: atomic; if another run was first, its result stands.  What lies beside
# it and was not used for a month goes, but for what was downloaded.
publish() {
	mkdir -p "$(dirname "$2")"
	case $2 in
	"$cache"/dl/* | "$cache"/git/* | "$cache"/tools/*) ;;
	"$cache"/*/*) find "$(dirname "$2")" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} + ;;
	esac
	if [ -e "$2" ] || ! mv -T "$1" "$2" 2>/dev/null; then
		[ -e "$2" ] || die "cannot move $1 to $2"
		rm -rf "$1"
	fi
}

# sb_absolute: what names the key for Secure Boot (sign.sh) is found from another folder, too.
sb_absolute() {
	local v
	for v in GMEM_SB_{KEY,CERT,SIGNATURE,PASS_FILE,PESIGN}; do
		case ${!v:-} in
		'' | pkcs11:* | pesign:*) ;;
		*) export "$v=$(realpath "${!v}")" ;;
		esac
	done
}

# key: the name in the cache of what is made from the text on standard input.
key() { sha256sum | cut -c1-24; }

# patch_list: the series, one path below patches/ a line, in apply order.
patch_list() { sed -e 's/[[:space:]]*#.*//' -e '/^$/d' "$top/patches/series"; }
