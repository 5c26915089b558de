#!/bin/bash
# scripts/series/rebase.sh: the series carried to another kernel.

# shellcheck disable=SC2016,SC2034,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
rm "$w/home/ignore" # the user types git add here
cd "$co"
package_in_cache
rebase=$co/scripts/series/rebase.sh
lg() { git -C "$linux" "$@"; }
rb() { git -C "$co/build/rebase" "$@"; }

refused "without build/linux" 'make tree' env ONTO=x "$rebase"
scripts/series/tree.sh 2>/dev/null
refused "an empty series" 'nothing to carry' env ONTO=base "$rebase"
change virt/kvm/main.c 10 'int one;' "KVM: One"
lg topic 10-ranges 2>/dev/null
change virt/kvm/main.c 20 'int two;' "KVM: Two"
change arch/x86/kvm/x86.c 30 'int three;' "KVM: Three"
lg topic 20-inplace 2>/dev/null
change include/linux/kvm.h 40 'int four;' "KVM: Four"
scripts/series/export.sh 2>/dev/null
tip=$(lg rev-parse HEAD)
before=$(cd patches && find . -type f | sort | xargs sha256sum)

# Another kernel: lines moved, line 20 changed (a conflict), line 40 is there already.
new=$w/new/linux-source-9.1
kernel "$new" 9.2.0
sed -i '1i int first;' "$new/virt/kvm/main.c"
sed -i 's/^int line20;/int upstream;/' "$new/virt/kvm/main.c"
sed -i '40s/.*/int four;/' "$new/include/linux/kvm.h"
deb "$new" "$w/new.deb"

refused "ONTO is missing" 'say where to' "$rebase"
refused "ONTO is nothing known" 'no file, no folder, and no ref' env ONTO=none "$rebase"
refused "nothing to go on with" 'no rebase to go on with' env CONTINUE=1 "$rebase"
refused "nothing to give up" 'no rebase to give up' env ABORT=1 "$rebase"
refused "a .deb: stops at the conflict, names patch, file and commands" \
	'patch 2 of 4: patches/10-ranges/0002-KVM-Two.patch.*build/rebase/virt/kvm/main.c \(1 places\).*git add virt/kvm/main.c.*make rebase CONTINUE=1' \
	env ONTO="$w/new.deb" "$rebase"
ok "... the first is carried over" eval '[ "$(rb log -1 --format=%s)" = "KVM: One" ]'
refused "a second one meanwhile" 'under way' env ONTO=base "$rebase"
refused "go on with the conflict unresolved" 'still in conflict.*main.c' env CONTINUE=1 "$rebase"
rb add virt/kvm/main.c
refused "go on with conflict markers left" 'markers are left.*main.c' env CONTINUE=1 "$rebase"
sed -i -e '/^<<<<<<</,/^=======/d' -e '/^>>>>>>>/d' "$co/build/rebase/virt/kvm/main.c"
rb add virt/kvm/main.c
sed -i '30s/.*/int later;/' "$co/build/rebase/virt/kvm/main.c"
refused "go on with a change that is not added" 'changes that are not added: .*virt/kvm/main.c.*git -C build/rebase add virt/kvm/main.c' env CONTINUE=1 "$rebase"
rb checkout -q virt/kvm/main.c
echo >"$co/build/rebase/virt/kvm/new.c"
ok "go on when it is resolved: to the end" says 'carried over: 3 of 4 patches' env CONTINUE=1 "$rebase"
ok "... says what git does not know" grep -q 'not in git.* virt/kvm/new.c' "$w/said"
rm "$co/build/rebase/virt/kvm/new.c"
branch=$(rb symbolic-ref --short HEAD)
ok "... the result" eval '[ "$(rb log --reverse --format=%s | tail -n 3 | paste -sd,)" = "KVM: One,KVM: Two,KVM: Three" ] && rb show HEAD:virt/kvm/main.c | grep -qx "int two;"'
ok "... a branch of build/linux, which is as before" eval 'lg rev-parse -q --verify "$branch" && [ "$(lg rev-parse gmem HEAD | sort -u)" = "$tip" ] && [ -z "$(lg status --porcelain)" ]'
ok "... each commit has its topic" eval '[ "$(rb log --reverse --notes=topic --format=%N | grep . | paste -sd,)" = 10-ranges,10-ranges,20-inplace ]'
ok "... patches/ is as before" eval '[ "$before" = "$(cd patches && find . -type f | sort | xargs sha256sum)" ]'
refused "another one while the result is there" 'worktree remove' env ONTO=base "$rebase"
ok "its removal" eval 'lg worktree remove build/rebase 2>/dev/null || lg worktree remove "$co/build/rebase"'
refused "the same again: its branch is there" "branch -D $branch" env ONTO="$w/new.deb" "$rebase"
lg branch -q -D "$branch"

tar -C "$w/new" -czf "$w/new.tar.gz" linux-source-9.1
refused "a tarball: the same conflict" 'patch 2 of 4' env ONTO="$w/new.tar.gz" "$rebase"
ok "... the same commit of it" eval '[ "$(rb symbolic-ref --short HEAD)" = "$branch" ]'
ok "leave the patch out" says 'carried over: 2 of 4' env SKIP=1 "$rebase"
ok "give up what is done" env ABORT=1 "$rebase"
ok "... nothing is left" eval '[ ! -e build/rebase ] && ! lg rev-parse -q --verify "$branch"'
refused "a folder: the same conflict" 'patch 2 of 4' env ONTO="$new" "$rebase"
ok "... the same commit of it" eval '[ "$(rb symbolic-ref --short HEAD)" = "$branch" ]'
ok "give up in the middle" env ABORT=1 "$rebase"
ok "... nothing is left" eval '[ ! -e build/rebase ] && ! lg rev-parse -q --verify "$branch" && [ "$(lg worktree list | wc -l)" = 1 ]'

# a git tree, without a conflict
kernel "$w/git" 9.1.3
sed -i '/^$/,$d' "$w/git/.gitignore"
sed -i '1i int first;' "$w/git/virt/kvm/main.c"
(cd "$w/git" && git init -q && git add -f . && git commit -q -m "some kernel")
theirs=$(git -C "$w/git" rev-parse HEAD)
ok "a git tree" says 'carried over: 4 of 4' env ONTO="$w/git" "$rebase"
ok "... on the user's own commit" eval '[ "$(rb rev-parse HEAD~4)" = "$theirs" ]'
branch=$(rb symbolic-ref --short HEAD)
lg worktree remove "$co/build/rebase"
lg branch -q -D "$branch"

# 9.2.0 has one name, wherever its commit is made: here, and by base.sh
ok "of one tree, rebase.sh and base.sh make one commit" eval '
	tar -C "$w/new" -cf "$w/9.2.tar" linux-source-9.1
	! env ONTO="$w/9.2.tar" "$rebase" &&
	theirs=$(cat "$(rb rev-parse --absolute-git-dir)/gmem-onto") &&
	ABORT=1 "$rebase" &&
	sed -i.old -e "s/^version=.*/version=9.2.0/" BASE &&
	[ "$(git -C "$(env GMEM_BASE="$w/9.2.tar" scripts/series/base.sh)" log -1 --format="%H %s")" = "$theirs Linux v9.2" ] &&
	mv BASE.old BASE'

# a ref of build/linux
lg branch other base
ok "a ref of build/linux" says 'carried over: 4 of 4' env ONTO=other "$rebase"
ok "... the same commits as in the series" eval '[ "$(rb rev-parse HEAD)" = "$(git -C "$(scripts/series/applied.sh)" rev-parse HEAD)" ]'
finished
