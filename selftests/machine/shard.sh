#!/bin/bash
# shard.sh DIR N KERNEL INITRD [OPTION OF machine.sh]...
#
# One machine of run.sh: boots until its list of tests is done.
#
# DIR/todo.N has the tests (as lists.awk writes them); DIR gets:
#   machine-N.BOOT/   of each boot what machine.sh writes
#   report.N          the reports of all boots, one after the other
#   lost              a line for each machine that ended between tests: why
#   stalled           a line for each boot that came to a standstill
#
# A machine that ends in a test is booted again for the tests after that one, three times
# at most.  Whatever ends this script ends its machine.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

[ $# -ge 4 ] || usage
dir=$1 number=$2 kernel=$3 initrd=$4
shift 4
todo=$dir/todo.$number
[ -e "$todo" ] || die "$todo: there is no such list"
machine=
trap '[ -z "$machine" ] || kill "$machine" 2>/dev/null; wait; exit 143' INT TERM HUP

# list_cpio FOLDER: an archive with the list, for the guest's init.
list_cpio() {
	mkdir -p "$1/gmem"
	cp "$todo" "$1/gmem/list"
	(cd "$1" && printf 'gmem\ngmem/list\n' | cpio --quiet -o -H newc -R 0:0)
}

for boot in 1 2 3 4; do
	d=$dir/machine-$number.$boot
	mkdir "$d"
	list_cpio "$d/list" >"$d/list.cpio"
	rc=0
	setpriv --pdeathsig TERM "$top/selftests/machine/machine.sh" "$@" \
		"$kernel" "$d" "$initrd" "$d/list.cpio" 2>"$d/machine.err" &
	machine=$!
	wait "$machine" || rc=1
	machine=
	sed -n "s/^the boot came to a standstill, once more: /machine $number, boot $boot: /p" "$d/machine.err" >>"$dir/stalled"
	# A tick may come in the middle of a test's line.
	sed -z 's/\n@@ tick\n//g' "$d/report" >>"$dir/report.$number" 2>/dev/null || true
	[ "$rc" -ne 0 ] || exit 0
	[ -e "$d/end" ] || cat "$d/machine.err" >"$d/end"
	# Which test did it end in, if any?
	during=$(awk '/^@@ begin / { n = $3 } /^@@ end / { n = "" } END { print n }' "$d/report")
	if [ -n "$during" ]; then
		printf '\n@@ died %s %s\n' "$during" "$(cat "$d/end")" >>"$dir/report.$number"
	else
		echo "machine $number, boot $boot: ended in no test: $(cat "$d/end")" >>"$dir/lost"
	fi
	awk -F '\t' 'FILENAME == ARGV[1] { if (/^@@ begin /) { split($0, f, " "); had[f[3]] = 1 } next } !($1 in had)' \
		"$d/report" "$todo" >"$todo.left"
	# Without progress another boot would do the same.
	! cmp -s "$todo" "$todo.left" || exit 0
	mv "$todo.left" "$todo"
	[ -s "$todo" ] || exit 0
done
