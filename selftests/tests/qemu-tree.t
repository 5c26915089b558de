#!/bin/bash
# scripts/series with the other series, the emulator's: base, tree, export, on a made-up
# QEMU.  What is the same for both series, tree.t and base.t test on the kernel.

# shellcheck disable=SC2016,SC2031,SC2034,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
cd "$co"
q=$w/qemu-9.0.1
mkdir -p "$q/hw/i386"
echo "all: ;" >"$q/Makefile"
printf 'x = 1\n    unpack_edk2_blobs = bzip2.found()\n' >"$q/meson.build"
seq 40 | sed 's/.*/int line&;/' >"$q/hw/i386/psp.c"
tar -C "$w" --sort=name --owner=0 --group=0 --mtime=@1000 -cJf "$w/qemu.tar.xz" qemu-9.0.1
sha=$(sha256sum <"$w/qemu.tar.xz" | cut -c1-64)
mkdir -p "$w/cache/dl"
cp "$w/qemu.tar.xz" "$w/cache/dl/$sha.tar.xz"
sed -i "s|^qemu .*|qemu test qemu=9 qemu_9.0.1.orig.tar.xz $sha 0000000000000000000000000000000000000000|" scripts/host/pins
folder=selftests/emulator
rm -f $folder/[0-9]*.patch $folder/series $folder/tree
echo "notes" >$folder/README
base=$co/scripts/series/base.sh tree=$co/scripts/series/tree.sh export=$co/scripts/series/export.sh
qemu=$co/build/qemu
qg() { git -C "$qemu" "$@"; }
change_qemu() { # LINE TEXT SUBJECT [OPTION...]
	sed -i "${1}s/.*/$2/" "$qemu/hw/i386/psp.c"
	git -C "$qemu" commit -q -a -s -m "$3" "${@:4}"
}
sums() { find $folder -type f | sort | xargs sha256sum; }

# What it gives is what plain git makes of it.
wanted=$(
	cd "$q"
	sed -i 's/bzip2.found()/false/' meson.build
	export GIT_AUTHOR_NAME="linux-gmem base" GIT_AUTHOR_EMAIL=base@localhost GIT_AUTHOR_DATE=2025-05-29T00:00:00Z
	export GIT_COMMITTER_NAME="linux-gmem base" GIT_COMMITTER_EMAIL=base@localhost GIT_COMMITTER_DATE=2025-05-29T00:00:00Z
	git init -q && git -c core.excludesFile=/dev/null add -A && git commit -q -m "QEMU 9.0.1" && git rev-parse HEAD 'HEAD^{tree}'
)
printf 'version=9.0.1\ndate=2025-05-29T00:00:00Z\ncommit=%s\ntree=%s\n' "$(head -n 1 <<<"$wanted")" "$(tail -n 1 <<<"$wanted")" >$folder/BASE
works "the base" "$base" emulator
is "... is the commit that plain git makes, of what the tarball has, mended" "$(head -n 1 <<<"$wanted")" \
	"$(git -C "$("$base" emulator 2>/dev/null)" rev-parse HEAD)"
ok "... beside Linux', which it does not touch" eval '[ "$(ls "$w/cache/git")" = "qemu-$(head -c 12 <<<"$wanted").git" ]'
rm -rf "$w/cache/git"
refused "GMEM_QEMU: another file" 'is not the file that .* names.*expected sha256' env GMEM_QEMU="$w/base.deb" "$base" emulator
ok "... nothing is kept" eval '[ -z "$(ls "$w/cache/git")" ]'
refused "GMEM_QEMU: a folder" 'GMEM_QEMU=.* is a folder' env GMEM_QEMU="$q" "$base" emulator
works "GMEM_QEMU: a copy of it" env GMEM_QEMU="$w/qemu.tar.xz" "$base" emulator
sed -i 's/^commit=./&0/' $folder/BASE
rm -rf "$w/cache/git"
refused "another commit in BASE" "does not give the base commit of selftests/emulator/BASE.*found +$(head -n 1 <<<"$wanted")" "$base" emulator
sed -i 's/^commit=\(.\)0/commit=\1/' $folder/BASE

refused "export without a tree" "no build/qemu: run 'make qemu-tree'" "$export" emulator
ok "the tree" says 'build/qemu: 0 patches on QEMU 9.0.1' "$tree" emulator
change_qemu 10 'int one;' "psp: One"
change_qemu 20 'int two;' "psp: Two"
refused "commits of its own: tree" 'build/qemu has commits that selftests/emulator/ does not have.*make qemu-export.*FORCE=1 make qemu-tree' "$tree" emulator
works "export" "$export" emulator
is "... two patches, in no folder" "0001-psp-One.patch 0002-psp-Two.patch" "$(paste -sd' ' $folder/series)"
is "... what they give" "$(qg rev-parse 'HEAD^{tree}')" "$(cat $folder/tree)"
ok "... the rest of the folder stays" grep -qx notes $folder/README
before=$(sums)
works "export again" "$export" emulator
is "... not one byte changes" "$before" "$(sums)"
works "nothing differs" "$export" emulator --compare
rm -rf "$qemu"
works "the tree, of the patches" "$tree" emulator
is "... the one that was exported" "$(cat $folder/tree)" "$(qg rev-parse 'HEAD^{tree}')"
works "again: nothing to do" "$tree" emulator
is "... says nothing" "" "$out"
works "export: the same" "$export" emulator
is "... not one byte changes" "$before" "$(sums)"

# Own work is never lost.
change_qemu 20 'int zwei;' "psp: Two" --amend
refused "a changed commit: --compare names its patch" '0002-psp-Two.patch' "$export" emulator --compare
head=$(qg rev-parse HEAD)
refused "... tree" 'build/qemu has commits that' "$tree" emulator
works "... FORCE=1" env FORCE=1 "$tree" emulator
ok "... the commit stays in the reflog" eval 'qg reflog; echo "$head"; qg reflog --format=%H gmem | grep -x "$head" >/dev/null'
sed -i '5s/.*/int dirty;/' "$qemu/hw/i386/psp.c"
refused "uncommitted changes: tree" 'build/qemu has uncommitted changes' "$tree" emulator
refused "... export" 'build/qemu has uncommitted changes' "$export" emulator
works "... FORCE=1" env FORCE=1 "$tree" emulator
ok "... they are put aside" eval 'qg stash show -p | grep -q "^+int dirty;"'
# A tree that the scripts of before made knows less.
qg config --unset gmem.series
qg config --unset gmem.base
change_qemu 30 'int three;' "psp: Three"
refused "a tree that scripts of an earlier version made, with own work" 'build/qemu has commits that' "$tree" emulator
works "... export" "$export" emulator
is "... three patches" 3 "$(grep -c . $folder/series)"
rm $folder/0002-*
refused "a patch that is not there" 'selftests/emulator/series lists 0002-psp-Two.patch, but there is no such file' "$co/scripts/series/applied.sh" emulator

# --- arguments, of all the scripts of the room ---------------------------------------

for s in base tree export applied; do
	refused "$s.sh: a word that it does not know" "$s.sh does not take \"--frob\"" "$co/scripts/series/$s.sh" --frob
	refused "... after the series" "$s.sh does not take \"--frob\"" "$co/scripts/series/$s.sh" emulator --frob
done
refused "rebase.sh: a word that it does not know" 'rebase.sh does not take "v9"' env ONTO=x "$co/scripts/series/rebase.sh" v9
refused "range-diff.sh: a word that it does not know" 'range-diff.sh does not take "v9"' "$co/scripts/series/range-diff.sh" v9
refused "kernel-org.sh: a version that is none" 'kernel-org.sh does not take "v9"' "$co/scripts/series/kernel-org.sh" v9 .
refused "applied.sh: no series, no folder" 'no series called kernel, and no folder' "$co/scripts/series/applied.sh" kernel
finished
