#!/bin/bash
# Before a topic is sent: a table of its patches and of what is checked of each, and what
# the programs that read upstream's lists would say.  The status is 1 if something failed.
#
#   make preflight TOPIC=NN
#
# applies to cocci: scripts/check/run.sh with one check each; docs: its kernel-doc and rst.
# tests: those that the patch touches, or else all that ran in the machine, at the tip, by the
#       last 'make test'.
#
# Longer than two screens: it prints the table, and what upstream's programs would say, from
# one run of the checks.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

no_arguments "$@"
topic=$(topic_folder "${TOPIC:-}")
out=$build/preflight
mkdir -p "$out"
tap=$out/$topic.tap

# A failure is a verdict; a report that is not whole is not.
run_checks() {
	SPARSE=1 DOCS=1 COCCI=1 TOPIC=$topic "$top/scripts/check/run.sh" >"$tap" || :
	[ "1..$(grep -cE '^(not )?ok ' "$tap")" = "$(grep '^1\.\.' "$tap")" ]
}
stage "check $topic" run_checks

read -r before count < <(topic_range "$top/patches" "$topic")
mapfile -t patches < <(series_of "$top/patches" | sed -n "$((before + 1)),$((before + count))p")

# --- the table ---------------------------------------------------------------------

# of NAME CHECK...: the verdict of these checks, the worst of them.
of() {
	local check line verdict=-
	for check in "${@:2}"; do
		line=$(sed -nE "s|^((not )?ok) [0-9]+ $1: $check( .*)?\$|\1\3|p" "$tap")
		case $line in
		not*) verdict=FAIL ;;
		'' | 'ok # SKIP nothing'*) ;;
		'ok # SKIP'*) [ "$verdict" = FAIL ] || verdict=skip ;;
		*) [ "$verdict" != - ] || verdict=ok ;;
		esac
	done
	echo "$verdict"
}

# tests_verdict FILE...: by the last 'make test'; ? if there was none since the series
# changed, or if it did not run them.
tests_verdict() {
	local f taps=() name found=
	for f in "$build"/tap/{upstream,private,rmp,snp,debug}*.tap; do
		if [ -e "$f" ] && [ "$f" -nt "$top/patches/series" ]; then taps+=("$f"); fi
	done
	[ ${#taps[@]} -gt 0 ] || { echo '?'; return; }
	for f; do
		[[ $f = tools/testing/selftests/kvm/*_test.c ]] || continue
		name=${f#tools/testing/selftests/kvm/}
		found+=$(grep -hE "^(not )?ok [0-9]+ (- )?${name%.c}( |\$)" "${taps[@]}" || echo '?')$'\n'
	done
	[ -n "$found" ] || found=$(grep -hE '^(not )?ok ' "${taps[@]}")
	case $'\n'$found in
	*$'\n'not*) echo FAIL ;;
	*$'\n''?'*) echo '?' ;;
	*) echo ok ;;
	esac
}

row='%-52s %-7s %-6s %-6s %-10s %-6s %-5s %-5s %s\n'
# shellcheck disable=SC2059
{
	printf "$row" "$topic" applies builds sparse checkpatch signed docs cocci tests
	for i in "${!patches[@]}"; do
		name=$topic/$(patch_stem "${patches[i]}")
		mapfile -t touched < <(sed -n 's|^diff --git a/.* b/\(.*\)$|\1|p' "$top/patches/${patches[i]}")
		printf "$row" "$(cut -c1-51 <<<"$((i + 1))/$count ${name#*/}")" "$(of "$name" applies)" "$(of "$name" compiles)" \
			"$(of "$name" sparse)" "$(of "$name" checkpatch)" "$(of "$name" signed-off)" \
			"$(of "$name" kernel-doc rst)" "$(of "$name" cocci)" "$(tests_verdict "${touched[@]}")"
	done
} | tee "$out/$topic.txt"

# --- what programs would say -----------------------------------------------------------

# complaints NAME: what stands above run.sh's "not ok" lines of that name.
complaints() {
	awk -v name="$1" '
		/^# excused: / { next }
		/^# / { said = said "      " substr($0, 3) "\n"; next }
		/^not ok / && index($0, name) { sub(/^not ok [0-9]+ /, ""); printf "    %s\n%s", $0, said }
		{ said = "" }' "$tap"
}
section() { # TITLE, then what would be said on standard input
	local said
	said=$(cat)
	if [ -n "$said" ]; then printf '%s\n%s\n' "  $1:" "$said"; else echo "  $1: nothing"; fi
}
{
	echo
	echo "What upstream's programs would say"
	{
		for check in applies compiles sparse kernel-doc rst cocci; do complaints ": $check"; done
	} | section "kernel test robot (applies, W=1, sparse, kernel-doc, docs, cocci)"
	{
		complaints ": checkpatch"
		awk '/^# excused: / { said = said "      " substr($0, 12) "\n"; next }
			/: checkpatch$/ && said != "" { sub(/^(not )?ok [0-9]+ /, ""); printf "    %s, of which scripts/check/allow says why:\n%s", $0, said }
			/^(not )?ok / { said = "" }' "$tap"
	} | section "checkpatch --strict (patchwork, b4 prep --check)"
	{
		complaints ": signed-off"
		for p in "${patches[@]}"; do
			if sed -n 's/^Subject: //p' "$top/patches/$p" | grep -qE ': Fix |\] Fix ' && ! grep -q '^Fixes: ' "$top/patches/$p"; then
				echo "    $p: a fix without a Fixes: line"
			fi
		done
		[ -e "$top/patches/$topic/cover.md" ] || [ "$count" -lt 2 ] || echo "    no cover letter (cover.md)"
		[ "$count" -le 15 ] || echo "    $count patches; more than 15 are too many for some lists"
	} | section "who checks the form (sign-off, Fixes, cover letter, number)"
	echo "  Not asked here: other architectures and compilers, random configurations, syzbot, sphinx."
} | tee -a "$out/$topic.txt"
if grep -q ' ? *$' "$out/$topic.txt"; then
	echo "  tests ?: no 'make test' since the series changed, or it did not run them."
fi
! grep -q FAIL "$out/$topic.txt" && ! grep -q "^not ok" "$tap"
