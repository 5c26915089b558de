#!/bin/bash
# The commands of CONTRIBUTING.md and docs/, typed one after the other on a made-up kernel.  A
# line that is not to be typed says so: "# not run".

# shellcheck disable=SC2016,SC2034,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
rm "$w/home/ignore" # the user types git add here
cp "$top/Makefile" "$co/"
docs=$top/docs
"$here/host/deps.sh" secureboot
cd "$co"
package_in_cache
lg() { git -C "$linux" "$@"; }
scripts/series/tree.sh 2>/dev/null
change virt/kvm/main.c 10 'int one;' "KVM: One"
lg topic 10-ranges 2>/dev/null
change virt/kvm/main.c 20 'int two;' "KVM: Two"
scripts/series/export.sh 2>/dev/null
git init -q
echo /build/ >.gitignore
git add -A && git commit -q -m start

# Another kernel, in which the second patch is in conflict.
kernel "$w/linux" 9.2.0
sed -i '/^$/,$d' "$w/linux/.gitignore"
sed -i 's/^int line20;/int upstream;/' "$w/linux/virt/kvm/main.c"
(cd "$w/linux" && git init -q && git add -f . && git commit -q -m "some kernel")

# commands FILE: what stands between ```sh and ```.
commands() { sed -n '/^```sh$/,/^```$/{/^```/!p}' "$1"; }
resolve() { sed -i -e '/^<<<<<<</,/^=======/d' -e '/^>>>>>>>/d' "$co/build/rebase/virt/kvm/main.c"; }

# What one writes into BASE.
new_base() {
	local commit tree
	kernel "$w/new/linux-source-9.1" 9.2.0
	cp "$w/linux/virt/kvm/main.c" "$w/new/linux-source-9.1/virt/kvm/"
	deb "$w/new/linux-source-9.1" "$w/base.deb"
	read -r commit tree < <(commit_of "$w/new/linux-source-9.1" 9.2.0)
	sed -i -e 's/^version=.*/version=9.2.0/' -e "s/^commit=.*/commit=$commit/" -e "s/^tree=.*/tree=$tree/" \
		-e "s/^sha256=.*/sha256=$(sha256sum <"$w/base.deb" | cut -c1-64)/" BASE
	cp "$w/base.deb" "$w/cache/dl/$(sed -n 's/^sha256=//p' BASE).deb"
}

# typed COMMAND: in this shell, as cd and variables last.
typed() {
	local line=$1
	line=${line//\/path\/to\/linux/$w/linux}
	line=${line//kvm_main.c/main.c}
	case $line in
	*'add virt'*) resolve ;;
	*'"$(scripts/series/base.sh)"'*) new_base ;;
	esac
	case $line in
	'make rebase ONTO='*) ! eval "$line" && [ -n "$(git -C "$co/build/rebase" diff --name-only --diff-filter=U)" ] ;;
	*) eval "$line" ;;
	esac
}

export GIT_PAGER=cat
# What signing.md finds: a token, and a kernel, in place of which is a small EFI program.
mkdir "$w/tokens"
printf "directories.tokendir = %s\nlog.level = ERROR\n" "$w/tokens" >"$w/softhsm.conf"
export SOFTHSM2_CONF=$w/softhsm.conf
unset "${!GMEM_SB_@}" PKCS11_MODULE_PATH

for doc in rebase release signing install fleet CONTRIBUTING; do
	file=$docs/$doc.md
	[ -e "$file" ] || file=$top/$doc.md
	cd "$co"
	[ "$doc" != CONTRIBUTING ] || { mkdir docs && cp "$docs/tests.md" docs/; }
	[ "$doc" != signing ] || cp /usr/lib/systemd/boot/efi/linuxx64.efi.stub vmlinuz
	while IFS= read -r line <&3; do
		case $line in
		'') ;;
		*'# not run'*)
			echo "# $doc.md: $line"
			;;
		*) ok "$doc.md: $line" typed "$line" ;;
		esac
	done 3< <(commands "$file")
	# Did they do what the text says?
	case $doc in
	rebase)
		ok "rebase.md: the result is patches for somebody else" eval '[ "$(ls build/for-them | wc -l)" = 2 ]'
		ok "rebase.md: the series is exported from the new base" eval '[ "$(cat patches/tree)" = "$(lg rev-parse HEAD^{tree})" ] && [ "$(lg show HEAD:Makefile | sed -n 2p)" = "PATCHLEVEL = 2" ] && [ "$(wc -l <patches/series)" = 2 ] && [ -z "$(git status --porcelain)" ]'
		ok "rebase.md: nothing is left over" eval '[ ! -e build/rebase ] && [ "$(lg branch | wc -l)" = 2 ]'
		;;
	release) ok "release.md: the archive has the series" eval 'tar -tf build/linux-gmem-v7.3.4-gmem1.tar.gz linux-gmem-v7.3.4-gmem1/patches/series' ;;
	signing) ok "signing.md: four signed kernels" eval 'for f in signed token offline pesign; do sbverify --cert kernel.pem vmlinuz.$f || exit; done' ;;
	esac
done
# The kernel's messages that install.md promises are the kernel's.
real=$top/build/linux
while read -r message; do
	ok "install.md: the kernel says: $message" eval 'grep -rqF -e "$message" "$real"/arch/x86/virt/svm "$real"/arch/x86/kvm/svm "$real"/drivers/iommu/amd "$real"/drivers/crypto/ccp'
done < <(sed -n '/^## Reboot/,/^## What to watch/s/^| `\([^`]*\)` |.*/\1/p' "$docs/install.md" | sed -e 's/^SNP: //' -e 's/^SEV-SNP: //; s/^AMD-Vi: //; s/^kvm_amd: //' -e 's/SEV-SNP enabled (ASIDs /SEV-SNP %s (ASIDs /')
# Every command in the text is in a block that is typed, or is one that the blocks have.
ok "no command line stands outside of the blocks" eval '! sed "/^\`\`\`[a-z]/,/^\`\`\`\$/d" "$docs"/{rebase,release,signing,install,fleet}.md | grep -E "^(    |\\$ )"'
finished
