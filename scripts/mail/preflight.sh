#!/bin/bash
# Before a topic is sent: a table of its patches and of what is checked of each, and what
# the programs that read upstream's lists would say.  The status is 1 if something failed.
#
#   make preflight TOPIC=NN
#
# applies, builds (W=1), sparse, checkpatch, signed: check.sh, which see.
# docs: kernel-doc -Wall of the files that the patch touches, and docutils of its .rst;
#       cocci: the rules of cocci/, if there are any, on these files.
#       What was there before the patch does not count.
# tests: those that the patch touches, or else all that ran in the machine, at the tip, by the
#       last 'make test'.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

export LC_ALL=C
topic=$(topic_folder "${TOPIC:-}")
out=$build/preflight
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$out"
tap=$out/$topic.tap

# A failure is a verdict; a report without its last line is not.
run_checks() {
	SPARSE=1 TOPIC=$topic "$top/scripts/check/run.sh" >"$tap" || :
	grep -q '^1\.\.' "$tap"
}
stage "check $topic" run_checks

read -r before count < <(topic_range "$top/patches" "$topic")
mapfile -t patches < <(series_of "$top/patches" | sed -n "$((before + 1)),$((before + count))p")
commits=()
if repo=$("$top/scripts/series/applied.sh" 2>/dev/null); then
	mapfile -t commits < <(pgit -C "$repo" rev-list --reverse HEAD | sed -n "$((before + 2)),$((before + count + 1))p")
	# The kernel's own tools, as they are with the topic.
	pgit -C "$repo" archive "${commits[-1]}" | tar -x -C "$tmp" --wildcards 'scripts/kernel-doc*' 'tools/docs' 'tools/lib/python' 2>/dev/null || :
fi

# --- what check.sh does not do: the files before and after the patch -------------------

# files COMMIT FOLDER PATH...: these files, as far as they are there, in FOLDER.
files() {
	local commit=$1 to=$2 f
	shift 2
	rm -rf "$to"
	mkdir -p "$to"
	for f; do
		mkdir -p "$to/$(dirname "$f")"
		pgit -C "$repo" show "$commit:$f" >"$to/$f" 2>/dev/null || rm -f "$to/$f"
	done
}

# The tools: what they say of the files in the current folder.
kernel_doc() {
	[ -e "$tmp/scripts/kernel-doc" ] || return 2
	find . -name '*.[ch]' | sort | while read -r f; do
		"$tmp/scripts/kernel-doc" -Wall -none "$f" 2>&1 || :
	done
}
rst() {
	command -v rst2html >/dev/null || return 2
	find . -name '*.rst' | sort | while read -r f; do
		rst2html --report=2 --halt=5 "$f" 2>&1 >/dev/null || :
	done | grep -E '\((WARNING|ERROR|SEVERE)' | grep -vE 'Unknown (interpreted text role|directive type)' || : # those are sphinx's
}
cocci() {
	local rule
	[ -n "$(ls "$top"/cocci/*.cocci 2>/dev/null)" ] && command -v spatch >/dev/null || return 2
	for rule in "$top"/cocci/*.cocci; do
		spatch --very-quiet --no-show-diff --no-includes -D report --sp-file "$rule" --dir . 2>&1 || :
	done
}

# worse TOOL: what it says after the patch and not before, lines counted and line numbers
# left out; 2 if there is no such tool.
worse() {
	local old new
	old=$(cd "$tmp/a" && "$1") || return 2
	new=$(cd "$tmp/b" && "$1") || return 2
	comm -13 <(sed -E 's/:[0-9]+(:[0-9]+)?//g' <<<"$old" | sort) <(sed -E 's/:[0-9]+(:[0-9]+)?//g' <<<"$new" | sort) | sed '/^$/d'
}

# --- the table ---------------------------------------------------------------------

# of NAME: the verdict of check.sh's line of that name.
of() {
	local line
	line=$(grep -F -- " $1" "$tap" | grep -E '^(not )?ok ' | sed -n 1p)
	case $line in
	'') echo - ;;
	not*) echo FAIL ;;
	*'# SKIP nothing'*) echo - ;;
	*'# SKIP'*) echo skip ;;
	*) echo ok ;;
	esac
}

# files_verdict PATCH TOOL...: into $said, what is worse.
files_verdict() {
	local patch=$1 tool rc verdict=-
	shift
	for tool; do
		rc=0
		worse "$tool" >"$tmp/worse" || rc=$?
		[ $rc -eq 0 ] || continue
		[ "$verdict" = FAIL ] || verdict=ok
		[ -s "$tmp/worse" ] || continue
		verdict=FAIL
		sed "s|^|$patch: $tool: |" "$tmp/worse" >>"$tmp/said"
	done
	echo $verdict
}

# tests_verdict FILE...: by the last 'make test'; ? if there was none since the series
# changed, or if it did not run them.
tests_verdict() {
	local f taps=() name found=
	for f in "$build"/tap/{upstream,private,snp,debug}*.tap; do
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

: >"$tmp/said"
row='%-52s %-7s %-6s %-6s %-10s %-6s %-5s %-5s %s\n'
# shellcheck disable=SC2059
{
	printf "$row" "$topic" applies builds sparse checkpatch signed docs cocci tests
	for i in "${!patches[@]}"; do
		p=${patches[i]}
		name=$(patch_stem "$p")
		short=$((i + 1))/$count
		docs=- cocci=-
		mapfile -t touched < <(sed -n 's|^diff --git a/.* b/\(.*\)$|\1|p' "$top/patches/$p")
		if [ ${#commits[@]} -gt 0 ]; then
			files "${commits[i]}^" "$tmp/a" "${touched[@]}"
			files "${commits[i]}" "$tmp/b" "${touched[@]}"
			docs=$(files_verdict "$short" kernel_doc rst)
			cocci=$(files_verdict "$short" cocci)
		fi
		printf "$row" "$(cut -c1-51 <<<"$short $name")" "$(of "$topic/$name: applies")" \
			"$(of "$topic/$name: compiles")" "$(of "$topic/$name: sparse")" "$(of "$topic/$name: checkpatch")" \
			"$(of "$topic/$name: signed off")" "$docs" "$cocci" "$(tests_verdict "${touched[@]}")"
	done
} | tee "$out/$topic.txt"

# --- what programs would say -----------------------------------------------------------

# complaints NAME: what stands above check.sh's "not ok" lines of that name.
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
		complaints ": applies"
		complaints ": compiles"
		complaints "tip: "
		complaints ": sparse"
		sed 's/^/    /' "$tmp/said"
	} | section "kernel test robot (applies, W=1, sparse, kernel-doc, docs, cocci)"
	{
		complaints ": checkpatch"
		awk '/^# excused: / { said = said "      " substr($0, 12) "\n"; next }
			/: checkpatch$/ && said != "" { sub(/^(not )?ok [0-9]+ /, ""); printf "    %s, of which scripts/check/allow says why:\n%s", $0, said }
			/^(not )?ok / { said = "" }' "$tap"
	} | section "checkpatch --strict (patchwork, b4 prep --check)"
	{
		complaints ": signed off"
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
! grep -q 'FAIL' "$out/$topic.txt"
