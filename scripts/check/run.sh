#!/bin/bash
# scripts/check/run.sh [CHECK...]: checks patches/, each patch and the tip; KTAP on standard
# output.  Every executable file beside this one that has a line "# Of: " is a check;
# named ones run alone.
#
#   TOPIC=NN    only that topic; its last patch is the tip
#   KNOWN=1     the commits of a topic that is in scripts/check/passed are not looked
#               at again ("make test" does that)
#   RECORD=1    writes scripts/check/passed, the last commit of each topic, if nothing
#               failed: commit it
#   LONG=1      after each patch all of KVM, and in all flavours
#   SPARSE=1, DOCS=1, COCCI=1    sparse, kernel-doc and rst, cocci after each patch, too
#
# A check is called as
#
#   CHECK PATCH REPO BEFORE AFTER
#
# PATCH is the patch's path below patches/, or "tip"; BEFORE and AFTER are the commits
# around it, or around all of the series, in the bare repository REPO.  The three are
# empty if the series does not apply (GMEM_UNAPPLIED is a file that says why).
# It prints its complaints, one a line, and ends with 0 if it has none, 1 if it has, or
# 4 if it could not look: then it prints why.  With 0, what it prints is a comment.
# A line "# Of: " in its head says what it is asked about, separated by commas:
#
#   each patch     as it lies in patches/
#   each commit    what git am makes of it
#   the tip        all of the series
#   ... if NAME    only if the variable NAME is set
#
# Longer than two screens: a third of it is this head, which is all that the author of a
# check has to know.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

here=$top/scripts/check
passed=$here/passed
checks=() limits=()
for f in "$here"/*; do
	! { [ -x "$f" ] && grep -q '^# Of: ' "$f" && [ "$f" != "$here/run.sh" ]; } || checks+=("${f##*/}")
done
for name; do
	[[ " ${checks[*]} " = *" $name "* ]] || die "there is no check \"$name\"; there are: ${checks[*]}"
done
if [ $# -gt 0 ]; then
	checks=("$@") limits+=("only these checks: $*")
fi
only=
if [ -n "${TOPIC:-}" ]; then
	only=$(topic_folder "$TOPIC")
	limits+=("only topic $only, since TOPIC=$TOPIC is set")
fi
[ -z "${RECORD:-}" ] || [ ${#limits[@]} -eq 0 ] || die "RECORD=1 is for a run over all of the series; this one is limited (${limits[*]})"

tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
mapfile -t list < <(series_of "$top/patches")
echo "KTAP version 1"
if [ ${#list[@]} -eq 0 ]; then
	echo "1..0 # SKIP patches/ is empty"
	exit 0
fi

# The commits: ${commits[i]} is what the series is before patch i.
commits=() repo=
if repo=$("$top/scripts/series/applied.sh" 2>"$tmp/unapplied"); then
	mapfile -t commits < <(pgit -C "$repo" rev-list --reverse "-n$((${#list[@]} + 1))" HEAD)
elif grep -q 'does not apply' "$tmp/unapplied"; then
	export GMEM_UNAPPLIED=$tmp/unapplied
else
	cat "$tmp/unapplied" >&2
	exit 1
fi
first=0 count=${#list[@]}
[ -z "$only" ] || read -r first count < <(topic_range "$top/patches" "$only")
declare -A last=()
[ -z "$repo" ] || for i in "${!list[@]}"; do last[${list[i]%%/*}]=${commits[i + 1]}; done

# --- the plan: a check, what it is asked about, and that thing's name ----------

# asked CHECK KIND
asked() {
	local item of
	of=$(sed -n 's/^# Of: //p' "$here/$1")
	while read -r item; do
		[ "$item" != "$2" ] || return 0
		[[ $item = "$2 if "* ]] || continue
		item=${item##* }
		[ -z "${!item:-}" ] || return 0
	done <<<"${of//, /$'\n'}"
	return 1
}

plan=()
# add KIND INDEX BEFORE AFTER PATCH NAME
add() {
	local c
	for c in "${checks[@]}"; do
		! asked "$c" "$1" || plan+=("$1|$c|$2|$3|$4|$5: $c")
	done
}
for kind in 'each patch' 'each commit'; do
	[ "$kind" = 'each patch' ] || [ -n "$repo" ] || continue
	for ((i = first; i < first + count; i++)); do
		# Without the number: it changes when a patch is put in before.
		add "$kind" "${list[i]}" "${commits[i]:-}" "${commits[i + 1]:-}" "${list[i]%%/*}/$(patch_stem "${list[i]}")"
	done
done
[ -z "$repo" ] || add 'the tip' tip "${commits[first]}" "${commits[first + count]}" tip
echo "1..${#plan[@]}"
[ ${#limits[@]} -eq 0 ] || printf '# %s\n' "${limits[@]}"
[ -n "$repo" ] || echo "# the series does not apply: its commits and its tip are not looked at"

# --- the run ------------------------------------------------------------------

# ask N: what check N of the plan says goes to $tmp/N, its errors, too, to N.err.
ask() {
	local kind check patch before after rc=0
	IFS='|' read -r kind check patch before after _ <<<"${plan[$1]}"
	if [ "$kind" = 'each commit' ] && [ -n "${KNOWN:-}" ] && grep -qsx "${patch%%/*} ${last[${patch%%/*}]}" "$passed"; then
		echo "${patch%%/*} is as it was when it passed last (scripts/check/passed)" >"$tmp/$1"
		rc=4
	else
		"$here/$check" "$patch" "$repo" "$before" "$after" 2>&1 >"$tmp/$1" </dev/null |
			tee "$tmp/$1.err" >&2 || rc=$?
	fi
	echo "$rc" >"$tmp/$1.rc"
}

failed=0
# answer N: the verdict.
answer() {
	local rc name=${plan[$1]##*|} n=$(($1 + 1))
	rc=$(cat "$tmp/$1.rc")
	if [ "$rc" -eq 4 ]; then
		echo "ok $n $name # SKIP $(paste -sd' ' "$tmp/$1")"
		return
	fi
	head -n 60 "$tmp/$1" | sed 's/^/# /'
	if [ "$rc" -eq 0 ]; then
		echo "ok $n $name"
		return
	fi
	failed=1
	if [ "$rc" -eq 1 ] && [ -s "$tmp/$1" ]; then
		echo "not ok $n $name"
	else # it did not do its work
		sed 's/^/# /' "$tmp/$1.err"
		echo "not ok $n $name # ERROR the check ended with status $rc"
	fi
}

# The patches as such, as many at a time as there are processors; the others see to that
# themselves.
for n in "${!plan[@]}"; do
	[[ ${plan[n]} = 'each patch|'* ]] || continue
	[ "$(jobs -rp | wc -l)" -lt "$(nproc)" ] || wait -n
	ask "$n" &
done
wait
for n in "${!plan[@]}"; do
	[[ ${plan[n]} = 'each patch|'* ]] || ask "$n"
	answer "$n"
done

# --- the record ---------------------------------------------------------------

for limit in "${limits[@]}"; do note "$limit"; done
if [ ${#limits[@]} -eq 0 ] && [ $failed -eq 0 ]; then
	for topic in "${!last[@]}"; do echo "$topic ${last[$topic]}"; done | sort >"$tmp/passed"
	if cmp -s "$tmp/passed" "$passed"; then
		:
	elif [ -n "${RECORD:-}" ]; then
		cp "$tmp/passed" "$passed"
	else
		note "Nothing failed.  scripts/check/passed is of another series: 'make check RECORD=1' writes it."
	fi
fi
exit $failed
