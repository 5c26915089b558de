# shellcheck shell=bash disable=SC2012,SC2034
# Sourced by the tests of the series tooling.  Makes, in a scratch folder, a made-up
# kernel of a few files packed as Debian packs the real one, and a copy of this
# repository's scripts with a BASE that names it: $w/co.  Everything is
# thrown away at the end.  Brings tap.sh along.
#
# Longer than two screens: half of it is the made-up kernel, file by file.

w=$(mktemp -d)
trap 'rm -rf "$w"' EXIT
export GMEM_CACHE=$w/cache HOME=$w/home
unset XDG_CACHE_HOME GMEM_HOLDS GMEM_PATIENCE GMEM_MIRROR GMEM_SNAPSHOT
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/tap.sh"
forget_parameters
here=$top/scripts
mkdir -p "$w/home" "$w/co/build" "$w/co/patches"
# The user's settings that would spoil patches, if they counted.
cat >"$w/home/.gitconfig" <<'END'
[user]
	name = A U Thor
	email = author@example.com
[diff]
	noprefix = true
	context = 1
	algorithm = patience
	renames = copies
[format]
	signature = spoilt
	subjectPrefix = SPOILT
	numbered = true
	notes = true
[core]
	autocrlf = false
	excludesFile = ~/ignore
[apply]
	whitespace = fix
[advice]
	detachedHead = false
[init]
	defaultBranch = main
END
printf '*\n' >"$w/home/ignore"

says() { # PATTERN COMMAND...: it succeeds and says this
	local pattern=$1
	shift
	"$@" >"$w/said" 2>&1 || { cat "$w/said"; return 1; }
	grep -qE -- "$pattern" "$w/said" || { cat "$w/said"; return 1; }
}
finished() { done_testing; }

# --- the made-up kernel -------------------------------------------------------

# kernel FOLDER VERSION.PATCHLEVEL.SUBLEVEL
kernel() {
	local f=$1 v=$2 i
	mkdir -p "$f"/{arch/x86/kvm,virt/kvm,include/linux,Documentation/virt}
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = %s\nEXTRAVERSION =\n' \
		"$(cut -d. -f1 <<<"$v")" "$(cut -d. -f2 <<<"$v")" "$(cut -d. -f3 <<<"$v")" >"$f/Makefile"
	# As much of the build system, and of checkpatch, as check.sh talks to.
	cat >>"$f/Makefile" <<'END'
C := $(if $(W),-Wall)
%config: ; @touch $(O)/.config
prepare: ; @:
headers: ; @:
arch/x86/kvm/: arch/x86/kvm/x86.o virt/kvm/main.o ; @:
%.o: ; @mkdir -p $(dir $(O)/$@) && $(CC) $(C) -Iinclude -c -o $(O)/$@ $*.c
.PHONY: %.o
END
	mkdir -p "$f/scripts/kconfig"
	# The makefile that has the objects, and how check.sh asks for them.
	echo : >"$f/arch/x86/kvm/Kbuild"
	printf "%s\n" "real-obj-y := arch/x86/kvm/x86.o arch/x86/kvm/../../../virt/kvm/main.o" >"$f/scripts/Makefile.build"
	printf '#!/bin/sh\n' >"$f/scripts/kconfig/merge_config.sh"
	chmod +x "$f/scripts/kconfig/merge_config.sh"
	cat >"$f/scripts/checkpatch.pl" <<'END'
@ARGV = grep { !/^--/ } @ARGV;
while (<>) { print "$ARGV:$.: WARNING:UGLY: ugly line\n" if /^\+.*ugly/; print "$ARGV:$.: CHECK:ODD: odd $1\n" if /^\+.*odd(.)/ }
END
	# And of what tells whom to write to.
	cat >"$f/scripts/get_maintainer.pl" <<'END'
#!/bin/sh
cat >/dev/null
echo "Main Tainer (Made-up) <main@example.org> (maintainer:KVM (x86),open list)"
echo "rev@example.org (reviewer:KVM)"
echo "list@example.org (open list:KVM (x86))"
END
	cat >"$f/scripts/kernel-doc" <<'END'
#!/bin/sh
for f; do
	[ ! -f "$f" ] || grep -n baddoc "$f" | sed "s|^\([0-9]*\):.*|Warning: $f:\1 bad|"
done
END
	chmod +x "$f/scripts/get_maintainer.pl" "$f/scripts/kernel-doc"
	for i in $(seq 60); do
		echo "int line$i;"
	done | tee "$f/virt/kvm/main.c" "$f/arch/x86/kvm/x86.c" >"$f/include/linux/kvm.h"
	echo "text" >"$f/Documentation/virt/api.rst"
	: >"$f/empty.c"
	: >"$f/.clang-format"
	printf '#!/bin/sh\n' >"$f/run.sh"
	chmod +x "$f/run.sh"
	ln -s ../virt/kvm/main.c "$f/arch/link.c"
	printf '.*\n!.gitignore\n*.o\n\n#\n# Debian packaging: ours only\n#\n/*\n!/debian/\n' >"$f/.gitignore"
}

# deb FOLDER FILE [VERSION]: packs a kernel as linux-source-* does.
deb() {
	local d=$w/deb.$RANDOM v=${3:-9.1.2} xy
	xy=${v%.*}
	mkdir -p "$d/usr/src"
	tar -C "$(dirname "$1")" --sort=name --owner=0 --group=0 --mtime=@1000 -cJf "$d/usr/src/linux-source-$xy.tar.xz" "$(basename "$1")"
	tar -C "$d" --sort=name --owner=0 --group=0 --mtime=@1000 -cJf "$d/data.tar.xz" ./usr
	printf '2.0\n' >"$d/debian-binary"
	mkdir "$d/c"
	printf 'Package: linux-source-%s\nVersion: %s-1\nArchitecture: all\nMaintainer: x <x@y>\nDescription: x\n' "$xy" "${v%.0}" >"$d/c/control"
	tar -C "$d/c" -cJf "$d/control.tar.xz" ./control
	rm -f "$2"
	(cd "$d" && ar qcD "$2" debian-binary control.tar.xz data.tar.xz)
	rm -rf "$d"
}

# commit_of FOLDER VERSION [DATE]: the base commit, made by nothing but git's own
# add and commit, to compare with.
commit_of() {
	local d=$w/plain.$RANDOM date=${3:-2026-01-02T03:04:05Z}
	cp -a "$1" "$d"
	sed -i '/^$/,$d' "$d/.gitignore"
	(
		export GIT_AUTHOR_NAME="linux-gmem base" GIT_AUTHOR_EMAIL=base@localhost GIT_AUTHOR_DATE=$date
		export GIT_COMMITTER_NAME="linux-gmem base" GIT_COMMITTER_EMAIL=base@localhost GIT_COMMITTER_DATE=$date
		cd "$d"
		git init -q
		git -c core.excludesFile=/dev/null add -A -f
		git commit -q -m "Linux v${2%.0}"
		git rev-parse HEAD 'HEAD^{tree}' | paste -sd' '
	)
	rm -rf "$d"
}

kernel "$w/linux-source-9.1" 9.1.2
deb "$w/linux-source-9.1" "$w/base.deb"
read -r commit tree < <(commit_of "$w/linux-source-9.1" 9.1.2)
cp -r "$top"/{scripts,selftests} "$w/co/"
rm -f "$w/co/scripts/check/allow" "$w/co/scripts/check/passed"
co=$w/co
linux=$co/build/linux
cat >"$co/BASE" <<END
version=9.1.2
package=linux-source-9.1
package_version=9.1.2-1
suite=test
file=linux-source-9.1_9.1.2-1_all.deb
sha256=$(sha256sum <"$w/base.deb" | cut -c1-64)
tarball=usr/src/linux-source-9.1.tar.xz
date=2026-01-02T03:04:05Z
commit=$commit
tree=$tree
END
mkdir -p "$w/cache/dl"
cached=$w/cache/dl/$(sed -n 's/^sha256=//p' "$co/BASE").deb
package_in_cache() { mkdir -p "$w/cache/dl"; cp "$w/base.deb" "$cached"; }
# The cache holds nothing, finished or not.
nothing_kept() { [ "$(find "$w/cache"/{git,dl,unverified} -mindepth 1 2>/dev/null | wc -l)" = 0 ]; }

# change FILE LINE TEXT SUBJECT [OPTION...]: a commit in build/linux.
change() {
	local file=$1 line=$2 text=$3 subject=$4
	shift 4
	sed -i "${line}s/.*/$text/" "$linux/$file"
	git -C "$linux" commit -q -a -s -m "$subject" "$@"
}
