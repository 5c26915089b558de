#!/bin/bash
# scripts/check/run.sh and its checks, on a made-up kernel with a made-up checkpatch.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2034,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
cd "$co"
package_in_cache
export GMEM_APT_ETC=/nonexistent CCACHE_DIR=$w/ccache
mkdir config
touch config/{slim,compile-other,debian}.config
cat >scripts/package/flavours <<'END'
slim           packed    -slim  tinyconfig  slim
compile-other  compiled  -      tinyconfig  slim compile-other
END
rm "$w/home/ignore"
lg() { git -C "$linux" "$@"; }
check() { scripts/check/run.sh "$@" >"$w/tap" 2>"$w/tap.err"; }
shows() { grep -qE -- "$1" "$w/tap" || { cat "$w/tap" "$w/tap.err"; return 1; }; }
passes() { check "$@" || { cat "$w/tap" "$w/tap.err"; return 1; }; }
fails() { ! check "$@" || { cat "$w/tap"; return 1; }; }

ok "an empty series is a skip" eval 'passes && shows "^1..0 # SKIP"'
scripts/series/tree.sh 2>/dev/null
change virt/kvm/main.c 10 'int one;' "KVM: One"
lg topic 10-ranges 2>/dev/null
change Documentation/virt/api.rst 1 'new text' "KVM: Text"
change arch/x86/kvm/x86.c 30 'static inline int three(void) { return 3; }' "KVM: Three"
scripts/series/export.sh 2>/dev/null
ok "a good series passes" passes
ok "... one test a patch and check" eval 'shows "^ok [0-9]+ 10-ranges/KVM-One: applies$" && shows "^ok [0-9]+ 10-ranges/KVM-One: checkpatch$" && shows "^ok [0-9]+ 10-ranges/KVM-One: signed-off$" && shows "^ok [0-9]+ 10-ranges/KVM-One: compiles$"'
ok "... text is not compiled" shows '^ok [0-9]+ 10-ranges/KVM-Text: compiles # SKIP nothing'
ok "... the tip" shows '^ok [0-9]+ tip: compiles$'
ok "... sparse is skipped with the reason" shows '^ok [0-9]+ tip: sparse # SKIP .*sparse'
ok "... sparse of each patch is not asked for" eval '! grep -q "KVM-One: sparse" "$w/tap"'
ok "... the plan stands first, and is right" eval '[ "1..$(grep -cE "^(not )?ok " "$w/tap")" = "$(sed -n 2p "$w/tap")" ]'
ok "... the numbers count" eval 'cmp <(sed -nE "s/^(not )?ok ([0-9]+) .*/\2/p" "$w/tap") <(seq "$(grep -cE "^(not )?ok " "$w/tap")")'
ok "... nothing is recorded, and it says how" eval '[ ! -e scripts/check/passed ] && grep -q "make check RECORD=1" "$w/tap.err"'
ok "... and no folder is left behind" eval '[ -z "$(ls "$w/cache/unverified")" ]'
cp "$w/tap" "$w/tap.1"
mv "$w/cache/src" "$w/src.away"
ok "the second time nothing is compiled" eval 'passes && cmp "$w/tap" "$w/tap.1" && [ ! -e "$w/cache/src" ]'
mv "$w/src.away" "$w/cache/src"

head_of_series() { git -C "$(scripts/series/applied.sh 2>/dev/null)" rev-parse HEAD; }
ok "RECORD=1: a run that passed is on record" eval 'RECORD=1 passes && [ "$(cat scripts/check/passed)" = "10-ranges $(head_of_series)" ]'
ok "... and is not spoken of any more" eval 'passes && ! grep -q RECORD "$w/tap.err"'
ok "... what is on record need not be compiled again" eval 'KNOWN=1 passes && shows "^ok [0-9]+ 10-ranges/KVM-One: compiles # SKIP .*scripts/check/passed" && shows "^ok [0-9]+ tip: compiles$"'
refused "not of a part" 'only topic 10-ranges' env RECORD=1 TOPIC=10 scripts/check/run.sh

ok "TOPIC is said" eval 'TOPIC=10 passes && shows "^# only topic 10-ranges, since TOPIC=10 is set" && grep -q "^only topic 10-ranges" "$w/tap.err"'
refused "no such topic" 'no topic 30' env TOPIC=30 scripts/check/run.sh
ok "some checks only, which is said" eval 'passes signed-off && shows "^1..3$" && shows "^# only these checks: signed-off"'
refused "no such check" 'there is no check "signed"; there are: applies checkpatch .*sparse' scripts/check/run.sh signed
works "--help" scripts/check/run.sh --help
like "... says what a check is" 'CHECK PATCH REPO BEFORE AFTER' "$out"
refused "a check without its arguments" 'usage: applies PATCH REPO BEFORE AFTER' scripts/check/applies
refused "warnings.sh without them" 'usage: warnings.sh' scripts/check/warnings.sh slim

printf '#!/bin/sh\n# Of: the tip if EXTRA\necho "$1 $2 $3 $4"\nexit $EXTRA\n' >scripts/check/extra
chmod +x scripts/check/extra
ok "a check is added by its file" eval '! EXTRA=1 check extra && shows "^not ok 1 tip: extra$" && shows "^# tip .*\.git [0-9a-f]{40} [0-9a-f]{40}$"'
ok "... skips with 4, says why" eval 'EXTRA=4 passes extra && shows "^ok 1 tip: extra # SKIP tip "'
ok "... and is an error if it ends otherwise" eval '! EXTRA=7 check extra && shows "^not ok 1 tip: extra # ERROR .* 7$"'
printf '#!/bin/sh\n# Of: the tip if EXTRA\necho lost >&2\nexit 1\n' >scripts/check/extra
ok "... or has no complaint" eval '! EXTRA=1 check extra && shows "^not ok 1 tip: extra # ERROR" && shows "^# lost"'
rm scripts/check/extra

change virt/kvm/main.c 40 'static int unused;' "KVM: Warns"
change arch/x86/kvm/x86.c 40 'int fine;' "KVM: Fine again"
scripts/series/export.sh 2>/dev/null
ok "a new warning fails" fails
ok "... of the patch that has it" eval 'shows "^not ok [0-9]+ 10-ranges/KVM-Warns: compiles" && shows "^# new .slim.: .*unused"'
ok "... not of the next one" shows '^ok [0-9]+ 10-ranges/KVM-Fine-again: compiles'
ok "... and of the tip, in all flavours" eval 'shows "^not ok [0-9]+ tip: compiles" && shows "^# new .compile-other.: .*unused"'
echo 'real-obj-y := arch/x86/kvm/x86.o' >"$linux/scripts/Makefile.build"
lg commit -q -a -s -m "KVM: Not configured"
lg topic 20-configured 2>/dev/null
change virt/kvm/main.c 41 'static int unused2;' "KVM: Warns again"
scripts/series/export.sh 2>/dev/null
ok "what the configuration does not have is not compiled" eval 'TOPIC=20 check; shows "^ok [0-9]+ 20-configured/KVM-Warns-again: compiles$"'
lg reset -q --hard HEAD~4
change virt/kvm/main.c 40 'int broken' "KVM: Broken" 
change virt/kvm/main.c 40 'int mended;' "KVM: Mended"
scripts/series/export.sh 2>/dev/null
ok "broken in between, fine at the tip: fails" fails
ok "... at that patch" shows '^not ok [0-9]+ 10-ranges/KVM-Broken: compiles'
ok "... says why" shows '^# .*virt/kvm/main.o does not compile .slim.'
ok "... is not recorded, and the record does not hide it" eval '! RECORD=1 check && ! grep -q "$(head_of_series)" scripts/check/passed && ! KNOWN=1 check && shows "^not ok [0-9]+ 10-ranges/KVM-Broken: compiles"'
lg reset -q --hard HEAD~2

change virt/kvm/main.c 41 'int ugly;' "KVM: Style"
change virt/kvm/main.c 42 'int odd1;' "KVM: More style"
scripts/series/export.sh 2>/dev/null
ok "checkpatch's complaint fails" eval 'fails checkpatch && shows "^not ok [0-9]+ 10-ranges/KVM-Style: checkpatch" && shows "^# [0-9]+: UGLY: ugly line"'
printf '# pattern | what | why\n*KVM-Style.patch | UGLY | as upstream has it\n10-ranges/*More-style* | odd 1 | because\n' >scripts/check/allow
ok "what is excused, by type or by text, passes" eval 'passes checkpatch && shows "^# excused: [0-9]+: UGLY"'
printf '*KVM-One.patch | UGLY | not needed\n' >>scripts/check/allow
ok "an excuse that nobody needs fails" eval 'fails checkpatch && shows "^# allow:4: .*nothing to excuse" && shows "^not ok [0-9]+ tip: checkpatch"'
ok "... but not of one topic" eval 'TOPIC=10 passes checkpatch && shows "tip: checkpatch # SKIP"'
printf '*KVM-Style.patch | UGLY | as upstream has it\n10-ranges/*More-style* | odd 1 |\n' >scripts/check/allow
ok "an excuse without a reason fails" eval 'fails checkpatch && shows "^# allow:2: not" && shows "^not ok [0-9]+ 10-ranges/KVM-More-style: checkpatch"'
rm scripts/check/allow
lg reset -q --hard HEAD~2

change virt/kvm/main.c 50 'int other;' "KVM: Of somebody else" --no-signoff --author 'Some Body <some@example.com>' -m "Signed-off-by: A U Thor <author@example.com>"
scripts/series/export.sh 2>/dev/null
ok "not signed off by its author fails" eval 'fails signed-off && shows "^not ok [0-9]+ 10-ranges/KVM-Of-somebody-else: signed-off" && shows "^# .*some@example.com"'
sed -i 's/^ int line9;/ int line99;/' patches/10-ranges/0001*
ok "a patch that does not apply fails" eval 'fails && shows "^not ok 1 10-ranges/KVM-One: applies"'
ok "... those after it are not reached" eval 'shows "^# not reached: 10-ranges/0001-KVM-One.patch does not apply" && shows "^not ok 4 10-ranges/KVM-Text: applies"'
ok "... and the plan is right" eval '[ "1..$(grep -cE "^(not )?ok " "$w/tap")" = "$(sed -n 2p "$w/tap")" ] && shows "^# the series does not apply"'

# numbers: two commits of a made-up header
u=$w/uapi
mkdir -p "$u/include/uapi/linux"
git init -q "$u"
kvm=$u/include/uapi/linux/kvm.h ours=$u/include/uapi/linux/kvm_gmem.h
u_commit() { git -C "$u" add -A && git -C "$u" commit -q -m x; }
printf '%s\n' '#define KVM_CAP_LAST 251' '#define KVM_NEW _IOW(KVMIO,  0xd5, int)' '#define KVM_DEVICE _IOW(KVMIO,  0xe3, int)' >"$kvm"
u_commit
numbers() { # LINE...: what the check says of our header with these lines
	local rc=0
	printf '%s\n' "$@" >"$ours"
	u_commit
	scripts/check/numbers - "$u" HEAD~1 HEAD || rc=$?
	git -C "$u" reset -q --hard HEAD~1
	return "$rc"
}
ok "numbers: far and free passes" eval '[ -z "$(numbers "#define KVM_CAP_OURS 0x676d0001" "#define KVM_OURS_NR 0xf0")" ]'
refused "numbers: a capability near to upstream's" 'KVM_CAP_OURS: the number 252 is too near' numbers '#define KVM_CAP_OURS 252'
refused "numbers: one that is taken" 'KVM_OURS_NR: the number 0xe3 is taken by KVM_DEVICE' numbers '#define KVM_OURS_NR 0xe3'
refused "numbers: twice the same" 'KVM_B_NR: the number 0xf0 is taken by KVM_A_NR' numbers '#define KVM_A_NR 0xf0' '#define KVM_B_NR 0xf0'
refused "numbers: a flag below bit 24" 'GUEST_MEMFD_FLAG_X: the number 3 is too near' numbers '#define GUEST_MEMFD_FLAG_X (1ULL << 3)'
echo '#define KVM_CAP_STRAY 252' >>"$kvm"
refused "numbers: a new one in kvm.h" 'KVM_CAP_STRAY is new: its number belongs into' numbers '#define KVM_CAP_OURS 0x676d0001'
finished
