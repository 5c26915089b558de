# shellcheck shell=bash
# Sourced by run.sh: what the machines said, while they run and at the end.
# shellcheck disable=SC2154 # run.sh has set the variables

# progress: each test as it ends.
progress() {
	local -A seen=()
	local count=0 alive=1 p f i n rc secs ended
	while [ "$alive" = 1 ]; do
		alive=0
		for p in "${pids[@]}"; do ! kill -0 "$p" 2>/dev/null || alive=1; done
		for f in "$dir"/machine-*/report; do
			[ -e "$f" ] || continue
			mapfile -t ended < <(grep -a '^@@ end ' "$f" || true)
			for ((i = ${seen[$f]:-0}; i < ${#ended[@]}; i++)); do
				read -r _ _ n rc secs <<<"${ended[i]}"
				case $rc in 0) rc=ok ;; 4) rc=skip ;; limit) rc='time limit' ;; *) rc="exit $rc" ;; esac
				count=$((count + 1))
				printf '  %3d/%d  %-52s %7ss  %s\n' "$count" "$total" \
					"$(awk -F '\t' -v n="$n" '$1 == n { print $3 }' "$dir/list")" "$secs" "$rc" >&2
			done
			seen[$f]=${#ended[@]}
		done
		sleep "$alive"
	done
}

# judge: what all machines so far said: their reports in ktap, their consoles in complaints.
judge() {
	local ends f console expected=$here/expected-$kind args=()
	[ "$compare" = 0 ] || [ ! -e "$expected" ] || args=(-v "expected=$expected")
	ends=$(cat "$dir"/machine-*/end 2>/dev/null | grep -vx complete | sort -u | paste -sd ';' || true)
	awk -v "lists=$dir/list" -v "verdicts=$dir/verdicts" -v "lost=$ends" "${args[@]}" \
		-f "$here/result.awk" -f "$here/guest.awk" "$dir"/report.* >"$dir/ktap"
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

# kernel_word: the kernel's own word counts as one more test.
kernel_word() {
	local last="$((total + 1)) no complaint from the kernel"
	if [ ${#consoles[@]} -eq 0 ]; then
		echo "not ok $last # no machine was started"
	elif [ "$complained" = 1 ]; then
		sed -n 's/^/# /; 1,40p' "$dir/complaints"
		echo "not ok $last # $(wc -l <"$dir/complaints") lines, the whole log: build/run/$name.$$"
	elif [ -e "$dir/lost" ]; then
		sed 's/^/# /' "$dir/lost"
		echo "not ok $last # but $(head -n 1 "$dir/lost")"
	elif [ -s "$dir/stalled" ]; then
		# Nothing to fail for, and nothing to keep quiet about.
		echo "ok $last # SKIP a boot came to a standstill: $(head -n 1 "$dir/stalled")"
	else
		echo "ok $last"
	fi >>"$dir/ktap"
}
