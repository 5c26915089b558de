#!/bin/bash
# scripts/mail/trailers.sh, on a made-up kernel: what reviewers answer to a topic that was
# sent.  Nothing here uses the network.

# shellcheck disable=SC2016,SC2034,SC2317 # eval of what is quoted; called through ok
B4=$("$(dirname "$0")/../../scripts/host/b4.sh") || exit
export B4
unset TOPIC UPSTREAM SEND MBOX
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
rm "$w/home/ignore" # the user types git add here
cd "$co"
package_in_cache
lg() { git -C "$linux" "$@"; }

scripts/series/tree.sh 2>/dev/null
change virt/kvm/main.c 10 'int one;' "KVM: One"
lg topic 10-ranges 2>/dev/null
change virt/kvm/main.c 20 'int two;' "KVM: Two"
change include/linux/kvm.h 40 'int four;' "KVM: Four"
lg topic 20-inplace 2>/dev/null
scripts/series/export.sh 2>/dev/null
printf '# KVM: The ranges\n\nWhy.\n' >patches/10-ranges/cover.md
git init -q
echo /build/ >.gitignore
git add -A && git commit -q -m start
# As make send leaves it.
v1=20261120-ranges-v1-0-0123456789ab@example.com
printf '# What was mailed\nchange-id 20261120-ranges-0123456789ab\nv1 2026-11-20 %s %s\n' "$(git rev-parse HEAD)" "$v1" >patches/10-ranges/sent
git add -A && git commit -q -m "v1 sent"
# Then one is changed, and there is a new one.
GIT_SEQUENCE_EDITOR='sed -i 1s/pick/edit/' lg rebase -q -i base 2>/dev/null
sed -i '10s/.*/int eins;/' "$linux/virt/kvm/main.c"
lg commit -q -a --amend --no-edit
change virt/kvm/main.c 55 'int new;' "KVM: New"
lg rebase --continue >/dev/null 2>&1
scripts/series/export.sh 2>/dev/null
git add -A && git commit -q -m changed

reply() { # FROM SUBJECT IN-REPLY-TO TAG
	printf 'From x@y Thu Jan  1 00:00:00 1970\nFrom: %s\nSubject: Re: %s\nDate: Sat, 21 Nov 2026 12:00:00 +0000\nMessage-Id: <%s@r>\nIn-Reply-To: <%s>\n\nOn that day:\n> int quoted;\n> Nacked-by: Quo Ted <q@example.org>\n\n%s\n\n' \
		"$1" "$2" "$RANDOM$RANDOM" "$3" "$4"
}
to() { echo "${v1/-v1-0-/-v1-$1-}"; }
{
	reply 'Rev Iewer <rev@example.org>' '[PATCH 2/2] KVM: Two' "$(to 2)" 'Reviewed-by: Rev Iewer <rev@example.org>'
	reply 'Tes Ter <test@example.org>' '[PATCH 0/2] KVM: The ranges' "$v1" 'Tested-by: Tes Ter <test@example.org>'
	reply 'Old One <old@example.org>' '[PATCH 1/2] KVM: One' "$(to 1)" 'Acked-by: Old One <old@example.org>'
	reply 'Some Body <some@example.org>' '[PATCH 1/2] KVM: One' "$(to 1)" 'Acked-by: Else <else@example.org>'
	reply 'Far Away <far@example.org>' '[PATCH 7/9] net: Not ours' "other@example.org" 'Acked-by: Far Away <far@example.org>'
	reply 'Near By <near@example.org>' '[PATCH 1/2] KVM: One' "other-v1-1-x@example.org" 'Acked-by: Near By <near@example.org>'
	reply 'No Tag <no@example.org>' '[PATCH 1/2] KVM: One' "$(to 1)" 'Why?'
	reply 'Blank Before <blank@example.org>' '[PATCH 2/2] KVM: Two' "$(to 2)" '  Reviewed-by: Blank Before <blank@example.org>'
	reply 'Two Lines <lines@example.org>' '[PATCH 2/2] KVM: Two' "$(to 2)" $'Reviewed-by: Two Lines\n<lines@example.org>'
	reply 'Blank Lines <both@example.org>' '[PATCH 2/2] KVM: Two' "$(to 2)" $' Reviewed-by: Blank Lines\n <both@example.org>'
	reply 'No Address <none@example.org>' '[PATCH 2/2] KVM: Two' "$(to 2)" 'Reviewed-by: No Address'
} >"$w/mbox"
before=$(lg log --format='%an %ae %ad %s %T' base..HEAD)
log() { lg log -1 --format=%B ":/^$1"; }
trailers() { env TOPIC=10 "MBOX=$w/mbox" scripts/mail/trailers.sh; }
refused "an argument" 'does not take "x"' env TOPIC=10 "MBOX=$w/mbox" scripts/mail/trailers.sh x
refused "trailers without mails" 'MBOX=FILE' env TOPIC=10 scripts/mail/trailers.sh
ok "trailers" says 'make export' trailers
ok "... names what it leaves out" eval 'grep -q "Far Away.*no patch of 10-ranges" "$w/said" && grep -q "Near By.*does not answer a version" "$w/said" && grep -q "Else" "$w/said"'
ok "... a tag with blanks before it" eval 'log "KVM: Two" | grep -qx "Reviewed-by: Blank Before <blank@example.org>"'
ok "... a tag in two lines" eval 'log "KVM: Two" | grep -qx "Reviewed-by: Two Lines <lines@example.org>"'
ok "... a tag that b4 does not take is named" eval 'grep -q "Blank Lines.*b4 does not take .Reviewed-by: Blank Lines <both@" "$w/said" || log "KVM: Two" | grep -qx "Reviewed-by: Blank Lines <both@example.org>"'
ok "... or is none, without an address" eval 'grep -q "No Address.*b4 does not take .Reviewed-by: No Address" "$w/said"'
ok "... names what was said of a patch that has changed since, and of no other" eval 'grep -qx "  Old One, \"KVM: One\": for v1, and the patch has changed since" "$w/said" && ! grep -q "Two.*changed since" "$w/said"'
ok "... a review on its patch, and only there" eval '[ "$(lg log --format=%B base..HEAD | grep -c Rev.Iewer)" = 1 ] && log "KVM: Two" | grep -qx "Reviewed-by: Rev Iewer <rev@example.org>"'
ok "... one of the cover letter on all of the topic" eval '[ "$(lg log --format=%B base..HEAD | grep -cx "Tested-by: Tes Ter <test@example.org>")" = 3 ] && log "KVM: New" | grep -q Tes.Ter'
ok "... nothing else" eval '! lg log --format=%B base..HEAD | grep -qE "Far Away|Near By|Else|Quo Ted|No Tag"'
ok "... files, authors and dates are as before" eval '[ "$(lg log --format="%an %ae %ad %s %T" base..HEAD)" = "$before" ] && [ -z "$(lg status --porcelain)" ]'
head=$(lg rev-parse HEAD)
ok "again: they are there already" eval 'says "all the other tags already" trailers && [ "$(lg rev-parse HEAD)" = "$head" ]'
ok "make export takes them over" eval 'scripts/series/export.sh && grep -q "^Reviewed-by: Rev Iewer" patches/10-ranges/*-KVM-Two.patch && [ "$(cut -d/ -f1 patches/series | sort | uniq -c | tr -s " \n" " ")" = " 3 10-ranges 1 20-inplace " ]'

# One whose patch is in the mbox and is not ours, though its subject is.
rm patches/10-ranges/sent
ours() { sed -e '1i Message-Id: <20261121-v2-3-x@example.com>' -e 1d patches/10-ranges/*-KVM-Two.patch; }
ours | sed 's/^+int two;/+int zwei;/' >"$w/foreign"
{
	echo "From x@y Thu Jan  1 00:00:00 1970"
	cat "$w/foreign"
	echo
	reply 'Next One <next@example.org>' '[PATCH v2 3/3] KVM: Two' 20261121-v2-3-x@example.com 'Acked-by: Next One <next@example.org>'
} >"$w/mbox"
refused "an answer to another patch of the same subject" 'Next One.*not the one of 10-ranges.*nothing was changed' trailers
{
	echo "From x@y Thu Jan  1 00:00:00 1970"
	ours
	echo
	reply 'Next One <next@example.org>' '[PATCH v2 3/3] KVM: Two' 20261121-v2-3-x@example.com 'Acked-by: Next One <next@example.org>'
} >"$w/mbox"
ok "... and to our own" eval 'trailers && log "KVM: Two" | grep -q "^Acked-by: Next One"'
sed -i '50s/.*/int x;/' "$linux/virt/kvm/main.c"
refused "uncommitted changes in build/linux" 'uncommitted changes' trailers
lg checkout -q -f
finished
