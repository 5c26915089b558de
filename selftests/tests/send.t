#!/bin/bash
# scripts/mail/send.sh, on a made-up kernel: a topic as mails, read back, sent (to a program of
# this test's), changed, sent again.  Nothing here uses the network.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2034,SC2317 # eval of what is quoted; called through ok
B4=$("$(dirname "$0")/../../scripts/host/b4.sh") || exit
export B4
unset TOPIC UPSTREAM SEND MBOX
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
rm "$w/home/ignore" # the user types git add here
git config --global b4.searchmask '' # or shazam would look for prerequisites on lore
cd "$co"
package_in_cache
lg() { git -C "$linux" "$@"; }
send() { env "${@:2}" "TOPIC=$1" scripts/mail/send.sh </dev/null; }
mails=$co/build/send
mail() { cat "$mails/$1/"*"/000$2-"*; } # TOPIC NUMBER
has() { grep -qE -- "$1" <<<"$2" || { printf '%s\n' "no $1 in:" "$2"; return 1; }; }
id_of() { sed -n 's/^[Mm]essage-[Ii][Dd]: *<\(.*\)>/\1/p' <<<"$1"; }

scripts/series/tree.sh 2>/dev/null
change virt/kvm/main.c 10 'int one;' "KVM: One"
lg topic 10-ranges 2>/dev/null
change virt/kvm/main.c 20 'int two;' "KVM: Two" --author 'Ünï Cöde <uni@example.com>'
change arch/x86/kvm/x86.c 30 'int three;' "KVM: Three"
lg topic 20-inplace 2>/dev/null
change include/linux/kvm.h 40 'int four;' "KVM: Four"
scripts/series/export.sh 2>/dev/null
printf '# KVM: The ranges\n\nWhy $it is.\n\n## Figures\n\n#1 is fast.\n' >patches/10-ranges/cover.md
printf '# KVM: In place\n\nWhy.\n' >patches/20-inplace/cover.md
git init -q
echo /build/ >.gitignore
git add -A && git commit -q -m start

# --- what is refused

refused "without a topic" 'TOPIC=NN, one of: 10-ranges 20-inplace' scripts/mail/send.sh
refused "no such topic" 'no topic 30; patches/ has: 10-ranges 20-inplace' send 30
refused "another word than the one that sends" 'only written' send 10 SEND=yes
refused "an argument" 'does not take "--nonsense"' env TOPIC=10 scripts/mail/send.sh --nonsense
mv patches/10-ranges/cover.md "$w/"
refused "without a cover letter" 'no patches/10-ranges/cover.md' send 10
echo "no title" >patches/10-ranges/cover.md
refused "... or its title" "begin with its title" send 10
mv "$w/cover.md" patches/10-ranges/
refused "without b4" 'B4=/nonexistent is not b4' send 10 B4=/nonexistent
sed -i 's/^+int one;/&\r/' patches/10-ranges/0001-*
refused "a carriage return, which b4's mails lose" 'carriage return.*10-ranges/0001-KVM-One.patch' send 10
git checkout -q patches
cp "$w/home/.gitconfig" "$w/gitconfig"
git config --global --unset user.email
refused "without a sender" 'user.email.*git config --global' send 10
cp "$w/gitconfig" "$w/home/.gitconfig"
sed -i '50s/.*/int x;/' "$linux/virt/kvm/main.c"
refused "uncommitted changes in build/linux" 'make export.*uncommitted changes' send 10
lg commit -q -a -s -m "KVM: More"
refused "commits that are not exported" 'work that patches/ does not have' send 10
lg reset -q --hard HEAD^
refused "UPSTREAM is no git tree" 'no git tree' send 10 "UPSTREAM=$w/home"
refused "UPSTREAM is nothing" 'No such file|no git tree' send 10 "UPSTREAM=$w/none"
ok "... nothing is written by any of them" test ! -e build/send

# --- mails, and back

ok "a topic as mails" says 'nothing was sent' send 10
ok "... cover letter and two patches" eval '[ "$(ls "$mails/10-ranges/v1" | wc -l)" = 3 ] && has "^Subject: .PATCH 0/2. KVM: The ranges" "$(mail 10-ranges 0)"'
ok "... title, text, headings; nothing is lost to b4's comments" eval 'has "^Why .it is" "$(mail 10-ranges 0)" && has "^Figures" "$(mail 10-ranges 0)" && has "^#1 is fast" "$(mail 10-ranges 0)"'
ok "... base-commit" has "^base-commit: $commit" "$(mail 10-ranges 0)"
ok "... change-id" has '^change-id: [0-9]{8}-ranges-' "$(mail 10-ranges 0)"
ok "... To: maintainers and reviewers; Cc: the list" eval 'has "^To: \"Main Tainer .Made-up.\" <main@example.org>, rev@example.org\$" "$(mail 10-ranges 0)" && has "^Cc: .*list@example.org" "$(mail 10-ranges 0)"'
ok "... no dependency" eval '! has "prerequisite|Depends" "$(mail 10-ranges 0)" >/dev/null'
ok "... the author of each" has '^From: Ünï Cöde <uni@example.com>' "$(mail 10-ranges 2)"
ok "... signed off by the sender" has '^Signed-off-by: A U Thor <author@example.com>' "$(mail 10-ranges 2)"
ok "... git as it is by default, not as the user has it" eval '! grep -rq SPOILT "$mails" && has "^diff --git a/virt/kvm/main.c b/virt/kvm/main.c" "$(mail 10-ranges 1)"'
ok "... patches/ as it was" eval '[ -z "$(git status --porcelain)" ]'
git clone -q "$("$co/scripts/series/base.sh")" "$w/clean"
clean() { git -C "$w/clean" am --abort 2>/dev/null || :; git -C "$w/clean" checkout -q -f --detach "$commit"; git -C "$w/clean" clean -qfd; }
tree_of() { git -C "$w/clean" rev-parse 'HEAD^{tree}'; }
# both TOPIC [REF...]: b4 am with git am, and b4 shazam, give the tree of that commit of build/linux
am_gives() {
	rm -rf "$w/am" && mkdir "$w/am"
	(cd "$w/clean" && "$B4" --offline-mode am -m "$mails/$1/$2.mbox" -o "$w/am" "$(id_of "$(mail "$1" 0)")" && git am -q "$w"/am/*.mbx) || return
	[ "$(tree_of)" = "$(lg rev-parse "$3^{tree}")" ]
}
shazam_gives() {
	(cd "$w/clean" && "$B4" --offline-mode shazam -m "$mails/$1/$2.mbox" "$(id_of "$(mail "$1" 0)")") || return
	[ "$(tree_of)" = "$(lg rev-parse "$3^{tree}")" ]
}
clean
ok "b4 am, git am on a clean base: the same tree" am_gives 10-ranges v1 HEAD~2
clean
ok "b4 shazam: the same tree" shazam_gives 10-ranges v1 HEAD~2

ok "a topic on top of another" send 20
ok "... says so once, in words" eval '[ "$(mail 20-inplace 0 | grep -A 6 "^Depends on" | grep -cE "KVM: The ranges .2 patches|not posted yet")" = 2 ]'
ok "... and for programs: base-commit, and the ids of the mails before" eval 'has "^base-commit: $commit" "$(mail 20-inplace 0)" && [ "$(mail 20-inplace 0 | sed -n "s/^prerequisite-patch-id: //p")" = "$(for i in 1 2; do mail 10-ranges $i | git patch-id --stable | cut -d " " -f 1; done)" ]'
ok "... its own patches only" eval '[ "$(ls "$mails/20-inplace/v1" | wc -l)" = 3 ]'
ok "... read back on the one before: the same tree" shazam_gives 20-inplace v1 HEAD

git clone -q "$("$co/scripts/series/base.sh")" "$w/theirs"
sed -i '1i int theirs;' "$w/theirs/virt/kvm/main.c"
git -C "$w/theirs" commit -q -a -m theirs
git -C "$w/theirs" config user.name "Other Name"
git -C "$w/theirs" config user.email other@example.net
theirs=$(git -C "$w/theirs" rev-parse HEAD)
ok "on the user's own tree" send 10 "UPSTREAM=$w/theirs"
ok "... base-commit is its HEAD" has "^base-commit: $theirs" "$(mail 10-ranges 0)"
ok "... the sender is who git says there; the author stays" eval 'has "^From: Other Name <other@example.net>" "$(mail 10-ranges 1)" && has "^From: A U Thor" "$(mail 10-ranges 1)"'
ok "... who adds his sign-off" eval '[ "$(mail 10-ranges 1 | grep ^Signed-off-by | tail -n 1)" = "Signed-off-by: Other Name <other@example.net>" ]'
ok "... it is as it was" eval '[ "$(git -C "$w/theirs" rev-parse HEAD)" = "$theirs" ] && [ "$(git -C "$w/theirs" branch | wc -l)" = 1 ]'
sed -i '2s/.*/int dirty;/' "$w/theirs/virt/kvm/main.c"
refused "... with uncommitted changes" 'uncommitted changes' send 10 "UPSTREAM=$w/theirs"
sed -i '10s/.*/int other;/' "$w/theirs/virt/kvm/main.c"
git -C "$w/theirs" commit -q -a -m conflict
sed -i '11s/.*/int other;/' "$w/theirs/virt/kvm/main.c"
git -C "$w/theirs" commit -q -a -m conflict
refused "... that the patches do not apply to" 'patches/10-ranges/0001-KVM-One.patch does not apply.*make rebase' send 10 "UPSTREAM=$w/theirs"

# --- sent, for once to a program that keeps the mails

yes() { printf '%s\n' "$2" | env "TOPIC=$1" SEND=yes-really scripts/mail/send.sh; }
refused "sending without a way to" 'sendemail.smtpserver' yes 10 10-ranges
printf '#!/bin/sh\necho "$@" >>%s/to\ncat >>%s/sent\n' "$w" "$w" >"$w/smtp"
chmod +x "$w/smtp"
git config --global sendemail.smtpserver "$w/smtp"
refused "sending, but another answer to the question" 'nothing was sent' yes 10 yes
refused "sending, and no answer" 'nothing was sent' send 10 SEND=yes-really
ok "... nothing was" test ! -e "$w/sent" -a ! -e patches/10-ranges/sent
echo >>patches/10-ranges/cover.md
refused "sending what is not committed" 'uncommitted changes; commit them' yes 10 10-ranges
git checkout -q patches
rev=$(git rev-parse HEAD)
ok "sending" says "noted in patches/10-ranges/sent" yes 10 10-ranges
ok "... it is asked with whom it goes to" has 'To: "Main Tainer ' "$(cat "$w/said")"
ok "... three mails, to these" eval '[ "$(grep -c "^Subject:" "$w/sent")" = 3 ] && [ "$(grep -c main@example.org "$w/to")" = 3 ]'
ok "... noted: id, version, commit, message" eval 'grep -qE "^change-id [0-9]{8}-ranges-" patches/10-ranges/sent && grep -qE "^v1 [0-9-]{10} $rev [0-9]{8}-ranges-v1-0-" patches/10-ranges/sent'
v1=$(sed -n 's/^v1 .* //p' patches/10-ranges/sent)
ok "... as it was sent" grep -qi "^message-id: <$v1>" "$w/sent"
git add patches && git commit -q -m "v1 sent"
rm "$w/sent"

ok "the next topic names it; without the word, nothing is sent" eval 'send 20 && [ ! -e "$w/sent" ] && has "^prerequisite-change-id: [0-9]{8}-ranges-[0-9a-f]+:v1" "$(mail 20-inplace 0)" && has "v1: https://.*$v1" "$(mail 20-inplace 0)" && has "^prerequisite-patch-id" "$(mail 20-inplace 0)"'

printf '#!/bin/sh\ncase "$*" in *--show-info*) exit 0 ;; esac\nexec "%s" "$@"\n' "$B4" >"$w/b4"
chmod +x "$w/b4"
refused "a b4 that does not tell message ids: says that it was sent, and what to note" \
	"THE MAILS WERE SENT.*patches/20-inplace/sent gets the line +v1 [0-9-]{10} [0-9a-f]{40} MESSAGE-ID.*change-id [0-9]{8}-inplace-" eval 'B4=$w/b4 yes 20 20-inplace'
ok "... it was, and no nonsense is noted" test -e "$w/sent" -a ! -e patches/20-inplace/sent

# --- version 2

GIT_SEQUENCE_EDITOR='sed -i 1s/pick/edit/' lg rebase -q -i base 2>/dev/null
sed -i '10s/.*/int eins;/' "$linux/virt/kvm/main.c"
lg commit -q -a --amend --no-edit
change virt/kvm/main.c 55 'int new;' "KVM: New"
lg rebase --continue >/dev/null 2>&1
scripts/series/export.sh 2>/dev/null
git add patches && git commit -q -m "changed"
mkdir "$w/cover"
ok "version 2: what cover.md does not have is noted" eval 'scripts/mail/cover.sh 10-ranges HEAD "A <a@b>" "$w/cover" && [ "$(cat "$w/cover/version")" = 2 ] && grep -q "write a section .## Changes in v2" "$w/cover/missing"'
ok "... SEND refuses without words" eval 'echo 10-ranges | TOPIC=10 SEND=yes-really scripts/mail/send.sh >"$w/o" 2>&1 && exit 1; grep -q "say what changed" "$w/o"'
printf '\n## Changes in v2\n\n- One is German now.\n' >>patches/10-ranges/cover.md
git commit -q -a -m words
ok "... with words" send 10
v2=$(mail 10-ranges 0)
ok "... the number, and the id from before" eval 'has "^Subject: .PATCH v2 0/3" "$v2" && has "^$(sed -n "s/^change-id /change-id: /p" patches/10-ranges/sent)\$" "$v2"'
ok "... the words, and which patches changed" eval 'has "^- One is German" "$v2" && has "^- patch 1 changed: KVM: One" "$v2" && has "^- patch 2 is new: KVM: New" "$v2"'
ok "... below the line that ends the text, and not in it" eval '[ "$(sed "/^---/q" <<<"$v2" | grep -c German)" = 0 ]'
ok "... a link to version 1" has "Link to v1: https://.*$v1" "$v2"
ok "... the range-diff" eval 'has "^Range-diff against v1:" "$v2" && has "^ +-int eins;|^ +\+\+?int eins;" "$v2"'
clean
ok "... and read back: the same tree" am_gives 10-ranges v2 "$(lg rev-parse HEAD~2)"

# --- a topic of one patch has no cover letter: its text is below the patch's

change virt/kvm/main.c 60 'int last;' "KVM: Last"
lg topic 30-last 2>/dev/null
scripts/series/export.sh 2>/dev/null
printf '# KVM: Last of all\n\nWhy that, too.\n' >patches/30-last/cover.md
ok "a topic of one patch: one mail" eval 'send 30 && [ "$(ls "$mails/30-last/v1" | wc -l)" = 1 ]'
ok "... with it all" eval 'one=$(mail 30-last 1) && has "^Subject: .PATCH. KVM: Last" "$one" && has "^Why that, too" "$(sed "1,/^---/d" <<<"$one")" && has "^base-commit: $commit" "$one" && has "^To: " "$one"'
git -C "$w/clean" fetch -q "$linux" HEAD && git -C "$w/clean" checkout -q -f "FETCH_HEAD^"
ok "... read back: the same tree" eval '(cd "$w/clean" && "$B4" --offline-mode shazam -m "$mails/30-last/v1.mbox" "$(id_of "$(mail 30-last 1)")") && [ "$(tree_of)" = "$(lg rev-parse "HEAD^{tree}")" ]'
finished
