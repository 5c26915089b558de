#!/bin/bash
# scripts/check/run.sh, on a made-up kernel with a made-up checkpatch.

# shellcheck disable=SC2016,SC2034,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
cd "$co"
package_in_cache
export GMEM_APT_ETC=/nonexistent CCACHE_DIR=$w/ccache
mkdir config
: >config/slim.config
: >config/compile-other.config
rm "$w/home/ignore"
lg() { git -C "$linux" "$@"; }
check() { scripts/check/run.sh >"$w/tap" 2>"$w/tap.err"; }
shows() { grep -qE -- "$1" "$w/tap" || { cat "$w/tap" "$w/tap.err"; return 1; }; }
passes() { check || { cat "$w/tap" "$w/tap.err"; return 1; }; }
fails() { ! check || { cat "$w/tap"; return 1; }; }

ok "an empty series is a skip" eval 'passes && shows "^1..0 # SKIP"'
scripts/series/tree.sh 2>/dev/null
change virt/kvm/main.c 10 'int one;' "KVM: One"
lg topic 10-ranges 2>/dev/null
change Documentation/virt/api.rst 1 'new text' "KVM: Text"
change arch/x86/kvm/x86.c 30 'static inline int three(void) { return 3; }' "KVM: Three"
scripts/series/export.sh 2>/dev/null
ok "a good series passes" passes
ok "... one test a patch and check" eval 'shows "^ok [0-9]+ 10-ranges/KVM-One: applies$" && shows "^ok [0-9]+ 10-ranges/KVM-One: checkpatch$" && shows "^ok [0-9]+ 10-ranges/KVM-One: signed off$" && shows "^ok [0-9]+ 10-ranges/KVM-One: compiles, no new warning$"'
ok "... text is not compiled" shows '^ok [0-9]+ 10-ranges/KVM-Text: compiles, no new warning # SKIP nothing'
ok "... other configurations at the tip" shows '^ok [0-9]+ tip: compile-other compiles'
ok "... sparse is skipped with the reason" shows '^ok [0-9]+ tip: sparse # SKIP .*sparse'
ok "... the plan is right" eval '[ "1..$(grep -cE "^(not )?ok " "$w/tap")" = "$(tail -n 1 "$w/tap")" ]'
cp "$w/tap" "$w/tap.1"
mv "$w/cache/src" "$w/src.away"
ok "the second time nothing is compiled" eval 'passes && cmp "$w/tap" "$w/tap.1" && [ ! -e "$w/cache/src" ]'
mv "$w/src.away" "$w/cache/src"

ok "a run that passed is on record" eval '[ "$(cat scripts/check/passed)" = "10-ranges $(git -C "$(scripts/series/applied.sh 2>/dev/null)" rev-parse HEAD)" ]'
ok "... what is on record need not be compiled again" eval 'KNOWN=1 passes && shows "^ok [0-9]+ 10-ranges/KVM-One: compiles, no new warning # SKIP .*scripts/check/passed" && shows "^ok [0-9]+ tip: compile-other"'
change virt/kvm/main.c 40 'static int unused;' "KVM: Warns"
change arch/x86/kvm/x86.c 40 'int fine;' "KVM: Fine again"
scripts/series/export.sh 2>/dev/null
ok "a new warning fails" fails
ok "... of the patch that has it" eval 'shows "^not ok [0-9]+ 10-ranges/KVM-Warns: compiles" && shows "^# new .slim.: .*unused"'
ok "... not of the next one" shows '^ok [0-9]+ 10-ranges/KVM-Fine-again: compiles'
ok "... and of the tip" shows '^not ok [0-9]+ tip: compile-other'
lg reset -q --hard HEAD~2
change virt/kvm/main.c 40 'int broken' "KVM: Broken" 
change virt/kvm/main.c 40 'int mended;' "KVM: Mended"
scripts/series/export.sh 2>/dev/null
ok "broken in between, fine at the tip: fails" fails
ok "... at that patch" shows '^not ok [0-9]+ 10-ranges/KVM-Broken: compiles'
ok "... says why" shows '^# .*virt/kvm/main.o does not compile|^# .*arch/x86/kvm/ does not compile'
ok "... the record stays as it was, and does not hide it" eval '! grep -q "$(git -C "$(scripts/series/applied.sh 2>/dev/null)" rev-parse HEAD)" scripts/check/passed && ! KNOWN=1 check && shows "^not ok [0-9]+ 10-ranges/KVM-Broken: compiles"'
lg reset -q --hard HEAD~2

change virt/kvm/main.c 41 'int ugly;' "KVM: Style"
change virt/kvm/main.c 42 'int odd1;' "KVM: More style"
scripts/series/export.sh 2>/dev/null
ok "checkpatch's complaint fails" eval 'fails && shows "^not ok [0-9]+ 10-ranges/KVM-Style: checkpatch" && shows "^# [0-9]+: UGLY: ugly line"'
printf '# pattern | what | why\n*KVM-Style.patch | UGLY | as upstream has it\n10-ranges/*More-style* | odd 1 | because\n' >scripts/check/allow
ok "what is excused, by type or by text, passes" passes
printf '*KVM-One.patch | UGLY | not needed\n' >>scripts/check/allow
ok "an excuse that nobody needs fails" eval 'fails && shows "^# allow:4: .*nothing to excuse"'
printf '*KVM-Style.patch | UGLY | as upstream has it\n10-ranges/*More-style* | odd 1 |\n' >scripts/check/allow
ok "an excuse without a reason fails" eval 'fails && shows "^# allow:2: not" && shows "^not ok [0-9]+ 10-ranges/KVM-More-style: checkpatch"'
rm scripts/check/allow
lg reset -q --hard HEAD~2

change virt/kvm/main.c 50 'int other;' "KVM: Of somebody else" --no-signoff --author 'Some Body <some@example.com>' -m "Signed-off-by: A U Thor <author@example.com>"
scripts/series/export.sh 2>/dev/null
ok "not signed off by its author fails" eval 'fails && shows "^not ok [0-9]+ 10-ranges/KVM-Of-somebody-else: signed off" && shows "^# .*some@example.com"'
sed -i 's/^ int line9;/ int line99;/' patches/10-ranges/0001*
ok "a patch that does not apply fails" eval 'fails && shows "^not ok 1 10-ranges/KVM-One: applies"'
ok "... and those after it are not reached" shows '^not ok 2 10-ranges/KVM-Text: applies'
finished
