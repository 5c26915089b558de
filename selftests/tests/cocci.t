#!/bin/bash
# The semantic patches of cocci/ on their fixtures; that cocci/run.sh says what it
# finds, and says so when it cannot look; the mutation check on a few mutants.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2317 # called through ok
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset TREE DIRS RULES ALLOW MIN JOBS NETS

# --- the rules ----------------------------------------------------------------

header() {
	local field
	for field in 'SPDX-License-Identifier: GPL-2.0' '/ .*\.$' 'Confidence: ' 'Copyright: ' 'Options: ' 'Requires: '; do
		grep -qE "^// ?$field" "$1" || { echo "# $1: no $field"; return 1; }
	done
	for field in report org context; do
		grep -qx "virtual $field" "$1" || { echo "# $1: not virtual $field"; return 1; }
	done
}
# mode MODE RULE: it goes through one of its bad fixtures.
mode() {
	spatch --very-quiet -D "$1" --no-includes --sp-file "$top/cocci/$2.cocci" \
		"$(find "$top/cocci/tests/$2" -name 'bad-*.c' | sort | head -n 1)" >"$tmp/mode" 2>"$tmp/mode.err" || return 1
	! grep -qE 'parse error|not supported|Traceback|exception' "$tmp/mode.err" || return 1
	[ "$1" != org ] || grep -q TODO "$tmp/mode"
}
for f in "$top"/cocci/*.cocci; do
	r=${f##*/}
	r=${r%.cocci}
	ok "$r: header as in scripts/coccinelle" header "$f"
	is "$r: fixtures" "" "$("$top/cocci/fixtures.sh" "$r" 2>&1 || true)"
	ok "$r: mode org" mode org "$r"
	ok "$r: mode context" mode context "$r"
done

# --- the runner ---------------------------------------------------------------

co=$tmp/co
mkdir -p "$co" "$tmp/tree/virt/kvm" "$tmp/bin"
cp -r "$top/scripts" "$top/cocci" "$co/"
cat >"$tmp/tree/virt/kvm/x.c" <<'END'
static void back(u64 pfn)
{
	rmp_make_shared(pfn, PG_LEVEL_4K);
}
END
# run ARGUMENT...: what it says in $tmp/out, its status in $rc.
run() {
	rc=0
	env "$@" "$co/cocci/run.sh" >"$tmp/out" 2>&1 || rc=$?
}
here=(TREE="$tmp/tree" DIRS=virt/kvm ALLOW=)

run "${here[@]}"
is "a finding: status 1" 1 "$rc"
is "... one line: file, line, rule, text" \
	"virt/kvm/x.c:3: rmp_unchecked: result of rmp_make_shared() is ignored, in back()" "$(cat "$tmp/out")"
run "${here[@]}" RULES="map_gpa_exit unbounded_retry"
is "other rules do not find it: status 0" 0 "$rc"
is "... and nothing is said" "" "$(cat "$tmp/out")"
echo 'virt/kvm/x.c | rmp_unchecked | back() | for the test' >"$tmp/allow"
run "${here[@]}" ALLOW="$tmp/allow"
is "an allowed one does not count" "0 " "$rc $(cat "$tmp/out")"
echo 'virt/kvm/x.c | rmp_unchecked | other() | for the test' >>"$tmp/allow"
run "${here[@]}" ALLOW="$tmp/allow"
is "an entry that excuses nothing is an error" 1 "$rc"
like "... which names it" '^allow:2: allow: nothing to excuse, remove it: .*other\(\)' "$(cat "$tmp/out")"
echo 'virt/kvm/x.c | rmp_unchecked | back() |' >"$tmp/allow"
run "${here[@]}" ALLOW="$tmp/allow"
like "an entry without a reason is an error" '^allow:1: allow: not "path' "$(cat "$tmp/out")"
is "... status 1" 1 "$rc"
run "${here[@]}" ALLOW="$tmp/nosuch"
is "no such file of exceptions: status 2" 2 "$rc"
run TREE="$tmp/nosuch"
is "no such tree: status 2" 2 "$rc"
like "... and says so" '^error: TREE=.*nosuch: no such folder' "$(cat "$tmp/out")"
run ALLOW=
is "no build/linux: status 2" 2 "$rc"
like "... and says what to do" "^error: build/linux is not there: run 'make tree'" "$(cat "$tmp/out")"
run TREE="$tmp/tree" ALLOW=
like "not a kernel: says so" '^error: .*has no arch/x86/kvm' "$(cat "$tmp/out")"
rc=0
"$co/cocci/run.sh" --no-such >"$tmp/out" 2>&1 || rc=$?
is "a word that it does not know: status 2" 2 "$rc"
like "... and names it" 'run.sh does not take "--no-such"' "$(cat "$tmp/out")"
like "--help says what it takes" 'RULES="...".*some of the rules' "$("$co/cocci/run.sh" --help)"

# Functions that spatch does not read.
cat >"$tmp/tree/virt/kvm/y.c" <<'END'
static int fine(int x)
{
	return x;
}

static void guarded(struct kvm *kvm, u64 pfn)
{
	guarded(kvm) with (u64 x) do_it {
		rmp_make_shared(pfn, PG_LEVEL_4K);
	}
}
END
run "${here[@]}" RULES=rmp_unchecked
is "a function that cannot be read is named, and the rest is looked at" \
	"note: spatch could not read 1 functions; nothing is found in these:
    virt/kvm/y.c: guarded
virt/kvm/x.c:3: rmp_unchecked: result of rmp_make_shared() is ignored, in back()" "$(cat "$tmp/out")"
rm "$tmp/tree/virt/kvm/y.c"

# A file on which spatch does not come to an end.
cp "$tmp/tree/virt/kvm/x.c" "$tmp/tree/virt/kvm/hangs.c"
mkdir "$tmp/slow"
cat >"$tmp/slow/spatch" <<END
#!/bin/bash
for arg; do [[ \$arg != *.groups* ]] || ! grep -q hangs.c "\$arg" || exec sleep 1000; done
exec $(command -v spatch) "\$@"
END
chmod +x "$tmp/slow/spatch"
run "${here[@]}" RULES=rmp_unchecked LIMIT=10 PATH="$tmp/slow:$PATH"
is "spatch hangs: status 2" 2 "$rc"
like "... the rule and the file are named" '^error: .*cocci/rmp_unchecked.cocci on virt/kvm/hangs.c after 10 s' "$(cat "$tmp/out")"
like "... the other file is looked at" '^virt/kvm/x.c:3: rmp_unchecked: ' "$(cat "$tmp/out")"
rm "$tmp/tree/virt/kvm/hangs.c"

run "${here[@]}" RULES=nosuch
like "no such rule: says so" '^error: there is no rule nosuch' "$(cat "$tmp/out")"
for t in bash env dirname; do
	ln -s "$(command -v "$t")" "$tmp/bin/"
done
run "${here[@]}" PATH="$tmp/bin"
is "no spatch: status 2" 2 "$rc"
like "... and says how to get it" "^error: spatch is not installed: run 'make deps'" "$(cat "$tmp/out")"
printf '@r@\n@@\n* f(((\n' >"$co/cocci/broken.cocci"
run "${here[@]}" RULES=broken
is "a rule that does not parse: status 2" 2 "$rc"
like "... and names it" 'cocci/broken\.cocci' "$(cat "$tmp/out")"

# --- the mutation check -------------------------------------------------------

rc=0
TREE=$tmp/tree "$top/cocci/mutants.sh" gmem-clear-always >"$tmp/out" 2>&1 || rc=$?
is "a mutant that does not apply: status 2" 2 "$rc"
like "... and is named" '^error: mutant [0-9]+-gmem-clear-always' "$(cat "$tmp/out")"
if [ -d "$linux" ]; then
	rc=0
	NETS=cocci "$top/cocci/mutants.sh" gmem-clear-always >"$tmp/out" 2>&1 || rc=$?
	is "one that is caught: status 0" 0 "$rc"
	like "... by the rule that is for it" '^[0-9]+-gmem-clear-always +cocci \(private_pointer\)' "$(cat "$tmp/out")"
	echo '29-gmem-clear-always cocci' >"$co/cocci/mutants/caught"
	rm "$co/cocci/broken.cocci" "$co/cocci/private_pointer.cocci"
	rc=0
	TREE=$linux NETS=cocci "$co/cocci/mutants.sh" gmem-clear-always >"$tmp/out" 2>&1 || rc=$?
	is "one that was caught and is not any more: status 1" 1 "$rc"
	like "... and is named" '^error: 29-gmem-clear-always was caught by cocci, and is not any more' "$(cat "$tmp/out")"
	rc=0
	NETS=coccinelle "$top/cocci/mutants.sh" gmem-clear-always >"$tmp/out" 2>&1 || rc=$?
	is "no such net: status 1" 1 "$rc"
	like "... and says which there are" "^error: NETS: cocci, sparse or gcc, not coccinelle" "$(cat "$tmp/out")"
	rc=0
	NETS=cocci "$top/cocci/mutants.sh" own-exit-helper >"$tmp/out" 2>&1 || rc=$?
	like "a mutant that is a new file is caught" "^[0-9]+-own-exit-helper +cocci \\(map_gpa_exit\\)" "$(cat "$tmp/out")"
fi
done_testing
