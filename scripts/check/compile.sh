#!/bin/bash
# compile.sh [--sparse] FLAVOUR TARGET...
#
# Prints what the compiler says with W=1, or sparse, of TARGET in $cache/src, as it is now
# (hold the lock "src"), in the configuration of FLAVOUR.  warnings.sh calls it.
#
# Longer than two screens: half of it finds out what a configuration compiles at all.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/git.sh
. "$top/scripts/lib/git.sh"
# shellcheck source=scripts/lib/kbuild.sh
. "$top/scripts/lib/kbuild.sh"

sparse=
[ "${1:-}" != --sparse ] || { sparse=$("$top/scripts/host/sparse.sh") && shift; }
[ $# -ge 2 ] || usage "$*"
flavour=$1
shift
src=$cache/src
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
# A warning is counted, and is no error.  kernel-doc is a check of its own.
kmake+=(CONFIG_WERROR= CONFIG_KVM_WERROR= cmd_checkdoc=)

# prepare: $obj gets the configuration, and what is generated from it.  The programs
# that run on the host are the same for all flavours: they are copied, with the
# folder's name that make knows them by.
prepare() {
	local stamp other=$cache/obj/check-slim
	stamp="$(pgit -C "$src" ls-files -s -- '*Kconfig*' | key) $(cat "${fragments[@]}" | key)"
	[ "$stamp" != "$(cat "$obj/.gmem" 2>/dev/null)" ] || return 0
	if [ ! -e "$obj" ] && [ -e "$other/.gmem" ] && [ -e "$other/tools" ]; then
		mkdir "$obj"
		cp -a "$other/scripts" "$other/tools" "$obj/"
		find "$obj" -name '.*.cmd' -exec sed -i "s|$other/|$obj/|g" {} +
	fi
	rm -f "$obj/.gmem"
	# Without config/debian.config: most of these have no EFI.
	mkdir -p "$obj"
	"${kmake[@]}" "$start"
	scripts/kconfig/merge_config.sh -m -O "$obj" "$obj/.config" "${fragments[@]}"
	"${kmake[@]}" olddefconfig
	check_config "$obj/.config" "${fragments[@]}"
	"${kmake[@]}" prepare
	echo "$stamp" >"$obj/.gmem"
}

# objects FOLDER: those that its makefile has in this configuration.
objects() {
	# shellcheck disable=SC2016 # make's
	make -s -C "$obj" -f "$src/scripts/Makefile.build" "srctree=$src" "srcroot=$src" \
		objtree=. "VPATH=$src" SRCARCH=x86 need-modorder=1 "obj=$1" \
		--eval='gmem-list: ; @printf "%s\n" $(real-obj-y) $(real-obj-m) $(lib-y)' gmem-list |
		sed -n '/\.o$/p' | xargs -r realpath -m --relative-to=.
}

# folder_of OBJECT: the folder whose makefile has it.
folder_of() {
	local dir=${1%/*}
	[[ $dir/ != virt/kvm/* ]] || dir=arch/x86/kvm
	until [ -e "$src/$dir/Kbuild" ] || [ -e "$src/$dir/Makefile" ] || [[ $dir != */* ]]; do
		dir=${dir%/*}
	done
	echo "$dir"
}

# configured TARGET...: those of them that the configuration has.  make compiles a
# single object even if it has not, and some cannot be compiled then.  Tests in
# lib/ are in no configuration, and are compiled with slim.
configured() {
	local t
	for t; do
		case $flavour:$t in
		*/ | slim:lib/*) ;;
		*)
			objects "$(folder_of "$t")" >"$tmp/objects"
			grep -qxF -- "$t" "$tmp/objects" || continue
			;;
		esac
		printf '%s\n' "$t"
	done
}

cd "$src"
if [ "$*" = selftests ]; then
	# Where those for the test machine are made, in the same words: ccache has them.
	rm -rf obj-kselftests/kvm
	kselftests "$src/obj-kselftests" "$tmp/selftests"
	exit
fi
obj=$cache/obj/check-$flavour
if [[ $flavour = *i386 ]]; then kmake+=(ARCH=i386); else kmake+=(ARCH=x86_64); fi
kmake+=("O=$obj")
flavour "$flavour" bare
prepare
configured "$@" >"$tmp/targets"
# KVM's folder has its objects in virt/kvm, too.  Asked for both, make compiles these
# twice at the same time, into the same files.
! grep -qx 'arch/x86/kvm/' "$tmp/targets" ||
	{ grep -v -E '^(arch/x86|virt)/kvm/.*\.o$' "$tmp/targets" >"$tmp/once" && mv "$tmp/once" "$tmp/targets"; }
if [ -n "$sparse" ]; then
	# Nothing is compiled.  KVM has so many constants cut to size that they would
	# hide all else.
	kmake+=(--no-silent C=2 "CHECK=$sparse" CF=-Wno-cast-truncate if_changed_rule=)
	while read -r t; do
		case $t in
		*/) objects "${t%/}" ;;
		*) echo "$t" ;;
		esac
	done <"$tmp/targets" >"$tmp/files"
	mv "$tmp/files" "$tmp/targets"
fi
mapfile -t list <"$tmp/targets"
[ ${#list[@]} -gt 0 ] || exit 0
# All of it (ccache has the most), so that all warnings are seen, not only those of
# what make finds out of date.  And make reads what was compiled before of a folder: a
# file that was being written when a run was ended would fail all runs after it.
find "$obj/arch/x86/kvm" "$obj/virt/kvm" -name '.*.o.cmd' -delete 2>/dev/null || :
for t in "${list[@]}"; do
	case $t in
	arch/x86/kvm/) find "$obj/arch/x86/kvm" "$obj/virt/kvm" -name '*.o' -delete 2>/dev/null || : ;;
	*/) find "$obj/$t" -name '*.o' -delete 2>/dev/null || : ;;
	*) rm -f "$obj/$t" ;;
	esac
done
if [ -z "$sparse" ]; then
	# One after the other, for the same reason.
	sed '\|^virt/kvm/|d' "$tmp/targets" | xargs -r "${kmake[@]}" W=1
	sed -n '\|^virt/kvm/|p' "$tmp/targets" | xargs -r "${kmake[@]}" W=1
else
	"${kmake[@]}" W=1 "${list[@]}" 2>&1 | tee "$tmp/said"
	grep -q '^ *CHECK ' "$tmp/said" || die "sparse checked none of the files"
fi
