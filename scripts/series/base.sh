#!/bin/bash
# Prints the path of a bare repository whose HEAD is the base commit: the kernel
# that the series applies to, as one commit.  Makes it first if need be.
#
# Sources, in this order:
#   GMEM_BASE=PATH   what the user names: a git tree (its HEAD), a tarball, or the
#                    package that BASE names
#   the cache        $cache/git
#   Debian           the package that BASE names, by scripts/host/fetch.sh
#   kernel.org       tarball and signature from GMEM_KERNELORG; the developers'
#                    keys are in the file GMEM_KERNELORG_KEYRING
#
# The package must have BASE's sha256 and give BASE's commit.  The others are
# another tree (Debian changes some files that the series does not touch): they
# must have BASE's version, and get a commit of their own.  Repositories are
# named by commit, so one never stands in for another; base.git is a link to
# the pinned one.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/git.sh
. "$top/scripts/lib/git.sh"
# shellcheck source=scripts/lib/source.sh
. "$top/scripts/lib/source.sh"

pinned=$(base commit)
want=$(base version)
store=$cache/git
kernelorg=${GMEM_KERNELORG:-https://cdn.kernel.org/pub/linux/kernel/v${want%%.*}.x}
memo=

repo_of() { printf '%s/base-%.12s.git\n' "$store" "$1"; }

have() {
	[ "$(git -C "$(repo_of "$1")" rev-parse -q --verify HEAD 2>/dev/null)" = "$1" ]
}

check_version() {
	[ "${1%%-*}" = "$want" ] || die "$2 is not the kernel that BASE names
  expected Linux $want
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

# finish TREE COMMIT|-: publishes $tmp/repo.git with a commit of TREE, which must
# be COMMIT if that is given.
finish() {
	local repo=$tmp/repo.git commit dest
	commit=$(base_commit_text "$1" "Linux v$want" | git -C "$repo" hash-object -t commit -w --stdin)
	[ "$2" = - ] || [ "$2" = "$commit" ] || die "the package does not give the base commit
  expected $2, tree $(base tree)
  found    $commit, tree $1"
	pgit -C "$repo" symbolic-ref HEAD refs/heads/base
	pgit -C "$repo" update-ref refs/heads/base "$commit"
	rm -f "$repo/shallow" "$repo/FETCH_HEAD"
	# The contents are in one pack already; with the trees, one again.
	pgit -C "$repo" repack -q -a -d --window=0
	dest=$(repo_of "$commit")
	rm -rf "$dest" # if there, it was not sound
	publish "$repo" "$dest"
	if [ -n "$memo" ]; then
		echo "$commit" >"$tmp/memo"
		mv "$tmp/memo" "$memo"
	fi
	echo "$commit" >"$tmp/commit"
}

from_package() {
	stage "unpacking the base, v$want" unpack "$1" "$mem/src"
	stage "making one commit of it" from_folder "$mem/src" "$pinned"
}

from_tarball() {
	stage "unpacking ${1##*/}" unpack "$1" "$mem/src"
	check_version "$(kernel_version <"$mem/src/Makefile")" "$2"
	stage "making one commit of it" from_folder "$mem/src" -
}

from_git() {
	local tree
	tree=$(git -C "$1" rev-parse 'HEAD^{tree}')
	check_version "$(git -C "$1" show HEAD:Makefile | kernel_version)" "$1"
	pgit init -q --bare "$tmp/repo.git"
	# By the user's own git: which folders to trust is a setting of his.
	stage "taking the base from ${1##*/}" git -C "$tmp/repo.git" -c gc.auto=0 \
		-c maintenance.auto=false fetch -q --depth=1 "$1" HEAD
	stage "making one commit of it" finish "$tree" -
}

from_kernelorg() {
	local name=linux-$want.tar keys=${GMEM_KERNELORG_KEYRING:-} rc=0
	[ -n "$keys" ] || die "the base, Linux $want, cannot be fetched (above); give one of
  GMEM_BASE=PATH                a git tree of it, a tarball, or $(base file)
  GMEM_KERNELORG_KEYRING=FILE   keys to check $kernelorg/$name.xz with; to make such a file:
      gpg --locate-keys gregkh@kernel.org torvalds@kernel.org
      gpg --export gregkh@kernel.org torvalds@kernel.org >FILE"
	[ -r "$keys" ] || die "GMEM_KERNELORG_KEYRING: cannot read $keys"
	need curl gpgv xz
	stage "fetching $name.xz" curl -fsSL --retry 2 -o "$tmp/$name.xz.unverified" "$kernelorg/$name.xz"
	curl -fsSL --retry 2 -o "$tmp/$name.sign" "$kernelorg/$name.sign" ||
		die "$kernelorg/$name.xz is unsigned: not taken
  expected a signature at $kernelorg/$name.sign, found none"
	# What is signed is the tar file, not its compressed form.
	xz -dc -T0 "$tmp/$name.xz.unverified" 2>"$tmp/xz.log" |
		gpgv --keyring "$(realpath "$keys")" "$tmp/$name.sign" - >"$tmp/gpgv.log" 2>&1 || rc=$?
	if [ $rc -ne 0 ]; then
		sed 's/^/    /' "$tmp/xz.log" "$tmp/gpgv.log" >&2
		die "$kernelorg/$name.xz: bad signature, not taken
  expected a good one by a key of $keys, found what gpgv says above"
	fi
	mv "$tmp/$name.xz.unverified" "$tmp/$name.xz"
	memo=$store/kernel.org-$want
	from_tarball "$tmp/$name.xz" "$kernelorg/$name.xz"
}

make_it() {
	mkdir -p "$store"
	if [ -d "${GMEM_BASE:-}" ]; then
		from_git "$GMEM_BASE"
	elif [[ ${GMEM_BASE:-} == *.deb ]]; then
		package=$("$top/scripts/host/fetch.sh" linux "$GMEM_BASE") || exit 1
		from_package "$package"
	elif [ -n "${GMEM_BASE:-}" ]; then
		from_tarball "$GMEM_BASE" "$GMEM_BASE"
	elif package=$("$top/scripts/host/fetch.sh" linux); then
		from_package "$package"
	else
		from_kernelorg
	fi
	commit=$(cat "$tmp/commit")
}

# wanted: the commit, as far as that is known without unpacking anything, and
# where to remember it.
wanted() {
	local tree
	commit=$pinned
	if [ -d "${GMEM_BASE:-}" ]; then
		tree=$(git -C "$GMEM_BASE" rev-parse -q --verify 'HEAD^{tree}') ||
			die "GMEM_BASE=$GMEM_BASE is not a git tree with a commit
  give one, or a tarball (tar -caf linux.tar.xz FOLDER makes it), or $(base file)"
		commit=$(base_commit_text "$tree" "Linux v$want" | git hash-object -t commit --stdin)
	elif [ -n "${GMEM_BASE:-}" ]; then
		[ -r "$GMEM_BASE" ] || die "GMEM_BASE: cannot read $GMEM_BASE"
		case $GMEM_BASE in
		*.deb) ;;
		*)
			memo=$store/tarball-$(key <"$GMEM_BASE")
			commit=$(cat "$memo" 2>/dev/null) || commit=-
			;;
		esac
	elif [ -n "${GMEM_KERNELORG_KEYRING:-}" ] && ! have "$pinned"; then
		commit=$(cat "$store/kernel.org-$want" 2>/dev/null) || commit=$pinned
	fi
}

[ -z "${GMEM_BASE:-}" ] || GMEM_BASE=$(realpath -- "$GMEM_BASE")
export GMEM_BASE
wanted
if ! have "$commit"; then
	if [ "${1:-}" != --locked ]; then
		with_lock base "$top/scripts/series/base.sh" --locked
		exit
	fi
	tmp=$(scratch)
	mem=$(memory_scratch)
	trap 'rm -rf "$tmp" "$mem"' EXIT
	make_it
fi
repo=$(repo_of "$commit")
if [ "$commit" != "$pinned" ]; then
	note "base: $commit, not the pinned $pinned: base-commit lines and hashes differ from other people's"
elif [ "$(readlink "$store/base.git")" != "${repo##*/}" ]; then
	ln -sfn "${repo##*/}" "$store/base.git.$$"
	mv -T "$store/base.git.$$" "$store/base.git"
fi
printf '%s\n' "$repo"
