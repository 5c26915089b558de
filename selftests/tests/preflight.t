#!/bin/bash
# scripts/mail/preflight.sh, on a made-up kernel with made-up tools.

# shellcheck disable=SC2016,SC2034,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
cd "$co"
package_in_cache
export GMEM_APT_ETC=/nonexistent CCACHE_DIR=$w/ccache
unset TOPIC
mkdir config
touch config/{slim,debian}.config
printf 'slim packed -slim tinyconfig slim\n' >scripts/package/flavours
rm "$w/home/ignore"
lg() { git -C "$linux" "$@"; }
preflight() { TOPIC=$1 scripts/mail/preflight.sh >"$w/table" 2>"$w/err"; }
passes() { preflight "$1" || { cat "$w/table" "$w/err"; return 1; }; }
fails() { ! preflight "$1" || { cat "$w/table"; return 1; }; }
shows() { grep -qE -- "$1" "$w/table" || { cat "$w/table" "$w/err"; return 1; }; }

scripts/series/tree.sh 2>/dev/null
change virt/kvm/main.c 10 'int one;' "KVM: One"
lg topic 10-ranges 2>/dev/null
change Documentation/virt/api.rst 1 'new text' "KVM: Text"
change arch/x86/kvm/x86.c 30 'int ugly;' "KVM: Style"
lg topic 20-inplace 2>/dev/null
change virt/kvm/main.c 20 'static int unused;' "KVM: Warns"
change virt/kvm/main.c 40 'int baddoc;' "KVM: Badly documented"
scripts/series/export.sh 2>/dev/null
echo '# x' >patches/10-ranges/cover.md

refused "without a topic" 'TOPIC=NN, one of' scripts/mail/preflight.sh
refused "no such topic" 'no topic 30' env TOPIC=30 scripts/mail/preflight.sh
ok "a good topic passes" passes 10
ok "... a line for each patch of it, and no other" eval '[ "$(grep -cE "^[0-9]+/2 KVM" "$w/table")" = 2 ] && ! grep -q Style "$w/table"'
ok "... what is not there is not claimed" shows '^1/2 KVM-One +ok +ok +skip +ok +ok +ok +skip +\?$'
ok "... text is not compiled" shows '^2/2 KVM-Text +ok +- +- +ok +ok +ok +skip '
ok "... programs have nothing to say" eval 'shows "kernel test robot.*: nothing" && shows "checkpatch.*: nothing" && shows "form.*: nothing"'
ok "... kept" eval 'cmp build/preflight/10-ranges.txt <(sed "/^  tests ?/d" "$w/table")'
ok "a bad one fails" fails 20
ok "... checkpatch" shows '^1/3 KVM-Style +ok +ok +skip +FAIL +ok'
ok "... a warning" shows '^2/3 KVM-Warns +ok +FAIL'
ok "... documentation, of the patch that has it" eval 'shows "^3/3 KVM-Badly-documented +ok +ok +skip +ok +ok +FAIL" && shows "^2/3 .* ok +ok +ok +skip "'
ok "... and what they would say" eval 'shows "UGLY: ugly line" && shows "new .slim.: .*unused" && shows "20-inplace/KVM-Badly-documented: kernel-doc" && shows "Warning: ./virt/kvm/main.c bad" && shows "no cover letter"'
printf '*Style* | UGLY | it has to be\n' >scripts/check/allow
ok "what is excused is still said" eval 'fails 20 && shows "^1/3 KVM-Style +ok +ok +skip +ok" && shows "UGLY: ugly line" && shows "check/allow says why"'
# The rules as 'make cocci' has them, with macros.h: spatch skips this function without.
mkdir cocci
cp "$top"/cocci/{run.sh,*.awk,folders,macros.h,rmp_unchecked.cocci} cocci/
: >cocci/allow
change virt/kvm/main.c 45 'static void back(u64 pfn) { scoped_guard(mutex, \&lock) { rmp_make_shared(pfn, 1); } }' "KVM: Give back"
lg topic 30-guard 2>/dev/null
scripts/series/export.sh 2>/dev/null
ok "what the rules of cocci/ find, of the patch that has it" eval 'fails 30 && shows "^1/1 KVM-Give-back .* FAIL  +.$" && shows "rmp_unchecked: result of rmp_make_shared.. is ignored"'
mv cocci/macros.h cocci/macros
ok "rules that could not be run are a failure" eval 'fails 30 && shows "^1/1 KVM-Give-back .* FAIL  +.$"'
mv cocci/macros cocci/macros.h
ok "... and not of those before" eval 'preflight 20; shows "^3/3 .* FAIL +ok +.$"'
mkdir -p build/tap
printf 'KTAP version 1\nok 1 x\nnot ok 2 y\n1..2\n' >build/tap/upstream-slim.tap
ok "tests that failed at the tip" eval 'fails 10 && shows "^1/2 .*FAIL$"'
printf 'KTAP version 1\nok 1 x\n1..1\n' >build/tap/upstream-slim.tap
ok "... that passed" eval 'passes 10 && shows "^1/2 .* ok$"'
touch -d 2001-01-01 build/tap/upstream-slim.tap
ok "... of another series do not count" eval 'passes 10 && shows "^1/2 .* .$"'
finished
