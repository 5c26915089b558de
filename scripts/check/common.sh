# shellcheck shell=bash
# Sourced by every check in this folder: its arguments (see the head of run.sh), a
# scratch folder, and what several checks need.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

[ $# -eq 4 ] || usage "$*"
# shellcheck disable=SC2034 # for the checks
patch=$1 repo=$2 before=$3 after=$4
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT

# skipped REASON: ends the check.
skipped() {
	printf '%s\n' "$*"
	exit 4
}

# answer FILE: ends the check; each line of FILE is a complaint.
answer() {
	cat "$1"
	[ ! -s "$1" ]
	exit
}

# changed_files: the files that differ between the two commits.
changed_files() { pgit -C "$repo" diff --name-only --no-renames "$before" "$after"; }

# targets_of_change: sets objects, those of the C files that were changed; headers and selftests,
# if such were.
# shellcheck disable=SC2034 # for the checks
targets_of_change() {
	local f
	objects=() headers='' selftests=''
	while read -r f; do
		case $f in
		tools/testing/selftests/kvm/*) selftests=1 ;;
		Documentation/* | tools/* | scripts/* | cocci/* | *.rst | MAINTAINERS) ;;
		arch/[a-wyz]*/*) ;; # for another compiler
		*.c | *.S) objects+=("${f%.?}.o") ;;
		*) headers=1 ;;
		esac
	done < <(changed_files)
}

# of_kvm: was anything changed that all of KVM depends on?
of_kvm() { changed_files | grep -qE "^(arch/x86/(kvm|include)|virt/kvm|include)/"; }

# files COMMIT FOLDER <NAMES: those of the files that COMMIT has, in FOLDER.
files() {
	local f
	mkdir -p "$2"
	while read -r f; do
		mkdir -p "$2/$(dirname "$f")"
		pgit -C "$repo" show "$1:$f" >"$2/$f" 2>/dev/null || rm -f "$2/$f"
	done
}

# new_in FUNCTION: the lines that FUNCTION prints in the folder $tmp/after and not in
# $tmp/before.  Line numbers do not count.
new_in() {
	comm -13 <(cd "$tmp/before" && "$1" | sed -E 's/:[0-9]+(:[0-9]+)?//g' | sort) \
		<(cd "$tmp/after" && "$1" | sed -E 's/:[0-9]+(:[0-9]+)?//g' | sort)
}

# remembered KEY COMMAND...: what COMMAND prints; from the cache, if this script printed it
# for that KEY before.  What fails is printed, and not kept.
remembered() {
	local kept
	kept=$cache/check/${0##*/}-$({ cat "$0"; echo "$1"; } | key)
	if ! in_cache "$kept"; then
		"${@:2}" >"$tmp/kept" || {
			cat "$tmp/kept"
			return 1
		}
		publish "$tmp/kept" "$kept"
	fi
	cat "$kept"
}
