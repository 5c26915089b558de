#!/bin/bash
# base.sh [linux|emulator]
#
# Prints the path of a bare repository whose HEAD is the base commit: the source that
# the series applies to, as one commit.  Makes it first if need be, from
#
#   GMEM_BASE=PATH   what the user names: a git tree (its HEAD), a tarball, or the package
#                    that BASE names.  For the emulator, GMEM_QEMU=FILE: the tarball
#   the cache        $cache/git
#   Debian           the file that BASE, or scripts/host/pins, names, by fetch.sh
#   kernel.org       for Linux: see kernel-org.sh
#
# Debian's file must give BASE's commit.  The others are another tree (Debian changes some
# files that the series does not touch): they must have BASE's version, and get a
# commit of their own.  Repositories are named by commit, so one never stands in for
# another; base.git is a link to the pinned one of Linux.
#
# Longer than two screens: four kinds of sources, one way into the cache.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/source.sh
. "$top/scripts/lib/source.sh"

which_series "${1:-}" && shift
no_arguments "$@"
pinned=$(base commit "$names")
version=$(base version "$names")
seconds=$(date -u -d "$(base date "$names")" +%s)
store=$cache/git
memo=

repo_of() { printf '%s/%s-%.12s.git\n' "$store" "$repository" "$1"; }

have() { [ "$(pgit -C "$(repo_of "$1")" rev-parse -q --verify HEAD 2>/dev/null)" = "$1" ]; }

check_version() {
	[ "${1%%-*}" = "$version" ] || die "$2 is not the kernel that BASE names
  expected Linux $version
  found    Linux $1
To carry the series over to it: make rebase ONTO=$2"
}

# from_folder FOLDER COMMIT|-: makes it a repository, publishes that.
from_folder() {
	local tree
	pgit init -q --bare "$tmp/repo.git"
	tree=$(import_folder "$1" "$tmp/repo.git")
	finish "$tree" "$2"
}

# finish TREE COMMIT|-: publishes $tmp/repo.git with a commit of TREE, which must be COMMIT
# if that is given.
finish() {
	local repo=$tmp/repo.git commit dest
	commit=$(base_commit "$repo" "$1" "$base_name" "$version" "$seconds")
	[ "$2" = - ] || [ "$2" = "$commit" ] || die "Debian's file does not give the base commit of ${names#"$top/"}
  expected $2, tree $(base tree "$names")
  found    $commit, tree $1"
	dest=$(repo_of "$commit")
	rm -rf "$dest" # if there, it was not sound
	publish "$repo" "$dest"
	if [ -n "$memo" ]; then
		echo "$commit" >"$tmp/memo"
		mv "$tmp/memo" "$memo"
	fi
	echo "$commit" >"$tmp/commit"
}

# from_pinned FILE: Debian's file.
from_pinned() {
	stage "unpacking $base_name$version" unpack "$1" "$mem/src"
	stage "making one commit of it" from_folder "$mem/src" "$pinned"
}

# from_tarball FILE NAME: another one, of the same version.
from_tarball() {
	stage "unpacking ${2##*/}" unpack "$1" "$mem/src"
	check_version "$(kernel_version <"$mem/src/Makefile")" "$2"
	stage "making one commit of it" from_folder "$mem/src" -
}

from_git() {
	local tree
	tree=$(git -C "$1" rev-parse 'HEAD^{tree}')
	check_version "$(git -C "$1" show HEAD:Makefile | kernel_version)" "$1"
	pgit init -q --bare "$tmp/repo.git"
	stage "taking the base from ${1##*/}" pgit -C "$tmp/repo.git" fetch -q --depth=1 "$1" HEAD
	stage "making one commit of it" finish "$tree" -
}

# pinned_file FILE: is it meant to be Debian's?
pinned_file() { [[ $1 == *.deb || $series != linux ]]; }

make_it() {
	local file
	mkdir -p "$store"
	if [ -z "$from" ]; then
		if file=$("$top/scripts/host/fetch.sh" "$fetched"); then
			from_pinned "$file"
		elif [ "$series" = linux ]; then
			"$top/scripts/series/kernel-org.sh" "$version" "$tmp"
			memo=$store/kernel.org-$version
			from_tarball "$tmp/linux.tar.xz" "kernel.org's linux-${version%.0}.tar.xz"
		else
			die "there is no source of $base_name$version (above): $given=FILE names a copy of it"
		fi
	elif [ -d "$from" ]; then
		from_git "$from"
	elif pinned_file "$from"; then
		file=$("$top/scripts/host/fetch.sh" "$fetched" "$from") || exit 1
		from_pinned "$file"
	else
		from_tarball "$from" "$from"
	fi
	commit=$(cat "$tmp/commit")
}

# wanted: sets commit as far as it is known without unpacking anything (- if it is not),
# and memo, where to remember it.
wanted() {
	local tree
	commit=$pinned
	if [ -z "$from" ]; then
		if [ "$series" = linux ] && [ -n "${GMEM_KERNELORG_KEYRING:-}" ] && ! have "$pinned"; then
			commit=$(cat "$store/kernel.org-$version" 2>/dev/null) || commit=$pinned
		fi
		return
	fi
	[ -r "$from" ] || die "$given: cannot read $from"
	if [ -d "$from" ]; then
		[ "$series" = linux ] || die "$given=$from is a folder: name the tarball"
		tree=$(git -C "$from" rev-parse -q --verify 'HEAD^{tree}') ||
			die "$given=$from is not a git tree with a commit
  give one, or a tarball (tar -caf linux.tar.xz FOLDER makes it), or $(base file)"
		commit=$(base_commit_text "$tree" "$base_name" "$version" "$seconds" | git hash-object -t commit --stdin)
	elif ! pinned_file "$from"; then
		memo=$store/tarball-$(key <"$from")
		commit=$(cat "$memo" 2>/dev/null) || commit=-
	fi
}

from=
[ -z "${!given:-}" ] || from=$(realpath -- "${!given}")
[ -z "$from" ] || export "$given=$from"
wanted
if ! have "$commit"; then
	once "base-$series" "$series"
	need git tar xz
	tmp=$(scratch)
	mem=$(memory_scratch)
	trap 'rm -rf "$tmp" "$mem"' EXIT
	make_it
fi
repo=$(repo_of "$commit")
if [ "$commit" != "$pinned" ]; then
	note "base: $commit, not the pinned $pinned: base-commit lines and hashes differ from other people's"
elif [ "$series" = linux ] && [ "$(readlink "$store/base.git")" != "${repo##*/}" ]; then
	ln -sfn "${repo##*/}" "$store/base.git.$$"
	mv -T "$store/base.git.$$" "$store/base.git"
fi
printf '%s\n' "$repo"
