#!/bin/bash
# The suite: runs the parts that docs/tests.md lists.  Every part writes TAP or KTAP,
# and one program counts.  The last line is
#   N passed, N failed, N skipped
# and above it stands what failed or was skipped, with the reason.
#
#   run.sh [--long]     the parts of make test, or of make test-long
#   ONLY="PART..."      these parts, and what they need; ONLY=? lists them
#   RECORD=1            with --long: notes in selftests/tests/long-passed what passed
#
# Each part has a time limit: four times its budget, and a minute.  Then it ends with
# all that it started, and the others go on.  build/tap has each part's results,
# build/log what it said besides.
#
# Longer than two screens: running, ending and reporting the parts share their state.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

here=$top/selftests/tests
record=$here/long-passed
title="make test"
case ${1:-} in
'') ;;
--long) title="make test-long" ;;
*) usage "$1" ;;
esac
read -ra only <<<"${ONLY:-}"
recording=${RECORD:-}
unset ONLY RECORD
# shellcheck disable=SC2119 # none of them stays
forget_parameters
cd "$top"

# --- the table ----------------------------------------------------------------

rows() { awk -v title="$1" -f "$here/parts.awk" "$top/docs/tests.md"; }
declare -A budget=() how=() needs=() runs=() state=() took=()
parts=()
while IFS='|' read -r name secs mode need command _; do
	[[ $secs =~ ^[0-9]+$ && $mode =~ ^(alone|beside)$ ]] ||
		die "docs/tests.md: the row of $name needs a budget in seconds, and alone or beside"
	budget[$name]=$secs how[$name]=$mode needs[$name]=$need
	runs[$name]=${command:-selftests/tests/$name.t}
	parts+=("$name")
done < <(rows "make test" | grep '^make-'; rows "$title" | grep -v '^make-')
listed=$(rows "make test"; rows "make test-long")
for t in "$here"/*.t; do
	name=$(basename "$t" .t)
	grep -q "^$name|" <<<"$listed" ||
		die "docs/tests.md has no row for selftests/tests/$name.t: give it one, with a budget"
done

if [ "${only[*]}" = "?" ]; then
	printf '%-14s %8s  %s\n' part seconds needs
	for name in "${parts[@]}"; do printf '%-14s %8s  %s\n' "$name" "${budget[$name]}" "${needs[$name]}"; done
	exit 0
fi
# want PART: it, after what it needs.
queue=()
want() {
	local n
	[ -n "${budget[$1]:-}" ] || die "there is no part $1; ONLY=? lists those of $title"
	[ -z "${state[$1]:-}" ] || return 0
	state[$1]=waits
	for n in ${needs[$1]}; do want "$n"; done
	queue+=("$1")
}
if [ ${#only[@]} -eq 0 ]; then
	for name in "${parts[@]}"; do
		[[ $title = "make test-long" && $name = make-* ]] || only+=("$name")
	done
fi
for name in "${only[@]}"; do want "$name"; done

# --- the run ------------------------------------------------------------------

"$top/scripts/host/deps.sh" build deb rpm secureboot emulator
out=$build/tap
rm -rf "$out"
mkdir -p "$out" "$log"
declare -A pid=() since=()

end_all() {
	local name
	trap '' INT TERM HUP
	for name in "${!pid[@]}"; do end_group "${pid[$name]}"; done
}
for signal in INT TERM HUP; do
	# shellcheck disable=SC2064 # the signal of now
	trap "end_all; trap - $signal EXIT; kill -s $signal \$\$" $signal
done
trap end_all EXIT

# fail PART REASON: one more failure in its report.
fail() { printf 'KTAP version 1\n1..1\nnot ok 1 %s %s\n' "$1" "$2" >>"$out/$1.tap"; }

start() {
	local name=$1 n
	for n in ${needs[$name]}; do
		[ "${state[$n]}" = failed ] || continue
		fail "$name" "was not run: $n failed"
		state[$name]=failed
		return
	done
	# Who starts the suite in the background may have SIGINT ignored: not the parts.
	set -m
	if [[ $name = make-* ]]; then
		bash -c "exec env --default-signal ${runs[$name]}" >"$log/$name.log" 2>&1 </dev/null &
	else
		bash -c "exec env --default-signal ${runs[$name]}" >"$out/$name.tap" 2>"$log/$name.log" </dev/null &
	fi
	pid[$name]=$! since[$name]=$SECONDS
	set +m
}

counts() { awk -f "$top/selftests/machine/result.awk" -f "$top/selftests/machine/count.awk" "$@"; }

# finish PART STATUS [WHY]
finish() {
	local name=$1 rc=$2 why=${3:-ended with status $2}
	took[$name]=$((SECONDS - since[$name]))
	unset "pid[$name]"
	if [[ $name = make-* ]] && [ "$rc" -eq 0 ]; then
		printf 'KTAP version 1\n1..1\nok 1 %s\n' "$name" >"$out/$name.tap"
	elif [ "$rc" -ne 0 ] && { [ -n "${3:-}" ] || ! grep -qs '^ *not ok' "$out/$name.tap"; }; then
		tail -n 20 "$log/$name.log" | sed 's/^/# /' >>"$out/$name.tap"
		fail "$name" "$why"
	fi
	state[$name]=passed
	! grep -q '^ *not ok' "$out/$name.tap" || state[$name]=failed
	note "$(printf '%-14s %5d s of %5d  %s' "$name" "${took[$name]}" "${budget[$name]}" "${state[$name]}")"
	[ "$title" != "make test-long" ] || passed_long "$name"
}

# passed_long PART: notes it as it ends, so what is ended later loses nothing.
passed_long() {
	local line
	[[ $1 != make-* && ${state[$1]} = passed ]] || return 0
	line="$1 $(git rev-parse --short=12 HEAD) $(date -u +%F) $(counts "$out/$1.tap" | tail -n 1 | sed 's/ //g; s/passed//; s/failed//; s/skipped//; s/,/\//g') ${took[$1]}"
	[ -n "$recording" ] || { echo "passed: $line"; return 0; }
	{ grep -v "^$1 " "$record" || :; echo "$line"; } >"$record.new"
	LC_ALL=C sort -o "$record.new" "$record.new"
	mv "$record.new" "$record"
}

told=$SECONDS
while [ ${#queue[@]} -gt 0 ] || [ ${#pid[@]} -gt 0 ]; do
	for name in "${!pid[@]}"; do
		limit=$((4 * budget[$name] + 60))
		if ! kill -0 "${pid[$name]}" 2>/dev/null; then
			rc=0
			wait "${pid[$name]}" || rc=$?
			finish "$name" "$rc"
		elif [ $((SECONDS - since[$name])) -gt $limit ]; then
			end_group "${pid[$name]}"
			finish "$name" 1 "was not over after its limit of $limit s, and was ended"
		fi
	done
	if [ ${#queue[@]} -gt 0 ]; then
		name=${queue[0]} alone=0
		for n in "${!pid[@]}"; do [ "${how[$n]}" = beside ] || alone=1; done
		if [ ${#pid[@]} -eq 0 ] || { [ ${#pid[@]} -lt 2 ] && [ $alone = 0 ] && [ "${how[$name]}" = beside ]; }; then
			start "$name"
			queue=("${queue[@]:1}")
			continue
		fi
	fi
	if [ $((SECONDS - told)) -ge 60 ]; then
		told=$SECONDS
		note "running: $(for n in "${!pid[@]}"; do printf '%s (%d s) ' "$n" $((SECONDS - since[$n])); done)"
	fi
	sleep 0.3
done
trap - EXIT INT TERM HUP

# --- what it came to ----------------------------------------------------------

if [ "$title" = "make test-long" ]; then
	[ -n "$recording" ] || echo "(RECORD=1 notes that in selftests/tests/long-passed)"
elif git rev-parse -q --verify HEAD >/dev/null 2>&1; then
	while IFS='|' read -r name _ _ _ _ paths; do
		read -r _ commit day _ < <(grep -s "^$name " "$record") || commit=
		if [ -z "$commit" ]; then
			echo "test-long: $name never passed"
		elif read -ra paths <<<"$paths" && newer=$(git rev-list -1 "$commit..HEAD" -- "${paths[@]}" 2>&1) && [ -n "$newer" ]; then
			echo "test-long: $name passed last on $day, before $(git log -1 --format='%h ("%s")' "$newer")"
		fi
	done < <(rows "make test-long")
fi
echo
printf '%-14s %8s %8s\n' part seconds budget
for name in "${!took[@]}"; do
	printf '%-14s %8d %8d%s\n' "$name" "${took[$name]}" "${budget[$name]}" \
		"$([ "${took[$name]}" -le $((2 * budget[$name])) ] || echo '  more than twice')"
done | sort -k2,2nr
printf '%-14s %8d\n\n' all $SECONDS
awk -v list=1 -f "$top/selftests/machine/result.awk" -f "$top/selftests/machine/count.awk" "$out"/*.tap
