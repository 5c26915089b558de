#!/bin/bash
# Prints the path of a bare repository whose HEAD is the QEMU that the series of
# selftests/emulator applies to, as one commit.  Makes it first if need be, from the
# tarball that scripts/host/pins names: GMEM_QEMU=FILE, or what scripts/host/fetch.sh gets.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/git.sh
. "$top/scripts/lib/git.sh"
# shellcheck source=scripts/lib/source.sh
. "$top/scripts/lib/source.sh"

names=$top/selftests/emulator/BASE
commit=$(base commit "$names")
repo=$cache/git/qemu-${commit:0:12}.git

have() { [ "$(git -C "$repo" rev-parse -q --verify HEAD 2>/dev/null)" = "$commit" ]; }

unpack_tarball() {
	mkdir "$mem/src"
	tar -xf "$1" --no-same-owner --strip-components=1 -C "$mem/src"
	# Debian takes firmware out of the tarball that QEMU would unpack.
	sed -i 's/^\( *unpack_edk2_blobs = \)bzip2\.found()$/\1false/' "$mem/src/meson.build"
}

import() {
	local tree made
	pgit init -q --bare "$tmp/repo.git"
	tree=$(import_folder "$mem/src" "$tmp/repo.git")
	made=$(base_commit_text "$tree" "QEMU $(base version "$names")" "$(date -u -d "$(base date "$names")" +%s)" |
		git -C "$tmp/repo.git" hash-object -t commit -w --stdin)
	[ "$made" = "$commit" ] || die "the tarball does not give the base commit
  expected $commit, tree $(base tree "$names")
  found    $made, tree $tree"
	pgit -C "$tmp/repo.git" symbolic-ref HEAD refs/heads/base
	pgit -C "$tmp/repo.git" update-ref refs/heads/base "$commit"
	pgit -C "$tmp/repo.git" repack -q -a -d --window=0
	rm -rf "$repo" # if there, it was not sound
	publish "$tmp/repo.git" "$repo"
}

if ! have; then
	once qemu-base "$@"
fi
if ! have; then
	need git tar xz
	tmp=$(scratch)
	mem=$(memory_scratch)
	trap 'rm -rf "$tmp" "$mem"' EXIT
	from=$("$top/scripts/host/fetch.sh" qemu ${GMEM_QEMU:+"$GMEM_QEMU"}) ||
		die "there is no source of QEMU (above): GMEM_QEMU=FILE names a copy of it"
	stage "unpacking QEMU $(base version "$names")" unpack_tarball "$from"
	stage "making one commit of it" import
fi
printf '%s\n' "$repo"
