#!/bin/bash
# The series of selftests/emulator: applies, comes back byte for byte, passes QEMU's own
# checkpatch, builds; the unit tests that it brings.
# Boots machines: nothing else runs beside it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/patches.sh
. "$top/scripts/lib/patches.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

here=$top/selftests/emulator
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

base=$("$top/scripts/series/base.sh" emulator)
is "the base is the pinned one" "$(base commit "$here/BASE")" "$(pgit -C "$base" rev-parse HEAD)"
repo=$("$top/scripts/series/applied.sh" emulator)
is "the series gives the tree that it was exported from" "$(cat "$here/tree")" "$(pgit -C "$repo" rev-parse 'HEAD^{tree}')"

mapfile -t commits < <(pgit -C "$repo" rev-list --reverse "$(base commit "$here/BASE")..HEAD")
write_patches "$repo" "${commits[0]}" "${commits[-1]}" 1 "$tmp/patches"
# shellcheck disable=SC2317 # called by ok
same() {
	local p
	diff <(series_of "$here") <(cd "$tmp/patches" && printf '%s\n' *.patch) || return 1
	for p in "$tmp/patches"/*; do cmp "$p" "$here/${p##*/}" || return 1; done
}
ok "exported again, not one byte changes" same

pgit clone -q --shared --no-checkout "$repo" "$tmp/tree"
pgit -C "$tmp/tree" sparse-checkout set --cone scripts
pgit -C "$tmp/tree" checkout -q HEAD
# It wants to see these, to know that it is in QEMU.
mkdir -p "$tmp/tree"/{docs,linux-user,system}
checkpatch() {
	cd "$tmp/tree"
	perl scripts/checkpatch.pl --terse "$here/$1" 2>&1 | grep -v '^total: 0 errors, 0 warnings' || true
}
while read -r p; do
	is "${p%.patch}: checkpatch" "" "$(checkpatch "$p")"
done < <(series_of "$here")
for c in "${commits[@]}"; do
	like "$(pgit -C "$repo" log -1 --format=%s "$c"): signed off by its author" \
		"^Signed-off-by: .*<$(pgit -C "$repo" log -1 --format=%ae "$c")>" \
		"$(pgit -C "$repo" log -1 --format='%(trailers:key=Signed-off-by)' "$c")"
done

# The registers are described twice: for the guest's side, and in the model.
header() { gcc -E -dM -include "$here/snp-test.h" -x c /dev/null | sed -n "s/^#define $1 //p"; }
model() {
	pgit -C "$repo" show HEAD:hw/i386/amd_psp.c | sed -n "s/^#define  *$1  *//p" | sed 's,  */\*.*,,'
}
for r in ID ID_VALUE CONTROL STATE RMP_BASE RMP_END RMP_PAGES OFFSET SIZE; do
	is "snp-test.h and the model agree: $r" "$(model "TEST_$r")" "$(header "SNP_TEST_$r")"
done

qemu=$("$top/selftests/emulator/build.sh")
"$qemu/test-snp-rmp" --tap -k >"$tmp/unit" 2>&1 || true
like "unit tests: a plan" '^1\.\.[0-9]+$' "$(cat "$tmp/unit")"
while read -r verdict _ name; do
	is "unit test $name" ok "$verdict"
done < <(sed -nE 's/^(not )?(ok [0-9]+ .*)/\1\2/p' "$tmp/unit" | sed 's/^not ok/not-ok/')
is "unit tests: all of the plan" "$(sed -n 's/^1\.\.//p' "$tmp/unit")" "$(grep -cE '^(not )?ok ' "$tmp/unit")"
is "the emulator says its version" "QEMU emulator version $(base version "$here/BASE")" "$("$qemu/qemu-system-x86_64" --version | sed -n 1p)"
help=$("$qemu/qemu-system-x86_64" -machine q35,help)
like "the option is there" 'x-snp-host=<bool>' "$help"
like "... and off by default" 'An SEV-SNP host needs processors with SVM' \
	"$("$qemu/qemu-system-x86_64" -machine q35,x-snp-host=on -cpu EPYC-Milan,-svm -display none -S 2>&1 </dev/null || true)"
done_testing
