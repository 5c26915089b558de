# shellcheck shell=bash
# Sourced by machine.sh: who watches a machine that runs, who types, and what it ended of.
# QEMU is process $pid; DIR/why gets the reason if the watch ends it.
# shellcheck disable=SC2154 # machine.sh has set the variables

# What the firmware, or the boot loader in its name, says of an image that it refuses.
refusal="access denied|security (policy )?violation"

last_line() { tr -d '\r' <"$1" | grep -av '^ *$' | tail -n 1 | cut -c1-200; }

# last_words: what QEMU itself said at its end, in one line, after a colon.
last_words() {
	local said
	said=$(tr -d '\r' <"$dir/qemu.err" | grep -av '^ *$' | tail -n 3 | cut -c1-300 | paste -sd '|' | sed 's/|/ | /g' || true)
	printf '%s' "${said:+: $said}"
}

# Did init, or a test, say anything?
spoke() { grep -aq '^@@ ' "$dir/report"; }

# watch: ends a machine that has fallen silent, that does not end after a panic, or whose
# firmware refused to start the disk.  It kills once, and is over then.
watch() {
	local quiet=0 last='' now who first=$((silence < 120 ? silence : 120))
	while sleep 1 && kill -0 "$pid" 2>/dev/null; do
		now=$(stat -c %s "$dir/console" "$dir/report")
		quiet=$((quiet + 1))
		[ "$now" = "$last" ] || quiet=0
		last=$now
		if [ "$quiet" -ge 5 ] && grep -aq 'Kernel panic - not syncing' "$dir/console"; then
			:
		elif [ "$uefi" = 1 ] && grep -aqiE "$refusal" "$dir/console" && ! grep -aq 'Linux version' "$dir/console"; then
			who="the firmware"
			! grep -aq 'Verification failed' "$dir/console" || who=shim
			echo "$who refused it: $(grep -aoiE "[[:print:]]*($refusal)" "$dir/console" | sed -n '1s/^ *//p' | cut -c1-160)" >"$dir/why"
		elif [ "$quiet" -ge "$silence" ] || { [ "$quiet" -ge "$first" ] && ! spoke; }; then
			echo "silent for $quiet s; the console's last line: $(last_line "$dir/console")" >"$dir/why"
		else
			continue
		fi
		# QEMU may have ended by itself since it was looked at.
		kill -KILL "$pid" 2>/dev/null || :
		return
	done
}

# answer: types the answers (-k) to file descriptor 7.  If a question never comes, the watch
# ends the machine.
answer() {
	local at=1 want keys found
	while IFS=$'\t' read -r want keys; do
		until found=$(tail -c "+$at" "$dir/console" | grep -aobEm1 -e "$want" | head -n 1) && [ -n "$found" ]; do
			kill -0 "$pid" 2>/dev/null || return 0
			sleep 0.2
		done
		found=${found%%:*}
		at=$((at + found + 1))
		# shellcheck disable=SC2059 # it is a format
		printf "$keys" >&7
	done <"$answers"
}

# verdict STATUS: "complete", or why the machine ended; STATUS is QEMU's.
verdict() {
	local panic
	panic=$(tr -d '\r' <"$dir/console" | grep -am1 'Kernel panic - not syncing' | sed 's/^\[[^]]*\] *//' || true)
	if grep -aqx "@@ complete" "$dir/report"; then
		echo complete
	elif [ -n "$panic" ]; then
		echo "$panic"
	elif [ -e "$dir/why" ]; then
		cat "$dir/why"
	elif grep -aq '^@@ stuck' "$dir/report"; then
		echo "a test could not be killed"
	elif [ "$1" -gt 128 ]; then
		echo "QEMU was killed by signal $(($1 - 128))$(last_words)"
	elif [ "$1" -ne 0 ]; then
		echo "QEMU failed with status $1$(last_words)"
	else
		echo "the guest powered off or rebooted before its work was done"
	fi
}
