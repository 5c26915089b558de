#!/bin/bash
# fetch.sh NAME [FILE]
#
# Prints the path of a file from Debian that has to be exactly one.  NAME is linux or
# linux-config, which BASE names, or a line of scripts/host/pins.  Looks in this order:
#
#   FILE       the user's own copy
#   cache      $cache/dl
#   suite      Debian's archive, as long as it has this version (apt.sh)
#   snapshot   GMEM_SNAPSHOT, or https://snapshot.debian.org, which keeps every version
#
# The SHA-256 decides, wherever the file comes from.  Another file is not kept.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

[ $# -ge 1 ] || usage
[ $# -le 2 ] || usage "$3"
pins=$top/scripts/host/pins
name=$1 names=BASE
case $name in
linux)
	pin="$(base suite) $(base package)=$(base package_version) $(base file) $(base sha256) $(base sha1)"
	;;
linux-config)
	pin="$(base suite) $(base config_package)=$(base package_version) $(base config_file) $(base config_sha256) $(base config_sha1)"
	;;
*)
	names=scripts/host/pins
	pin=$(awk -v name="$name" '$1 == name { $1 = ""; print }' "$pins")
	[ -n "$pin" ] || die "nothing is called $name: there are linux, linux-config, $(awk '/^[a-z]/ { printf "%s%s", sep, $1; sep = ", " }' "$pins")"
	;;
esac
read -r suite package file sha256 sha1 <<<"$pin"
[[ $sha256 =~ ^[0-9a-f]{64}$ ]] || die "$names has no SHA-256 of $name"
kind=deb
case $file in *.tar.*) kind=tar.${file##*.} ;; esac
kept=$cache/dl/$sha256.$kind

# right FILE WHERE: FILE, which comes from WHERE, is the one.
right() {
	local found
	found=$(sha256sum <"$1")
	[ "${found%% *}" != "$sha256" ] || return 0
	note "error: $2 is not the file that $names names, $file
  expected sha256 $sha256
  found    sha256 ${found%% *}"
	return 1
}

from_suite() {
	local tarball=()
	[ "$kind" = deb ] || tarball=(--tarball)
	mkdir "$tmp/suite"
	stage "fetching $file from $suite" \
		"$top/scripts/host/apt.sh" "$suite" "${tarball[@]}" "$package" "$tmp/suite" || return 1
	mv "$tmp/suite"/* "$tmp/file"
	right "$tmp/file" "what $suite has"
}

from_snapshot() {
	local snapshot=${GMEM_SNAPSHOT:-https://snapshot.debian.org}
	if [[ ! $sha1 =~ ^[0-9a-f]{40}$ ]]; then
		note "$names has no SHA-1 of $name, and snapshot.debian.org finds files by that only"
		return 1
	fi
	command -v curl >/dev/null || { note "curl is not installed: $snapshot cannot be asked"; return 1; }
	rm -f "$tmp/file"
	stage "fetching $file from $snapshot" \
		curl -fsSL --retry 2 --connect-timeout 30 -o "$tmp/file" "$snapshot/file/$sha1" || return 1
	right "$tmp/file" "what $snapshot has"
}

if [ $# -eq 2 ]; then
	[ -r "$2" ] || die "cannot read $2, which is to be $file"
	right "$2" "$2" || exit 1
	realpath "$2"
	exit
fi
if [ -e "$kept" ] && ! right "$kept" "$kept"; then
	note "$kept is damaged: removed"
	rm -f "$kept"
fi
if [ ! -e "$kept" ]; then
	once "fetch-$name" "$@"
	tmp=$(scratch)
	trap 'rm -rf "$tmp"' EXIT
	# Another run may have fetched it while this one waited.
	if [ ! -e "$kept" ]; then
		from_suite || from_snapshot || die "cannot get $file, neither from Debian's $suite nor from the snapshot"
		publish "$tmp/file" "$kept"
	fi
fi
printf '%s\n' "$kept"
