#!/bin/bash
# Checks patches/, patch by patch: applies; checkpatch --strict; signed off by its
# author; compiles with W=1 and no warning that was not there before.  At the
# tip also: other configurations (config/compile-*.config), sparse, the rules of cocci/.
#
#   check.sh            KTAP on standard output
#   LONG=1 check.sh     after each patch all of KVM, and the other configurations, too
#   TOPIC=NN check.sh   only one topic, the tip being its last patch
#   SPARSE=1 check.sh   sparse after each patch, too
#   KNOWN=1 check.sh    a topic that did not change since scripts/check/passed was written is not
#                       compiled patch by patch
#
# What is compiled after a patch is the files that it touches, and all of KVM if it
# touches nothing but headers; nothing of other architectures than x86.  At the tip, all of
# KVM and of the selftests (with LONG or TOPIC, these after each patch that touches them).
# Verdicts that can be kept are (warnings.sh, and checkpatch's below): a second
# run takes seconds.  scripts/check/allow has the exceptions for checkpatch; one that
# is not needed is a failure.  scripts/check/passed has the last commit of each topic that was
# compiled without a complaint, written by each run over all of the series, without KNOWN.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

export LC_ALL=C
need git perl make gcc
patches=$top/patches
allow=$top/scripts/check/allow
checked=$top/scripts/check/passed
mapfile -t list < <(series_of "$patches")
only=
[ -z "${TOPIC:-}" ] || only=$(topic_folder "$TOPIC")
other=()
for f in "$top"/config/compile-*.config; do
	[ ! -e "$f" ] || { f=${f##*/}; other+=("${f%.config}"); }
done

tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
n=0 failed=0

# verdict NAME [FILE]: passed unless there is something in FILE, which says why not.
verdict() {
	n=$((n + 1))
	if [ -n "${2:-}" ] && [ -s "$2" ]; then
		sed 's/^/# /' "$2" | head -n 60
		printf 'not ok %d %s\n' $n "$1"
		failed=1
	else
		printf 'ok %d %s\n' $n "$1"
	fi
}
skip() {
	n=$((n + 1))
	printf 'ok %d %s # SKIP %s\n' $n "$1" "$2"
}

# A name without the number: it stays the same when a patch is put in before.
name_of() { printf '%s/%s' "${1%%/*}" "$(patch_stem "$1")"; }

# wanted PATCH: is it of the topic that was asked for, if one was?
wanted() { [ -z "$only" ] || [ "${1%%/*}" = "$only" ]; }

# --- checkpatch ---------------------------------------------------------------

# What checkpatch reads of a kernel tree, without .git: it would look there for
# commits of the past.
checkpatch_tree() {
	local repo base dest new
	repo=$("$top/scripts/series/base.sh" 2>/dev/null)
	base=$(pgit -C "$repo" rev-parse HEAD)
	dest=$cache/tools/checkpatch-${base:0:12}
	if [ ! -e "$dest" ]; then
		new=$tmp/checkpatch
		pgit clone -q --shared --no-checkout "$repo" "$new"
		pgit -C "$new" sparse-checkout set --cone scripts include LICENSES Documentation/admin-guide
		pgit -C "$new" checkout -q HEAD
		rm -rf "$new/.git"
		# It wants to see these, to know that it is in a kernel.
		(cd "$new" && mkdir -p arch drivers fs init ipc kernel lib)
		publish "$new" "$dest"
	fi
	printf '%s\n' "$dest"
}

# "LINE: TYPE: text" for each complaint.
checkpatch() {
	local out
	out=$cache/checkpatch/$({ echo "$tree $1"; cat "$0" "$patches/$1"; } | key)
	if [ ! -e "$out" ]; then
		(cd "$tree" && perl scripts/checkpatch.pl --strict --terse --show-types \
			--no-summary --color=never "$patches/$1") >"$tmp/cp" 2>"$tmp/cp.err" || :
		if [ -s "$tmp/cp.err" ] && ! [ -s "$tmp/cp" ]; then
			sed 's/^/0: CHECKPATCH_ITSELF: /' "$tmp/cp.err"
			return
		fi
		# "file:12: WARNING:TYPE: text"
		sed -nE 's|^[^:]*:([0-9]+): (ERROR\|WARNING\|CHECK):([A-Z0-9_]+): (.*)|\1: \3: \4|p' \
			"$tmp/cp" >"$tmp/cp.out"
		publish "$tmp/cp.out" "$out"
	fi
	cat "$out"
}

# excuse PATCH: of the complaints on standard input, those that no line of the
# file of exceptions excuses; the lines that did are noted, and what they excused is
# a comment in the output: upstream will say it all the same.
excuse() {
	local line type what pattern hit i
	while IFS= read -r line; do
		type=${line#*: }
		type=${type%%: *}
		hit=
		for i in "${!allow_pattern[@]}"; do
			pattern=${allow_pattern[i]} what=${allow_what[i]}
			# shellcheck disable=SC2053 # it is a pattern
			if [[ $1 == $pattern && ($type == "$what" || $line == *"$what"*) ]]; then
				echo "$i" >>"$tmp/used"
				hit=1
			fi
		done
		if [ -n "$hit" ]; then
			printf '# excused: %s\n' "$line" >&3
		else
			printf '%s\n' "$line"
		fi
	done
}

read_allow() {
	local nr=0 pattern what why
	allow_pattern=() allow_what=() allow_line=()
	: >"$tmp/used"
	: >"$tmp/allow.bad"
	[ -e "$allow" ] || return 0
	while IFS='|' read -r pattern what why || [ -n "$pattern" ]; do
		nr=$((nr + 1))
		[[ $pattern =~ ^[[:space:]]*(#|$) ]] && continue
		read -r pattern <<<"$pattern"
		read -r what <<<"$what"
		read -r why <<<"$why"
		if [ -z "$what" ] || [ -z "$why" ]; then
			echo "allow:$nr: not \"patch pattern | type or text | reason\"" >>"$tmp/allow.bad"
			continue
		fi
		allow_pattern+=("$pattern") allow_what+=("$what") allow_line+=("$nr: $pattern | $what")
	done <"$allow"
}

# --- compiling ----------------------------------------------------------------

touched() { sed -n 's|^diff --git a/.* b/\(.*\)$|\1|p' "$patches/$1"; }

# targets <FILES: what to compile if these change: the objects of the C files, and all
# of KVM for headers and the like if there is no C file (LONG=1: in any case).
targets() {
	local f objects='' all=''
	while read -r f; do
		case $f in
		tools/testing/selftests/kvm/*) echo selftests ;;
		Documentation/* | tools/* | scripts/* | cocci/* | *.rst | MAINTAINERS) ;;
		arch/[a-wyz]*/*) ;; # not here: what another architecture's own files need is its compiler
		*.c | *.S) objects+=${f%.?}.o$'\n' ;;
		*) all=1 ;;
		esac
	done
	printf '%s' "$objects" | sort -u
	[ -z "$all" ] || { [ -n "$objects" ] && [ -z "${LONG:-}" ]; } || echo arch/x86/kvm/
}

# present COMMIT TARGET...: those of the targets whose source the commit has.
present() {
	local commit=$1 t
	shift
	for t; do
		[[ $t != *.o ]] || pgit -C "$repo" cat-file -e "$commit:${t%.o}.c" 2>/dev/null || continue
		printf '%s\n' "$t"
	done
}

# compare CONFIG BEFORE AFTER TARGET...: what is wrong with commit AFTER.
compare() {
	local config=$1 before=$2 after=$3 a b list
	shift 3
	mapfile -t list < <(present "$after" "$@")
	[ ${#list[@]} -gt 0 ] || return 0
	b=$("$top/scripts/check/warnings.sh" "$config" "$repo" "$after" "${list[@]}" 2>"$tmp/err") || {
		cat "$tmp/err"
		return 0
	}
	# Without warnings, it does not matter how many there were.
	[ -s "$b" ] || return 0
	a=/dev/null
	mapfile -t list < <(present "$before" "$@")
	if [ ${#list[@]} -gt 0 ]; then
		a=$("$top/scripts/check/warnings.sh" "$config" "$repo" "$before" "${list[@]}" 2>"$tmp/err") || {
			echo "${list[*]}: does not compile before the patch ($config):"
			cat "$tmp/err"
			return 0
		}
	fi
	awk -v config="$config" '{ c = $1; sub(/^[0-9]+ /, "") }
		old { before[$0] = c; next }
		c > before[$0] { print "new (" config "): " $0 }' old=1 "$a" old=0 "$b"
}

# --- cocci --------------------------------------------------------------------

# What the rules of cocci/ find in commit $1, and is not excused (cocci.sh).
cocci() {
	local dirs=(arch/x86/kvm arch/x86/virt arch/x86/mm/pat virt/kvm drivers/crypto/ccp) out rc=0
	out=$cache/cocci/$({
		for d in "${dirs[@]}"; do pgit -C "$repo" rev-parse "$1:$d"; done
		cat "$top"/cocci/*.cocci "$top"/cocci/{allow,macros.h} "$top/cocci/run.sh"
		spatch --version
	} | key)
	if [ ! -e "$out" ]; then
		mkdir "$tmp/cocci"
		pgit -C "$repo" archive "$1" "${dirs[@]}" | tar -x -C "$tmp/cocci"
		TREE=$tmp/cocci DIRS="${dirs[*]}" "$top/cocci/run.sh" >"$tmp/cocci.out" 2>"$tmp/err" || rc=$?
		[ "$rc" -le 1 ] || { cat "$tmp/err"; return; }
		publish "$tmp/cocci.out" "$out"
	fi
	cat "$out"
}

# What the base has, too, wherever in the file, is not topic $only's to mend; nor is it the one to
# need every excuse.
cocci_new() {
	local names='s/:[0-9]+:/:/'
	cocci "$2" | grep -v 'allow: nothing to excuse' | sed -E "$names" |
		grep -vxFf <(cocci "$1" | sed -E "$names") || :
}

# --- the run ------------------------------------------------------------------

echo "KTAP version 1"
read_allow
if [ ${#list[@]} -eq 0 ]; then
	echo "1..0 # SKIP patches/ is empty"
	exit 0
fi

# Up to which patch does it apply?
reached=${#list[@]}
if ! repo=$("$top/scripts/series/applied.sh" 2>"$tmp/apply"); then
	reached=-1
	for i in "${!list[@]}"; do
		! grep -q "patches/${list[i]} does not apply" "$tmp/apply" || reached=$i
	done
	if [ "$reached" -lt 0 ]; then # something else than a patch
		cat "$tmp/apply" >&2
		exit 1
	fi
fi
for i in "${!list[@]}"; do
	p=${list[i]}
	wanted "$p" || continue
	if [ "$i" -eq "$reached" ]; then
		verdict "$(name_of "$p"): applies" "$tmp/apply"
	elif [ "$i" -gt "$reached" ]; then
		echo "not reached: ${list[reached]} does not apply" >"$tmp/why"
		verdict "$(name_of "$p"): applies" "$tmp/why"
	else
		verdict "$(name_of "$p"): applies"
	fi
done

tree=$(checkpatch_tree)
for p in "${list[@]}"; do
	wanted "$p" || continue
	checkpatch "$p" | excuse "$p" 3>&1 >"$tmp/why"
	verdict "$(name_of "$p"): checkpatch" "$tmp/why"
	: >"$tmp/why"
	# By git's own reading of the mail.
	git mailinfo "$tmp/msg" /dev/null <"$patches/$p" >"$tmp/info"
	author=$(sed -n 's/^Email: //p' "$tmp/info")
	# The subject first, or the body's first paragraph would be taken for one.
	signers=$({ echo subject; echo; cat "$tmp/msg"; } | git interpret-trailers --parse |
		sed -n 's/^[Ss]igned-off-by://p')
	[[ $signers == *"<$author>"* ]] || echo "no Signed-off-by: of its author, $author" >"$tmp/why"
	verdict "$(name_of "$p"): signed off" "$tmp/why"
done
if [ -z "$only" ]; then
	cat "$tmp/allow.bad" >"$tmp/why"
	for i in "${!allow_line[@]}"; do
		grep -qx "$i" "$tmp/used" || echo "allow:${allow_line[i]}: nothing to excuse, remove it"
	done >>"$tmp/why"
	verdict "allow: every line is needed" "$tmp/why"
fi

if [ "$reached" -eq ${#list[@]} ]; then
	base=$(pgit -C "$repo" rev-parse "HEAD~$reached")
	mapfile -t commits < <(pgit -C "$repo" rev-list --reverse "$base..HEAD")
	declare -A last=()
	for i in "${!list[@]}"; do last[${list[i]%%/*}]=${commits[i]}; done
	configs=(slim)
	[ -z "${LONG:-}" ] || configs+=("${other[@]}")
	for i in "${!list[@]}"; do
		p=${list[i]}
		wanted "$p" || continue
		topic=${p%%/*}
		if [ -n "${KNOWN:-}" ] && grep -qsx "$topic ${last[$topic]}" "$checked"; then
			skip "$(name_of "$p"): compiles, no new warning" "$topic is as it was when 'make check' passed last (scripts/check/passed)"
			continue
		fi
		mapfile -t now < <(touched "$p" | targets | sort -u)
		: >"$tmp/why"
		mapfile -t objects < <(printf '%s\n' "${now[@]}" | grep -vx -e selftests -e '' || :)
		for c in "${configs[@]}"; do
			compare "$c" "${commits[i]}^" "${commits[i]}" "${objects[@]}" >>"$tmp/why"
		done
		# All of the selftests, each time: too long for every day.
		if [ -z "${LONG:-}$only" ]; then
			now=("${objects[@]}")
		elif [[ " ${now[*]} " = *' selftests '* ]]; then
			compare slim "${commits[i]}^" "${commits[i]}" selftests >>"$tmp/why"
		fi
		if [ ${#now[@]} -gt 0 ]; then
			verdict "$(name_of "$p"): compiles, no new warning" "$tmp/why"
		elif grep -q '^tools/testing/selftests/kvm/' <(touched "$p"); then
			skip "$(name_of "$p"): compiles, no new warning" "selftests only: compiled at the tip, patch by patch in make test-long"
		else
			skip "$(name_of "$p"): compiles, no new warning" "nothing in it is compiled"
		fi
		[ -n "${SPARSE:-}" ] || continue
		if [ ${#objects[@]} -eq 0 ]; then
			skip "$(name_of "$p"): sparse" "nothing in it is compiled"
		elif "$top/scripts/host/sparse.sh" >/dev/null 2>"$tmp/err"; then
			compare sparse-slim "${commits[i]}^" "${commits[i]}" "${objects[@]}" >"$tmp/why"
			verdict "$(name_of "$p"): sparse" "$tmp/why"
		else
			skip "$(name_of "$p"): sparse" "$(sed -n "s/^error: //p" "$tmp/err" | tail -n 1)"
		fi
	done

	# At the tip: all of KVM, and in the other configurations what the series touches.
	tip=${commits[-1]}
	if [ -n "$only" ]; then
		read -r before count < <(topic_range "$patches" "$only")
		list=("${list[@]:before:count}")
		tip=${commits[before + count - 1]}
		base=$(pgit -C "$repo" rev-parse "$tip~$count")
	fi
	files=$(for p in "${list[@]}"; do touched "$p"; done | sort -u)
	mapfile -t objects < <(printf '%s\n' "$files" |
		grep -E '^(arch/x86|virt/kvm|lib|mm|drivers)/.*\.c$' | sed 's/\.c$/.o/')
	kvm=
	if grep -qE '^(arch/x86/(kvm|include)|virt/kvm|include)/' <<<"$files"; then
		kvm=1
		compare slim "$base" "$tip" arch/x86/kvm/ >"$tmp/why"
		verdict "tip: all of KVM compiles, no new warning" "$tmp/why"
	fi
	if grep -q '^tools/testing/selftests/kvm/' <<<"$files"; then
		compare slim "$base" "$tip" selftests >"$tmp/why"
		verdict "tip: selftests compile, no new warning" "$tmp/why"
	fi
	for c in "${other[@]}"; do
		compare "$c" "$base" "$tip" "${objects[@]}" >"$tmp/why"
		verdict "tip: $c compiles, no new warning" "$tmp/why"
	done

	# sparse
	if [ -z "$kvm" ]; then
		skip "tip: sparse" "the series does not touch KVM"
	elif "$top/scripts/host/sparse.sh" >/dev/null 2>"$tmp/err"; then
		compare sparse-slim "$base" "$tip" arch/x86/kvm/ >"$tmp/why"
		verdict "tip: sparse" "$tmp/why"
	else
		skip "tip: sparse" "$(sed -n "s/^error: //p" "$tmp/err" | tail -n 1)"
	fi

	if [ -z "$kvm" ] || [ ! -d "$top/cocci" ]; then
		skip "tip: cocci" "the series does not touch KVM, or there are no rules"
	elif ! command -v spatch >/dev/null; then
		skip "tip: cocci" "spatch is not installed: run 'make deps'"
	else
		if [ -n "$only" ]; then
			cocci_new "$base" "$tip"
		else
			cocci "$tip"
		fi >"$tmp/why"
		verdict "tip: cocci" "$tmp/why"
	fi

	if [ -z "$only${KNOWN:-}" ] && [ "$failed" -eq 0 ]; then
		for topic in "${!last[@]}"; do
			echo "$topic ${last[$topic]}"
		done | sort >"$tmp/checked"
		cmp -s "$tmp/checked" "$checked" || cp "$tmp/checked" "$checked"
	fi
fi
echo "1..$n"
exit $failed
