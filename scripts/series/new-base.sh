#!/bin/bash
# new-base.sh: makes another kernel this repository's base.
#
#   make base TO=7.4.1              writes BASE for Linux 7.4.1 (7.4.0 is the first 7.4)
#   make base TO=7.4.1 SUITE=sid    from that suite of Debian's, instead of BASE's own
#
# It downloads Debian's source and config of that kernel, and makes the base commit, which
# stays in the cache.  BASE is written in one step, when all of it is known.  Nothing else
# is changed: stale.sh lists at the end what still names the old kernel, and what to do
# next.  docs/rebase.md has the whole way.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/source.sh
. "$top/scripts/lib/source.sh"

no_arguments "$@"
which_series linux || :
to=${TO:-} suite=${SUITE:-$(base suite)} config=$(base config_path)
[ -n "$to" ] || die "say which kernel: make base TO=7.4.1"
[[ $to =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "TO=$to is no kernel's version: three numbers, like 7.4.1 or 7.4.0"
[[ $suite =~ ^[a-z][a-z0-9:-]*$ ]] || die "SUITE=$suite is no suite of Debian's, like $(base suite) or sid"
[ "$to" != "$(base version)" ] || die "BASE is Linux $to already"
pgit -C "$top" ls-files --error-unmatch BASE >/dev/null 2>&1 || die "this is no git tree that has BASE: a mistake could not be undone"
[ -z "$(pgit -C "$top" status --porcelain BASE)" ] || die "BASE has uncommitted changes: commit them, or undo them with 'git checkout BASE'"
need apt-get dpkg-deb git xz
xy=${to%.*}

# fetch WHAT PACKAGE=VERSION: downloads it to $tmp/WHAT; sets file and path.
fetch() {
	mkdir "$tmp/$1"
	stage "fetching $2 from $suite" "$top/scripts/host/apt.sh" "$suite" "$2" "$tmp/$1" ||
		die "cannot get $2 from $suite (above)"
	path=$(echo "$tmp/$1"/*)
	file=${path##*/}
}

# field NAME VALUE...: what NAME is in the new BASE.
field() { printf '%s=%s\n' "$@" >>"$tmp/fields"; }

# hashes PREFIX: the fields of $path and $file.
hashes() {
	local sha256 sha1
	sha256=$(sha256sum <"$path")
	sha1=$(sha1sum <"$path")
	field "$1file" "$file" "$1sha256" "${sha256%% *}" "$1sha1" "${sha1%% *}"
}

# member PATTERN: the one file in the package $path that matches it: "DAY TIME NAME", in UTC.
member() {
	local found
	found=$(dpkg-deb --fsys-tarfile "$path" | tar --utc --full-time -tvf - | awk -v want="$1" '
		$6 ~ want { sub(/^\.\//, "", $6); sub(/\..*/, "", $5); print $4, $5, $6 }')
	[ "$(grep -c . <<<"$found")" = 1 ] || die "$file does not have one file that matches $1: ${found:-none}"
	printf '%s\n' "$found"
}

# commit_of_it FOLDER SECONDS: the base commit of the source in FOLDER, and its tree.
commit_of_it() {
	local tree
	pgit init -q --bare "$tmp/repo.git"
	tree=$(import_folder "$1" "$tmp/repo.git")
	echo "$(base_commit "$tmp/repo.git" "$tree" "$base_name" "$to" "$2") $tree" >"$tmp/commit"
}

# BASE once more, with the new fields in the places of the old ones.
write_base() {
	awk -F= '
		NR == FNR { value[$1] = substr($0, length($1) + 2); next }
		/^[a-z_0-9]+=/ && $1 in value { print $1 "=" value[$1]; delete value[$1]; next }
		{ print }
		END { for (name in value) { print "error: BASE has no field " name >"/dev/stderr"; bad = 1 } exit bad }' \
		"$tmp/fields" "$top/BASE" >"$top/BASE.new" || { rm -f "$top/BASE.new"; exit 1; }
	mv "$top/BASE.new" "$top/BASE"
}

tmp=$(scratch)
mem=$(memory_scratch)
trap 'rm -rf "$tmp" "$mem"' EXIT
# Debian calls the first release of 7.4 7.4-1.
fetch source "linux-source-$xy=${to%.0}-*"
source=$path package_version=$(dpkg-deb -f "$path" Version)
field version "$to" package "linux-source-$xy" package_version "$package_version" suite "$suite"
hashes ''
read -r day time name < <(member "/linux-source-[^/]*[.]tar[.]xz\$")
field tarball "$name" date "${day}T${time}Z"
stage "unpacking $base_name$to" unpack "$path" "$mem/src"
is=$(kernel_version <"$mem/src/Makefile")
[ "${is%%-*}" = "$to" ] || die "$file does not hold Linux $to, but Linux $is"
fetch config "linux-config-$xy=$package_version"
hashes config_
read -r _ _ name < <(member "/${config##*/}\$")
field config_package "linux-config-$xy" config_path "$name"
stage "making one commit of it" commit_of_it "$mem/src" "$(date -u -d "$day $time" +%s)"
read -r commit tree <"$tmp/commit"
field commit "$commit" tree "$tree"
# What follows need neither download nor make them again.
publish "$source" "$cache/dl/$(base sha256 "$tmp/fields").deb"
publish "$path" "$cache/dl/$(base config_sha256 "$tmp/fields").deb"
publish "$tmp/repo.git" "$cache/git/$repository-${commit:0:12}.git"
write_base
echo "BASE is Linux $to now ($(base package) $package_version of $suite), commit $commit"
"$top/scripts/series/stale.sh" HEAD
