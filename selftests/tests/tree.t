#!/bin/bash
# scripts/series/tree.sh, export.sh and range-diff.sh: the way from patches/ to build/linux
# and back.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2034,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
cd "$co"
package_in_cache
tree=$co/scripts/series/tree.sh export=$co/scripts/series/export.sh
lg() { git -C "$linux" "$@"; }
series() { cat "$co/patches/series"; }
sums() { (cd "$co" && find patches -type f | sort | xargs sha256sum); }
same() { [ "$(sums)" = "$before" ] || { diff <(echo "$before") <(sums); return 1; }; }

ok "an empty series: the base" "$tree"
ok "... branch gmem, at the base" eval '[ "$(lg rev-parse gmem HEAD base | sort -u)" = "$commit" ]'
ok "... objects of its own: the cache may go" eval '[ ! -e "$linux/.git/objects/info/alternates" ] && mv "$w/cache" "$w/cache.away" && lg fsck --strict && mv "$w/cache.away" "$w/cache"'
ok "again: nothing to do, says nothing" eval '[ -z "$("$tree" 2>&1)" ]'

change virt/kvm/main.c 10 'int one;' "KVM: One"
refused "a commit without a topic" 'has no topic.*git topic 10-attributes' "$export"
lg topic 10-ranges 2>/dev/null
change virt/kvm/main.c 20 'int two;' "KVM: Two: a subject so long that the name of its file is cut somewhere in it" \
	-m $'A body with ümlauts, a line of dashes\n\n    indented --- text\n\n---8<--- scissors\n\nand "From" at the start of a line:\nFrom here on.'
printf 'new\n' >"$linux/virt/kvm/new.c"
lg add -f virt/kvm/new.c
lg rm -q Documentation/virt/api.rst
lg mv arch/x86/kvm/x86.c arch/x86/kvm/x87.c
chmod +x "$linux/include/linux/kvm.h"
change include/linux/kvm.h 30 'int three;' "KVM: Three, with a new file, one that goes, one that moves, and a mode" \
	--author 'Ünï Cöde <uni@example.com>' --date '2026-05-06 07:08:09 +0530' --signoff
echo "cover" >"$co/patches/10-ranges.md"
ok "export" "$export"
ok "... three patches of the topic" eval '[ "$(series | grep -c "^10-ranges/000[123]-KVM-")" = 3 ]'
ok "... as git makes them by default, not as the user has it" eval '! grep -rq "SPOILT\|spoilt\|rename from" patches && grep -q "^diff --git a/virt/kvm/main.c b/virt/kvm/main.c" patches/10-ranges/0001* && grep -q "^@@ -7,7 +7,7 @@" patches/10-ranges/0001*'
ok "... the tree is recorded" eval '[ "$(cat patches/tree)" = "$(lg rev-parse HEAD^{tree})" ]'
before=$(sums)
ok "export again: not one byte changes" eval '"$export" && same'
ok "tree.sh sees that they agree" eval '[ -z "$("$tree" 2>&1)" ]'
rm -rf "$linux"
ok "import" "$tree"
first=$(lg rev-parse HEAD)
ok "... the recorded tree" eval '[ "$(cat patches/tree)" = "$(lg rev-parse HEAD^{tree})" ]'
ok "... and export: not one byte changes" eval '"$export" && same'
rm -rf "$linux" "$w/cache/series"
TZ=Asia/Tokyo GIT_COMMITTER_NAME=else GIT_COMMITTER_DATE=2001-01-01T00:00:00Z "$tree" 2>/dev/null
ok "... the same hashes for somebody else" eval '[ "$(lg rev-parse HEAD)" = "$first" ]'
ok "git apply and patch take them, too" eval 'rm -rf "$w/p" && cp -a "$w/linux-source-9.1" "$w/p" && cd "$w/p" && for p in $(series); do patch -s -p1 --fuzz=0 <"$co/patches/$p" || exit 1; done; cd "$co"; diff -r --no-dereference -x .git -x .gitignore "$w/p" "$linux"'

# working on it
sed -i "20s/.*/int zwei;/" "$linux/virt/kvm/main.c"
refused "uncommitted changes: export" 'uncommitted changes.*git commit' "$export"
lg checkout -q virt
GIT_SEQUENCE_EDITOR='sed -i 2s/pick/edit/' lg rebase -q -i base 2>/dev/null
refused "in the middle of a rebase: tree" 'middle of a git rebase' "$tree"
refused "in the middle of a rebase: export" 'middle of a git rebase' "$export"
sed -i '20s/.*/int zwei;/' "$linux/virt/kvm/main.c"
lg commit -q -a --amend --no-edit
change arch/x86/kvm/x86.c 5 'int middle;' "KVM: In the middle"
lg rebase --continue >/dev/null 2>&1
refused "unexported commits: tree" 'commits that patches/ does not have.*make export.*FORCE=1' "$tree"
ok "... unless it may stay" says 'left as it is' "$tree" --keep
ok "export of an edited commit and one in the middle" "$export"
ok "... four, the new one the third, of the topic" eval '[ "$(series | sed -n 3p)" = 10-ranges/0003-KVM-In-the-middle.patch ] && [ "$(series | wc -l)" = 4 ]'
ok "... the file with the old number is gone" eval '[ "$(ls patches/10-ranges/*.patch | wc -l)" = 4 ]'
ok "... what is not export's stays" test -e patches/10-ranges.md

change virt/kvm/main.c 40 'int four;' "KVM: Another topic"
lg topic 20-inplace 2>/dev/null
change virt/kvm/main.c 50 'int five;' "KVM: Another topic's second"
ok "export of a new topic" "$export"
ok "... numbers run on" eval '[ "$(series | tail -n 1)" = "20-inplace/0006-KVM-Another-topic-s-second.patch" ]'
lg update-ref -d refs/notes/topic
before=$(sums)
ok "the notes lost: the patches tell the topics" eval '"$export" && same'
rm -rf "$linux"
"$tree" 2>/dev/null
lg topic 10-ranges 2>/dev/null
refused "topics mixed up" 'is of topic 10-ranges, but the one before it is of 20-inplace.*git topic' "$export"
lg reset -q --hard HEAD^
FORCE=1 "$tree" 2>/dev/null
ok "FORCE=1 brings it back" eval 'same && [ "$(cat patches/tree)" = "$(lg rev-parse HEAD^{tree})" ]'

change virt/kvm/main.c 11 'int x;' "fixup! KVM: One"
refused "a fixup is refused" 'not melted in' "$export"
lg -c sequence.editor=: rebase -q -i --autosquash base 2>/dev/null
ok "... melted in, it is fine" "$export"
lg commit -q --allow-empty -s -m "KVM: Nothing"
refused "a commit that changes nothing" 'changes nothing' "$export"
lg reset -q --hard HEAD^
change virt/kvm/main.c 12 'int x;' "KVM: Not signed" --no-signoff
refused "no sign-off" 'has no Signed-off-by' "$export"
lg reset -q --hard HEAD^
lg checkout -q -b side HEAD^
change virt/kvm/main.c 60 'int side;' "KVM: Aside"
lg checkout -q gmem
lg merge -q --no-edit side 2>/dev/null
refused "a merge" 'is a merge' "$export"
lg reset -q --hard HEAD^
change virt/kvm/main.c 13 'int y;' "KVM: Hard to mail" -m $'diff --git a/x b/x\n--- a/x\n+++ b/x'
before=$(sums)
refused "a message that does not survive mailing" 'does not survive being mailed|does not apply' "$export"
ok "... nothing was written" same
lg reset -q --hard HEAD^
sed -i '14s/.*/dirty/' "$linux/virt/kvm/main.c"
refused "uncommitted changes: tree" 'uncommitted changes.*git stash' "$tree"
ok "FORCE=1: they are put aside" eval 'FORCE=1 "$tree" && lg stash list | grep -q stash@ && [ -z "$(lg status --porcelain)" ]'
lg checkout -q --orphan stranger
lg commit -q -s -m "something else"
refused "another base" "expected $commit.*found +[0-9a-f]{40}" "$export"
lg checkout -q gmem

# what else may stand in a commit
printf 'int crlf;\r\n' >>"$linux/virt/kvm/main.c"
change include/linux/kvm.h 31 'int lf;' "KVM: A line that ends in CR and LF"
ok "a carriage return: export" "$export"
ok "... import: not one byte changes" eval 'before=$(sums) && rm -rf "$linux" && "$tree" && "$export" && same && [ "$(tail -c 3 "$linux/virt/kvm/main.c" | od -An -tx1)" = " 3b 0d 0a" ]'
lg reset -q --hard HEAD^
"$export" 2>/dev/null
before=$(sums)

# a tree that belongs to somebody else, as in a container
if [ "$(id -u)" = 0 ]; then
	chown -R 65534 "$linux"
	refused "a tree of another user's: refused, as git does" 'safe.directory' "$export"
	git config --global --add safe.directory "$linux"
	ok "... not with safe.directory in the user's settings" "$export"
	ok "... of which nothing else counts" same
	git config --global --unset-all safe.directory
	chown -R 0 "$linux"
else
	skip "a tree of another user's" "needs root"
fi

# what is used stays in the cache
touch -d '40 days ago' "$w"/cache/series/*
kept=$(scripts/series/applied.sh)
ok "a series that is asked for counts as used" eval '[ -z "$(find "$kept" -maxdepth 0 -mtime +30)" ]'

# patches/ that somebody else changed
git init -q && printf '/build/\n' >.gitignore && git add -f .gitignore BASE patches && git commit -q -m one && git tag v9.1.2-gmem1
change virt/kvm/main.c 15 'int six;' "KVM: Six"
"$export" 2>/dev/null
git add -f patches && git commit -q -m two
ok "range-diff against the last tag" says '^-: .*> *7: .*KVM: Six' scripts/series/range-diff.sh
ok "range-diff FROM a revision: no difference" says 'the same as in HEAD' env FROM=HEAD scripts/series/range-diff.sh
refused "range-diff FROM nonsense" 'no revision of this repository' env FROM=none scripts/series/range-diff.sh
git tag -d v9.1.2-gmem1 >/dev/null
ok "range-diff without a tag says so" says 'no release yet' scripts/series/range-diff.sh
git checkout -q HEAD^
touch -d 2001-01-01 "$linux/Makefile" "$linux/virt/kvm/main.c"
ok "renewed after a pull" "$tree"
ok "... to the tree of today" eval '[ "$(cat patches/tree)" = "$(lg rev-parse HEAD^{tree})" ]'
ok "... files that are the same are not touched" eval '[ "$(stat -c %y "$linux/Makefile" | cut -c1-4)" = 2001 ] && [ "$(stat -c %y "$linux/virt/kvm/main.c" | cut -c1-4)" != 2001 ]'
change virt/kvm/main.c 16 'int mine;' "KVM: Mine"
git checkout -q main
refused "a pull and own commits" 'commits that patches/ does not have' "$tree"
refused "... even if own work may stay" 'commits that patches/ does not have' "$tree" --keep
lg reset -q --hard HEAD^
ok "... without them, it is renewed" "$tree"
echo 0123456789012345678901234567890123456789 >patches/tree
git -C "$linux" checkout -q base
rm -rf "$linux"
refused "another tree than the recorded one" "expected 0123456789.*found +[0-9a-f]{40}" "$tree"
git checkout -q patches
sed -i 's/^ int line13;/ int line99;/' patches/10-ranges/0001*
refused "a patch edited by hand does not apply" 'patches/10-ranges/0001-KVM-One.patch does not apply' "$tree"
ok "... nothing is left over" eval '[ ! -e "$linux" ] && [ -z "$(ls -d build/tree.* "$w/cache/unverified/"* 2>/dev/null)" ]'
finished
