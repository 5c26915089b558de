#!/bin/bash
# run.sh [options] slim|debug base|patched|TOPIC LIST
# run.sh [options] -t "NAME ARGUMENTS..." slim|debug base|patched|TOPIC
#
# Runs tests in the machine; KTAP on stdout, a line for each test that ends on stderr.
# For example, one test of the patched kernel, which may take 300 s:
#
#   selftests/machine/run.sh -l 300 -t guest_memfd_test slim patched
#
# LIST is a name in selftests/machine/lists, or a file: lines of LIMIT NAME ARGUMENTS...
# LIMIT is in seconds, "-" for the default, or "no" to leave a test out.  The NAME *
# stands for all upstream tests that the list does not name.  NAME is one of KVM's
# selftests (x86/private_mem_map_test), or a script in selftests/machine/guest.  From #
# on a line is a comment.
#
#   -t TEST    this test; can be given again
#   -x         do not compare with the base's verdicts (expected-slim, -debug)
#   -j N       spread over N machines at a time (2)
#   -l SECS    default limit (60)
#   -r         run what failed once more, by itself: on a busy host, tests that go by the
#              clock fail now and then.  Not if many failed, or the kernel complained
#   -o FILE    verdicts to FILE: VERDICT NAME REASON SECONDS, tabs between
#   -m, -c, -n, -a, -s, -S, -E, -I, -q   as machine.sh
#
# A machine that ends in the middle is booted again for the tests after the one that it
# ended in, three times at most; tests never reached count as failed.  Logs are in
# build/run/NAME.PID, from the beginning on; build/run/NAME is a link to the last run's.
# The exit status is 1 if any test failed, or if the kernel complained.
#
# It is long because of the list above; what it judges is in results.sh.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

here=$top/selftests/machine
# shellcheck source=selftests/machine/results.sh
. "$here/results.sh"
compare=1 shards=2 default=60 again=0 verdicts='' suffix='' chosen=()
# The one huge page of 1 GiB that tests ask for, and memory to make up for it.
machine=(-m 5120 -a "hugepagesz=1G hugepages=1")
while getopts :t:xj:l:ro:m:c:na:s:SEIq: opt; do
	case $opt in
	t) chosen+=("$OPTARG") ;;
	x) compare=0 ;;
	j) shards=$OPTARG ;;
	l) default=$OPTARG ;;
	r) again=1 ;;
	o) verdicts=$OPTARG ;;
	n | I) machine+=("-$opt") ;;
	S) machine+=(-S) suffix=-snp ;;
	E) machine+=(-E) suffix=-emulator ;;
	m | c | a | s | q) machine+=("-$opt" "$OPTARG") ;;
	:) die "-$OPTARG wants a value: see run.sh --help" ;;
	*) usage "-$OPTARG" ;;
	esac
done
shift $((OPTIND - 1))
for n in "-j $shards" "-l $default"; do
	[[ $n =~ \ [1-9][0-9]*$ ]] || die "$n: it is a number"
done
if [ ${#chosen[@]} -gt 0 ]; then
	[ $# -le 2 ] || die "a list ($3), or single tests (-t): not both"
	[ $# -eq 2 ] || usage
	listname=${chosen[0]%% *} list=
else
	[ $# -eq 3 ] || usage
	list=$3 listname=$3
	[ -e "$list" ] || list=$here/lists/$listname
	[ -f "$list" ] || die "$listname is neither a file nor one of: $(cd "$here/lists" && echo *).  For a single test: -t $listname"
fi
kind=$1 which=$2
need cpio setpriv

kernel=$("$here/build.sh" kernel "$kind" "$which")
tests=${GMEM_TESTS:-$("$here/build.sh" selftests "$which")}

name=$kind-$which-$(basename "$listname")$suffix
dir=$build/run/$name.$$
mkdir -p "$dir"
[ -L "$build/run/$name" ] || rm -rf "${build:?}/run/$name"
ln -sfn "$name.$$" "$build/run/$name"
# Those of runs that are over.
for old in "$build/run/$name".*; do
	! [[ ${old##*.} =~ ^[0-9]+$ ]] || [ -e "/proc/${old##*.}" ] || rm -rf "$old"
done
pids=()
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	# Only what still runs: the number of one that is over may be somebody else's by now.
	# shellcheck disable=SC2046 # numbers
	kill $(jobs -rp) 2>/dev/null || true
	wait
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# The tests as numbered lines: "list" has all of them, "todo" those that can run.
if [ -z "$list" ]; then
	list=$dir/chosen
	for t in "${chosen[@]}"; do
		[ -x "$tests/${t%% *}" ] || [ -x "$here/guest/${t%% *}" ] ||
			die "the $which tree has no test ${t%% *}: selftests/machine/build.sh selftests $which prints the folder with them"
		printf '%s %s\n' - "$t"
	done >"$list"
fi
awk -v "default=$default" -v "all=$tests/tests" -f "$here/lists.awk" "$list" >"$dir/all" || die "$list is no good as a list"
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

times=$cache/times-$kind$suffix
[ -e "$times" ] || : >"$times"
left=$(wc -l <"$dir/todo")
[ "$left" -ge "$shards" ] || shards=$((left > 0 ? left : 1))
awk -v "machines=$shards" -v "to=$dir/todo." -f "$here/spread.awk" "$times" "$dir/todo"

# start NUMBER: a machine for todo.NUMBER.
start() {
	: >"$dir/report.$1"
	setpriv --pdeathsig TERM "$here/shard.sh" "$dir" "$1" "$kernel/bzImage" "$initrd" "${machine[@]}" &
	pids+=($!)
}

t0=$SECONDS
for ((s = 1; s <= shards; s++)); do start "$s"; done
if [ -t 2 ] || [ -n "${PROGRESS:-}" ]; then progress; fi
for p in "${pids[@]}"; do wait "$p" || true; done
pids=()
judge
if [ "$again" = 1 ] && [ "$complained" = 0 ] && [ ! -e "$dir/lost" ]; then
	awk -F '\t' 'FILENAME == ARGV[1] { if (sub(/^not ok /, "")) bad[$0 + 0] = 1; next } $1 in bad' \
		"$dir/ktap" "$dir/todo" >"$dir/todo.again"
	n=$(wc -l <"$dir/todo.again")
	if [ "$n" -ge 1 ] && [ "$n" -le 8 ]; then
		note "once more, by itself: $(cut -f 3 "$dir/todo.again" | paste -sd ',')"
		start again
		wait "${pids[0]}" || true
		pids=()
		judge
	fi
fi

kernel_word
cat "$dir/ktap"

# For the next run's spreading; planted tests (selftests/tests) are not real ones.
if [ -z "${GMEM_TESTS:-}" ]; then
	awk -F '\t' -v OFS='\t' 'FILENAME == ARGV[1] { t[$1] = $2; next } $4 != "" { t[$2] = $4 } END { for (n in t) print n, t[n] }' \
		"$times" "$dir/verdicts" | sort >"$times.$$"
	mv "$times.$$" "$times"
fi
[ -z "$verdicts" ] || cp "$dir/verdicts" "$verdicts"
counts=$(awk -f "$here/result.awk" -f "$here/count.awk" "$dir/ktap") || bad=1
note "$kind kernel, $which, $(basename "$listname"): $counts, $((SECONDS - t0)) s; logs in build/run/$name.$$"
exit "${bad:-0}"
