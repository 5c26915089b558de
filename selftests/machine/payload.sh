# shellcheck shell=bash
# Sourced by vm.sh, after libs.sh: copies the user's programs and files to below $root, each
# to where it is on the host.
# shellcheck disable=SC2154 # vm.sh has set root

# put FILE: as it is; a link becomes what it points to.
put() {
	case $(realpath -ms "$1") in
	/dev/* | /proc/* | /sys/*) die "$1: the machine has a /dev, a /proc and a /sys of its own; put it somewhere else" ;;
	esac
	[ -e "$root$1" ] || install -D -m "$(stat -Lc %a "$1")" "$1" "$root$1"
}

is_elf() { [ "$(head -c 4 "$1" | od -An -tx1 | tr -d ' ')" = 7f454c46 ]; }

# put_elf PROGRAM: it, and the shared libraries that it needs.
put_elf() {
	local lib libs
	put "$1"
	readelf -h "$1" 2>/dev/null | grep -q '^ *Machine: .*X86-64' || die "$1 is a program for another processor"
	libs=$(shared_libraries "$1")
	while read -r lib; do
		[ -z "$lib" ] || put "$lib"
	done <<<"$libs"
}

# put_script SCRIPT: it, and its interpreter.
put_script() {
	local line interp arg
	line=$(head -n 1 "$1" | tr -d '\0')
	[[ $line == '#!'* ]] || die "$1 is neither a program (ELF) nor a script that begins with #!"
	read -r interp arg <<<"${line#\#!}"
	put "$1"
	if [ "$(basename "$interp")" = env ]; then
		arg=${arg#-S }
		interp=$(type -P "${arg%% *}") || die "$1: its interpreter ${arg%% *} is not in PATH"
		# env looks in the machine's PATH, which is short.
		mkdir -p "$root/usr/bin"
		ln -sf "$interp" "$root/usr/bin/${arg%% *}"
		[ "$interp" != "/usr/bin/${arg%% *}" ] || rm "$root$interp"
	fi
	[ -x "$interp" ] || die "$1: its interpreter $interp does not exist"
	put_elf "$interp"
}

# put_program PROGRAM: one of the two.
put_program() {
	if is_elf "$1"; then
		put_elf "$1"
	else
		put_script "$1"
	fi
}

# put_other FILE: of FILES; a program among them brings along what it needs.
put_other() {
	if is_elf "$1" && readelf -h "$1" 2>/dev/null | grep -q '^ *Machine: .*X86-64'; then
		put_elf "$1"
	elif [ -x "$1" ] && [ "$(head -c 2 "$1" | tr -d '\0')" = '#!' ]; then
		put_script "$1"
	else
		put "$1"
	fi
}

# put_files WORD...: files, and folders with all that is in them.
put_files() {
	local f inside
	for f; do
		[ -e "$f" ] || die "FILES: there is no $f"
		[ -r "$f" ] || die "FILES: $f cannot be read"
		[[ $f == /* ]] || f=$PWD/$f
		if [ -d "$f" ]; then
			while IFS= read -r -d '' inside; do mkdir -p "$root$inside"; done < <(find -L "$f" -type d -print0)
			while IFS= read -r -d '' inside; do put_other "$inside"; done < <(find -L "$f" -type f -print0)
		else
			put_other "$f"
		fi
	done
}

quote() { printf " '%s'" "${1//\'/\'\\\'\'}"; }

# run_file PROGRAM ARGUMENT...: the shell fragment that starts it as on the host: in this
# folder.
run_file() {
	local word
	printf 'mkdir -p%s && cd%s || exit 126\nexec' "$(quote "$PWD")" "$(quote "$PWD")"
	for word; do quote "$word"; done
	echo
}
