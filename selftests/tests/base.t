#!/bin/bash
# scripts/series/base.sh and scripts/host/apt.sh: where the base comes from, what is refused.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
cd "$co"
base=$co/scripts/series/base.sh
is_base() { # REPO: holds the pinned base
	[ "$(git -C "$1" rev-parse HEAD)" = "$commit" ] && git -C "$1" fsck --strict >/dev/null 2>&1
}
fresh() { rm -rf "$w/cache"; }

# the cache
package_in_cache
ok "made from the cached package" says 'base-.*\.git$' "$base"
ok "it is the commit that plain git makes" is_base "$("$base")"
ok "with the files that its own ignore list hides" git -C "$("$base")" cat-file -e HEAD:.clang-format
ok "base.git is a link to it" is_base "$w/cache/git/base.git"
ok "one pack, nothing loose" eval '[ "$(git -C "$w/cache/git/base.git" count-objects -v | sed -n "s/^\(count\|packs\): //p" | paste -sd,)" = 0,1 ]'
ok "the second time nothing is made" eval '[ -z "$("$base" 2>&1 >/dev/null)" ]'
fresh
mkdir -p "$w/cache/dl"
head -c 1000 "$w/base.deb" >"$cached"
refused "a damaged cached package is removed, not used" 'damaged: removed' env GMEM_APT_ETC=/nonexistent "$base"
ok "... and is gone" not test -e "$cached"

# what the user names
fresh
ok "GMEM_BASE: the package" is_base "$(GMEM_BASE=$w/base.deb "$base" 2>/dev/null)"
fresh
kernel "$w/other/linux-source-9.1" 9.1.2
echo "other" >>"$w/other/linux-source-9.1/virt/kvm/main.c"
deb "$w/other/linux-source-9.1" "$w/other.deb"
refused "GMEM_BASE: another package" "expected sha256 $(sed -n 's/^sha256=//p' BASE).*found +sha256 $(sha256sum <"$w/other.deb" | cut -c1-64)" \
	env GMEM_BASE="$w/other.deb" "$base"
ok "... nothing is kept" nothing_kept
sed -i 's/^commit=.*/commit=1111111111111111111111111111111111111111/' BASE
refused "the package must give BASE's commit" "expected 1111111111.*found +$commit" env GMEM_BASE="$w/base.deb" "$base"
ok "... nothing is kept" nothing_kept
sed -i "s/^commit=.*/commit=$commit/" BASE
tar -C "$w/other" -cJf "$w/other.tar.xz" linux-source-9.1
ok "GMEM_BASE: a tarball of another tree of that version" says "not the pinned $commit" env GMEM_BASE="$w/other.tar.xz" "$base"
ok "... in a place of its own" not test -e "$w/cache/git/base-${commit:0:12}.git"
ok "... known the second time" eval '[ "$(GMEM_BASE=$w/other.tar.xz "$base" 2>&1 | wc -l)" = 2 ]'
tar -C "$w" -cf "$w/same.tar" linux-source-9.1
ok "GMEM_BASE: a tarball of the same tree is the pinned base" is_base "$(GMEM_BASE=$w/same.tar "$base" 2>/dev/null)"
fresh
kernel "$w/old/linux-8.0.1" 8.0.1
tar -C "$w/old" -czf "$w/old.tar.gz" linux-8.0.1
refused "GMEM_BASE: a tarball of another version" 'expected Linux 9\.1\.2.*found +Linux 8\.0\.1' env GMEM_BASE="$w/old.tar.gz" "$base"
ok "... nothing is kept" nothing_kept
refused "GMEM_BASE: a plain folder" 'not a git tree' env GMEM_BASE="$w/other" "$base"
refused "GMEM_BASE: nothing there" 'cannot read|No such file' env GMEM_BASE="$w/none" "$base"
(cd "$w/linux-source-9.1" && git init -q && sed -i '/^$/,$d' .gitignore &&
	git -c core.excludesFile=/dev/null add -A -f && git commit -q -m "of my own")
ok "GMEM_BASE: a git tree of the same contents is the pinned base" is_base "$(GMEM_BASE=$w/linux-source-9.1 "$base" 2>/dev/null)"
ok "... without the user's commit" eval '[ "$(git -C "$w/cache/git/base.git" rev-list --all --count)" = 1 ]'
rm -rf "$w/linux-source-9.1/.git"
fresh

# two runs at once
package_in_cache
for i in 1 2 3; do
	"$base" >"$w/run.$i" 2>"$w/err.$i" &
done
wait
ok "three runs meet: all have it" eval 'for i in 1 2 3; do is_base "$(cat "$w/run.$i")"; done'
ok "... one of them made it" eval '[ "$(cat "$w"/err.? | grep -c "making one commit")" = 1 ]'
ok "... nothing is left over" eval '[ -z "$(ls "$w/cache/unverified")" ]'
fresh

# Debian's archive: a small one of our own, signed with a key of our own
gpg=(gpg --homedir "$w/gpg" --batch -q --pinentry-mode loopback --passphrase '')
have_gpg=
if command -v gpg >/dev/null && command -v apt-get >/dev/null; then
	mkdir -m 700 "$w/gpg"
	"${gpg[@]}" --quick-gen-key 'test key <test@example.com>' ed25519 sign never 2>/dev/null &&
		"${gpg[@]}" --export >"$w/keys.gpg" && have_gpg=1
fi
archive() { # DEB...: an archive with these packages, at $w/debian
	local d=$w/debian/dists/test/main a f name
	rm -rf "$w/debian"
	mkdir -p "$w/debian/pool"
	a=$(dpkg --print-architecture)
	mkdir -p "$d/binary-$a"
	for f; do
		name=pool/$(dpkg-deb -W --showformat='${Package}_${Version}_${Architecture}' "$f").deb
		cp "$f" "$w/debian/$name"
		dpkg-deb -f "$f"
		printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$name" "$(stat -c %s "$f")" "$(sha256sum <"$f" | cut -c1-64)"
	done >"$d/binary-$a/Packages"
	{
		printf 'Suite: test\nCodename: test\nArchitectures: %s\nComponents: main\nDate: %s\nSHA256:\n' "$a" "$(date -Ru | sed 's/+0000/UTC/')"
		printf ' %s %s main/binary-%s/Packages\n' "$(sha256sum <"$d/binary-$a/Packages" | cut -c1-64)" "$(stat -c %s "$d/binary-$a/Packages")" "$a"
	} >"$w/debian/dists/test/Release"
	"${gpg[@]}" --clearsign -o "$w/debian/dists/test/InRelease" "$w/debian/dists/test/Release"
	rm "$w/debian/dists/test/Release"
}
# config_deb VERSION FILE: packs a config as linux-config-* does.
config_deb() {
	local d=$w/config.$1 v=$1
	mkdir -p "$d/DEBIAN" "$d/usr/src/linux-config-${v%.*}"
	printf 'Package: linux-config-%s\nVersion: %s-1\nArchitecture: %s\nMaintainer: x <x@y>\nDescription: x\n' "${v%.*}" "${v%.0}" "$(dpkg --print-architecture)" >"$d/DEBIAN/control"
	echo "CONFIG_X=y" | xz >"$d/usr/src/linux-config-${v%.*}/config.amd64_none_amd64.xz"
	echo "CONFIG_X=m" | xz >"$d/usr/src/linux-config-${v%.*}/config.amd64_none_rt-amd64.xz"
	dpkg-deb -b "$d" "$2" >/dev/null
}
if [ -n "$have_gpg" ]; then
	archive "$w/base.deb"
	mkdir -p "$w/etc/sources.list.d"
	cat >"$w/etc/sources.list.d/x.sources" <<END
Types: deb
URIs: file://$w/elsewhere
Suites: test

# the right one, in the middle of a list
Types: deb deb-src
URIs:
 file://$w/nowhere
 file://$w/debian
Suites: test
END
	export GMEM_APT_ETC=$w/etc GMEM_APT_KEYRING=$w/keys.gpg
	ok "Debian: from the archive that the machine's .sources name" is_base "$("$base" 2>/dev/null)"
	ok "... kept under its hash" cmp "$cached" "$w/base.deb"
	fresh
	rm "$w/etc/sources.list.d/x.sources"
	echo "deb [arch=amd64 trusted=yes] file://$w/debian test main # x" >"$w/etc/sources.list"
	ok "Debian: from a one-line sources.list" is_base "$("$base" 2>/dev/null)"
	fresh
	archive "$w/other.deb"
	refused "Debian: another file under that name" "expected sha256.*found +sha256" "$base"
	ok "... nothing is kept" nothing_kept
	archive "$w/base.deb"
	sed -i 's/^Suite: test/Suite: best/' "$w/debian/dists/test/InRelease"
	refused "Debian: a bad signature, even if the machine trusts that source" 'that Debian signed' "$base"
	ok "... nothing is kept" nothing_kept
	archive "$w/base.deb"
	: >"$w/nokeys.gpg"
	refused "Debian: signed by nobody we know" 'that Debian signed' env GMEM_APT_KEYRING="$w/nokeys.gpg" "$base"

	# make base: another kernel
	fresh
	cp BASE "$w/BASE"
	printf '# Of the packages.\n%s\n' sha1=1 config_{package,file,sha256,sha1}=1 config_path=usr/src/linux-config-9.1/config.amd64_none_amd64.xz | sed '3,$s/^# Of.*//; /^$/d' >>BASE
	printf 'It is v9.1.2.\n' >README.md
	printf 'Not v9.1.20 and not 19.1.2.\n' >other.md
	printf 'See main.c:12; %s.\n' "${commit:0:12}" >findings.md
	git init -q
	git add -f BASE README.md other.md findings.md && git commit -q -m start
	cp BASE "$w/before"
	kernel "$w/new/linux-source-9.2" 9.2.0
	echo "int new;" >>"$w/new/linux-source-9.2/virt/kvm/main.c"
	deb "$w/new/linux-source-9.2" "$w/new.deb" 9.2.0
	config_deb 9.2.0 "$w/new-config.deb"
	deb "$w/new/linux-source-9.2" "$w/lies.deb" 9.3.1
	# BASE is untouched, and the cache is.
	untouched() { cmp BASE "$w/before" && [ ! -e BASE.new ] && nothing_kept; }
	new_base=scripts/series/new-base.sh
	archive "$w/base.deb" "$w/new.deb" "$w/lies.deb"
	refused "make base: which one?" 'say which kernel: make base TO=' "$new_base"
	refused "make base: TO is no version" 'TO=9\.2 is no kernel.*three numbers' env TO=9.2 "$new_base"
	refused "make base: SUITE is no suite" 'SUITE=-x is no suite' env TO=9.2.0 SUITE=-x "$new_base"
	refused "make base: an argument" 'does not take "9.2.0"' env TO=9.2.0 "$new_base" 9.2.0
	refused "make base: the same as now" 'BASE is Linux 9\.1\.2 already' env TO=9.1.2 "$new_base"
	refused "make base: no such kernel; names those that there are" 'linux-source-9.2 [|] +9.2-1 .*cannot get linux-source-9\.4=9\.4\.1-\* from test' env TO=9.4.1 "$new_base"
	refused "make base: another version of it; names that" 'linux-source-9.2 [|] +9.2-1 .*cannot get linux-source-9\.2=9\.2\.5-' env TO=9.2.5 "$new_base"
	refused "make base: no such suite" 'has no nowhere that Debian signed' env TO=9.2.0 SUITE=nowhere "$new_base"
	refused "make base: the package holds another kernel than it says" 'does not hold Linux 9\.3\.1, but Linux 9\.2\.0' env TO=9.3.1 "$new_base"
	refused "make base: there is no config" 'cannot get linux-config-9\.2=9\.2-1 from test' env TO=9.2.0 "$new_base"
	ok "... nothing is changed by any of them" untouched
	archive "$w/base.deb" "$w/new.deb" "$w/new-config.deb"
	sed -i '/^config_sha1=/d' BASE
	refused "make base: BASE has uncommitted changes" 'BASE has uncommitted changes' env TO=9.2.0 "$new_base"
	git commit -q -a -m "no such field"
	refused "make base: BASE lacks a field" 'BASE has no field config_sha1' env TO=9.2.0 "$new_base"
	ok "... BASE is as it was" eval '[ -z "$(git status --porcelain BASE)" ] && [ ! -e BASE.new ]'
	git reset -q --hard HEAD^
	fresh
	ok "make base" says "^BASE is Linux 9\.2\.0 now .linux-source-9.2 9.2-1 of test." env TO=9.2.0 TZ=Asia/Tokyo "$new_base"
	said=$(cat "$w/said")
	read -r new_commit new_tree < <(commit_of "$w/new/linux-source-9.2" 9.2.0 1970-01-01T00:16:40Z)
	sed -e 's/9\.1\.2-1/9.2-1/; s/9\.1\.2/9.2.0/; s/-9\.1/-9.2/; s/^date=.*/date=1970-01-01T00:16:40Z/' \
		-e "s/^commit=.*/commit=$new_commit/; s/^tree=.*/tree=$new_tree/" \
		-e "s/^sha256=.*/sha256=$(sha256sum <"$w/new.deb" | cut -c1-64)/; s/^sha1=.*/sha1=$(sha1sum <"$w/new.deb" | cut -c1-40)/" \
		-e "s/^config_sha256=.*/config_sha256=$(sha256sum <"$w/new-config.deb" | cut -c1-64)/; s/^config_sha1=.*/config_sha1=$(sha1sum <"$w/new-config.deb" | cut -c1-40)/" \
		-e "s/^config_package=.*/config_package=linux-config-9.2/; s/^config_file=.*/config_file=linux-config-9.2_9.2-1_$(dpkg --print-architecture).deb/" "$w/before" >"$w/wanted"
	is "... BASE has it all, its comments too" "$(cat "$w/wanted")" "$(cat BASE)"
	like "... names the file that has the old version, not one with another" "README\.md: 1 +findings\.md: 1 +To see" "$(tr '\n' ' ' <<<"$said")"
	like "... pages with line numbers" 'which move: +findings\.md +These' "$(tr '\n' ' ' <<<"$said")"
	# The head of each script that records something names the file.
	(cd "$top" && grep -rhE '^# +RECORD=1' scripts selftests cocci) | sed -nE 's,^# +RECORD=1.* ((scripts|selftests|cocci)/[^ :\,]*).*,\1,p' >"$w/records"
	ok "... each result that a script records" eval '[ "$(wc -l <"$w/records")" -ge 3 ] && ! grep -vFf <(sed -n "s/^    \([^ ]*\) .* make .*/\1/p" <<<"$said") "$w/records"'
	ok "... the commit is there, and needs no archive" eval '[ "$(GMEM_APT_ETC=/nonexistent "$base" 2>"$w/err" | sed "s/.*base-//")" = "${new_commit:0:12}.git" ] && [ ! -s "$w/err" ]'
	ok "... the config, too" eval '[ "$(cat "$(GMEM_APT_ETC=/nonexistent scripts/package/distro-config.sh)")" = CONFIG_X=y ]'
	git commit -q -a -m "9.2.0"
	ok "... later: what is stale since that commit" eval 'says "name Linux 9\.1\.2" scripts/series/stale.sh HEAD^ && not scripts/series/stale.sh HEAD'
	rm -rf .git README.md other.md findings.md
	cp "$w/BASE" BASE
	fresh

	# kernel.org
	export GMEM_APT_ETC=/nonexistent GMEM_KERNELORG=file://$w/kernel.org
	mkdir "$w/kernel.org"
	mv "$w/linux-source-9.1" "$w/linux-9.1.2"
	rm -f "$w/linux-9.1.2/.gitignore"
	tar -C "$w" -cf "$w/kernel.org/linux-9.1.2.tar" linux-9.1.2
	"${gpg[@]}" --detach-sign -o "$w/kernel.org/linux-9.1.2.tar.sign" "$w/kernel.org/linux-9.1.2.tar"
	cp "$w/kernel.org/linux-9.1.2.tar" "$w/good.tar"
	xz "$w/kernel.org/linux-9.1.2.tar"
	refused "kernel.org: without keys, says what to give" 'GMEM_KERNELORG_KEYRING=FILE' "$base"
	export GMEM_KERNELORG_KEYRING=$w/keys.gpg
	ok "kernel.org: signed" says 'base-.*\.git' "$base"
	ok "... known the second time" eval '[ "$("$base" 2>&1 | wc -l)" = 2 ]'
	fresh
	# A .0 release: its tarball is called 9.2.
	kernel "$w/linux-9.2" 9.2.0
	tar -C "$w" -cf "$w/kernel.org/linux-9.2.tar" linux-9.2
	"${gpg[@]}" --detach-sign -o "$w/kernel.org/linux-9.2.tar.sign" "$w/kernel.org/linux-9.2.tar"
	xz "$w/kernel.org/linux-9.2.tar"
	sed -i 's/^version=.*/version=9.2.0/' BASE
	ok "kernel.org: 9.2.0 is linux-9.2.tar.xz there" says 'base-.*\.git' "$base"
	is "... and v9.2" "Linux v9.2" "$(git -C "$("$base" 2>/dev/null)" log -1 --format=%s)"
	sed -i 's/^version=.*/version=9.1.2/' BASE
	fresh
	echo >>"$w/good.tar"
	xz -c "$w/good.tar" >"$w/kernel.org/linux-9.1.2.tar.xz"
	refused "kernel.org: altered" 'bad signature' "$base"
	ok "... nothing is kept" nothing_kept
	rm "$w/kernel.org/linux-9.1.2.tar.sign"
	refused "kernel.org: unsigned" 'unsigned' "$base"
	ok "... nothing is kept" nothing_kept
else
	skip "Debian and kernel.org" "needs gpg and apt-get"
fi
finished
