#!/bin/bash
# Runs a list of tests in the machine; KTAP on stdout, a line for each test that ends
# on stderr.
#
#   run.sh [options] slim|debug base|patched|TOPIC LIST
#
# LIST is a name in selftests/machine/lists (or a file): lines of LIMIT NAME ARGUMENTS...,
# where LIMIT is in seconds, or - for the default; the NAME * stands for all
# upstream tests that the list does not name.  A NAME in selftests/machine/guest is
# a script of ours.  From # on a line is a comment.
#
#   -x         do not compare with the base's verdicts (expected-slim, -debug)
#   -j N       spread over N machines at a time (2)
#   -l SECS    default limit (60)
#   -r         run what failed once more, by itself: tests that go by the clock lose
#              to a busy host now and then.  Not if many failed, or the kernel complained
#   -o FILE    verdicts to FILE: VERDICT NAME REASON SECONDS, tabs between
#   -m, -c, -n, -a, -s, -S, -E, -I, -q   as machine.sh
#
# A machine that ends in the middle is booted again for the tests after the one
# that it ended in, three times at most; tests never reached count as failed.
# Logs stay in build/run/.  The exit status is 1 if any test failed, or if the
# kernel complained.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

compare=1 shards=2 default=60 again=0 verdicts='' suffix=''
# The one huge page of 1 GiB that tests ask for, and memory to make up for it.
machine=(-m 5120 -a "hugepagesz=1G hugepages=1")
while getopts xj:l:ro:m:c:na:s:SEIq: opt; do
	case $opt in
	x) compare=0 ;;
	j) shards=$OPTARG ;;
	l) default=$OPTARG ;;
	r) again=1 ;;
	o) verdicts=$OPTARG ;;
	n) machine+=(-n) ;;
	S) machine+=(-S) suffix=-snp ;;
	E) machine+=(-E) suffix=-emulator ;;
	I) machine+=(-I) ;;
	m | c | a | s | q) machine+=("-$opt" "$OPTARG") ;;
	*) die "see the head of $0 for its options" ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 3 ] || die "usage: run.sh [options] slim|debug base|patched|TOPIC LIST"
kind=$1 which=$2 listname=$3
here=$top/selftests/machine
list=$listname
[ -e "$list" ] || list=$here/lists/$listname
[ -e "$list" ] || die "$listname is neither a file nor one of: $(cd "$here/lists" && echo *)"

kernel=$("$top/selftests/machine/build.sh" kernel "$kind" "$which")
tests=${GMEM_TESTS:-$("$top/selftests/machine/build.sh" selftests "$which")}

name=$kind-$which-$(basename "$listname")$suffix
mkdir -p "$build/run"
dir=$(mktemp -d "$build/run/.$name.XXXXXX")
pids=()
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	local p
	for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
	wait
	rm -rf "$build/run/$name"
	mv -T "$dir" "$build/run/$name" 2>/dev/null || true
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# The list as numbered lines: NUMBER, LIMIT, NAME and arguments, why it cannot run.
awk -v default="$default" -v tests="$tests" '
	BEGIN { while ((getline t < (tests "/tests")) > 0) all[++n] = t }
	{ sub(/[ \t]*#.*/, "") }
	NF == 0 { next }
	NF < 2 || $1 !~ /^([0-9]+|-)$/ { print FILENAME ":" FNR ": not LIMIT NAME: " $0 > "/dev/stderr"; bad = 1; exit 1 }
	{
		limit = $1 == "-" ? default : $1
		word = $2
		sub(/^[ \t]*[^ \t]+[ \t]+/, "")
		gsub(/[ \t]+/, " ")
		sub(/ $/, "")
		line[++m] = limit "\t" $0
		listed[word] = 1
	}
	END {
		if (bad)
			exit 1
		for (i = 1; i <= m; i++) {
			split(line[i], f, "\t")
			if (f[2] != "*") {
				print ++k "\t" line[i]
				continue
			}
			for (j = 1; j <= n; j++)
				if (!(all[j] in listed))
					print ++k "\t" f[1] "\t" all[j]
		}
		if (!k)
			print FILENAME ": no test in it" > "/dev/stderr"
		exit !k
	}' "$list" >"$dir/all" || die "$list is no good as a list"

progs=()
: >"$dir/list"
: >"$dir/todo"
while IFS=$'\t' read -r n limit words; do
	prog=${words%% *} cannot=''
	if [ -x "$tests/$prog" ] || [ -x "$here/guest/$prog" ]; then
		progs+=("$prog")
		# A script's program comes along.
		[ "${prog%.sh}" = "$prog" ] || [ ! -x "$tests/${prog%.sh}" ] || progs+=("${prog%.sh}")
		printf '%s\t%s\t%s\n' "$n" "$limit" "$words" >>"$dir/todo"
	elif [ "$which" != patched ]; then
		cannot="skip the $which tree does not have it"
	else
		cannot="fail $list lists it, but the tree does not have it"
	fi
	printf '%s\t%s\t%s\t%s\n' "$n" "$limit" "$words" "$cannot" >>"$dir/list"
done <"$dir/all"
total=$(wc -l <"$dir/list")
mapfile -t progs < <(printf '%s\n' "${progs[@]}" | sed '/^$/d' | sort -u)
initrd=$("$here/initramfs.sh" "$tests" "${progs[@]}")

# Spread by what each took last time on this machine, the longest first to the
# machine with the least to do.
times=$cache/times-$kind$suffix
[ -e "$times" ] || : >"$times"
left=$(wc -l <"$dir/todo")
[ "$left" -ge "$shards" ] || shards=$((left > 0 ? left : 1))
awk -F '\t' -v OFS='\t' 'FILENAME == ARGV[1] { t[$1] = $2; next } { print ($3 in t) ? t[$3] : 2, $0 }' "$times" "$dir/todo" |
	sort -t $'\t' -k1,1nr -k2,2n |
	awk -F '\t' -v shards="$shards" -v dir="$dir" '
		{
			best = 1
			for (s = 2; s <= shards; s++)
				if (load[s] < load[best])
					best = s
			load[best] += $1 + 0.2
			sub(/^[^\t]*\t/, "")
			print > (dir "/todo." best)
		}'
for ((s = 1; s <= shards; s++)); do
	touch "$dir/todo.$s"
	sort -n -o "$dir/todo.$s" "$dir/todo.$s"
done

# list_cpio FILE FOLDER: an archive with FILE as the guest's list.
list_cpio() {
	mkdir -p "$2/gmem"
	cp "$1" "$2/gmem/list"
	(cd "$2" && printf 'gmem\ngmem/list\n' | cpio --quiet -o -H newc -R 0:0)
}

# shard NUMBER: boots until its list is done.
shard() {
	local boot todo=$dir/todo.$1 d during rc machine_pid=
	# Ended by cleanup: so is the machine, which would go on otherwise.
	trap '[ -z "$machine_pid" ] || kill "$machine_pid"; wait; exit 143' TERM
	for boot in 1 2 3 4; do
		d=$dir/machine-$1.$boot
		mkdir "$d"
		list_cpio "$todo" "$d/list" >"$d/list.cpio"
		rc=0
		"$here/machine.sh" "${machine[@]}" "$kernel/bzImage" "$d" "$initrd" "$d/list.cpio" 2>"$d/machine.err" &
		machine_pid=$!
		wait "$machine_pid" || rc=1
		machine_pid=
		sed -n "s/^the boot came to a standstill, once more: /machine $1, boot $boot: /p" "$d/machine.err" >>"$dir/stalled"
		# A tick may come in the middle of a test's line.
		sed -z 's/\n@@ tick\n//g' "$d/report" >>"$dir/report.$1" 2>/dev/null || true
		[ "$rc" -ne 0 ] || return 0
		[ -e "$d/end" ] || cat "$d/machine.err" >"$d/end"
		# The test that it ended in, if any; go on after that one.
		during=$(awk '/^@@ begin / { n = $3 } /^@@ end / { n = "" } END { print n }' "$d/report")
		if [ -n "$during" ]; then
			printf '\n@@ died %s %s\n' "$during" "$(cat "$d/end")" >>"$dir/report.$1"
		else
			echo "machine $1, boot $boot: ended in no test: $(cat "$d/end")" >>"$dir/lost"
		fi
		awk -F '\t' 'FILENAME == ARGV[1] { if (/^@@ begin /) { split($0, f, " "); had[f[3]] = 1 } next } !($1 in had)' \
			"$d/report" "$todo" >"$todo.left"
		# Without progress another boot would do the same.
		! cmp -s "$todo" "$todo.left" || return 0
		mv "$todo.left" "$todo"
		[ -s "$todo" ] || return 0
	done
}

t0=$SECONDS
for ((s = 1; s <= shards; s++)); do
	: >"$dir/report.$s"
	shard "$s" &
	pids+=($!)
done
workers=("${pids[@]}")

# Progress: each test as it ends.
if [ -t 2 ] || [ -n "${PROGRESS:-}" ]; then
	declare -A seen=()
	count=0
	while :; do
		alive=0
		for p in "${workers[@]}"; do ! kill -0 "$p" 2>/dev/null || alive=1; done
		for f in "$dir"/machine-*/report; do
			[ -e "$f" ] || continue
			mapfile -t ended < <(grep -a '^@@ end ' "$f" || true)
			for ((i = ${seen[$f]:-0}; i < ${#ended[@]}; i++)); do
				read -r _ _ n rc secs <<<"${ended[i]}"
				case $rc in 0) v=ok ;; 4) v=skip ;; limit) v='time limit' ;; *) v="exit $rc" ;; esac
				count=$((count + 1))
				printf '  %3d/%d  %-52s %7ss  %s\n' "$count" "$total" \
					"$(awk -F '\t' -v n="$n" '$1 == n { print $3 }' "$dir/list")" "$secs" "$v" >&2
			done
			seen[$f]=${#ended[@]}
		done
		[ "$alive" = 1 ] || break
		sleep 1
	done
fi
for p in "${workers[@]}"; do wait "$p" || true; done
pids=()

expected=$here/expected-$kind
args=(-v "lists=$dir/list" -v "verdicts=$dir/verdicts")
[ "$compare" = 0 ] || [ ! -e "$expected" ] || args+=(-v "expected=$expected")

# What all machines so far said: their reports in ktap, their consoles in complaints.
judge() {
	local ends f console
	ends=$(cat "$dir"/machine-*/end 2>/dev/null | grep -vx complete | sort -u | paste -sd ';' || true)
	awk "${args[@]}" -v "lost=$ends" -f "$here/result.awk" -f "$here/guest.awk" "$dir"/report.* >"$dir/ktap"
	consoles=()
	for f in "$dir"/machine-*/console{.first,}; do
		[ -e "$f" ] || continue
		console=$dir/console-$(basename "$(dirname "$f")" | cut -d- -f2)${f##*/console}
		ln -f "$f" "$console"
		consoles+=("$console")
	done
	complained=0
	"$here/complaints.sh" "${consoles[@]}" >"$dir/complaints" 2>&1 || complained=1
}
judge
if [ "$again" = 1 ] && [ "$complained" = 0 ] && [ ! -e "$dir/lost" ]; then
	awk -F '\t' 'FILENAME == ARGV[1] { if (sub(/^not ok /, "")) bad[$0 + 0] = 1; next } $1 in bad' \
		"$dir/ktap" "$dir/todo" >"$dir/todo.again"
	n=$(wc -l <"$dir/todo.again")
	if [ "$n" -ge 1 ] && [ "$n" -le 8 ]; then
		note "once more, by itself: $(cut -f 3 "$dir/todo.again" | paste -sd ',')"
		: >"$dir/report.again"
		shard again &
		pids=($!)
		wait "$!" || true
		pids=()
		judge
	fi
fi

# The kernel's own word counts as one more test.
if [ ${#consoles[@]} -eq 0 ]; then
	echo "not ok $((total + 1)) no complaint from the kernel # no machine was started"
elif [ "$complained" = 1 ]; then
	sed -n 's/^/# /; 1,40p' "$dir/complaints"
	echo "not ok $((total + 1)) no complaint from the kernel # $(wc -l <"$dir/complaints") lines, the whole log: build/run/$name"
elif [ -e "$dir/lost" ]; then
	sed 's/^/# /' "$dir/lost"
	echo "not ok $((total + 1)) no complaint from the kernel # but $(head -n 1 "$dir/lost")"
elif [ -s "$dir/stalled" ]; then
	# Nothing to fail for, and nothing to keep quiet about.
	echo "ok $((total + 1)) no complaint from the kernel # SKIP a boot came to a standstill: $(head -n 1 "$dir/stalled")"
else
	echo "ok $((total + 1)) no complaint from the kernel"
fi >>"$dir/ktap"
cat "$dir/ktap"

# For the next run's spreading; planted tests (selftests/tests) are not real ones.
if [ -z "${GMEM_TESTS:-}" ]; then
	awk -F '\t' -v OFS='\t' 'FILENAME == ARGV[1] { t[$1] = $2; next } $4 != "" { t[$2] = $4 } END { for (n in t) print n, t[n] }' \
		"$times" "$dir/verdicts" | sort >"$times.$$"
	mv "$times.$$" "$times"
fi
[ -z "$verdicts" ] || cp "$dir/verdicts" "$verdicts"
counts=$(awk -f "$here/result.awk" -f "$here/count.awk" "$dir/ktap") || bad=1
note "$kind kernel, $which, $(basename "$listname"): $counts, $((SECONDS - t0)) s; logs in build/run/$name"
exit "${bad:-0}"
