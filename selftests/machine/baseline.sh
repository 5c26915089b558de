#!/bin/bash
# baseline.sh [RUNS]
#
# Runs all of upstream's tests on the base, RUNS times (1 to 9; 2), and writes their
# verdicts to selftests/machine/expected-slim: VERDICT NAME # reason.  A test whose
# verdicts differ is "flaky".
#
# A reason that somebody wrote into the file stays; a new failure gets its own message,
# to be looked into.  What was flaky once stays so: delete its line to have it judged
# anew.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

[ $# -le 1 ] || usage "$2"
runs=${1:-2}
[[ $runs =~ ^[1-9]$ ]] || usage "$runs"
file=$top/selftests/machine/expected-slim
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
for ((i = 1; i <= runs; i++)); do
	note "run $i of $runs"
	# Failures are what this is to find out.
	PROGRESS=1 "$top/selftests/machine/run.sh" -x -o "$tmp/verdicts.$i" slim base upstream >"$tmp/ktap.$i" || true
	[ -s "$tmp/verdicts.$i" ] || die "run $i came to nothing"
	! grep -q '^none' "$tmp/verdicts.$i" || die "run $i did not get through the list: its logs are in build/run/slim-base-upstream"
	# A base that complains would hide what the series adds.
	grep -q '^ok .* no complaint from the kernel' "$tmp/ktap.$i" ||
		die "the base's kernel complained: build/run/slim-base-upstream/complaints says what"
done
[ -e "$file" ] || : >"$file"
{
	cat <<-END
		# Verdicts of upstream's KVM selftests on the base (slim kernel, QEMU's TCG, with the
		# limits of lists/upstream), written by make baseline.  A test that passes here
		# and not on the patched kernel fails the run.
		#   pass   skip   fail   time (over its limit)   flaky (now and then)
		# Made with $(qemu-system-x86_64 --version | sed -n 's/^QEMU emulator version \([^ ]*\).*/QEMU \1/p').
	END
	awk -F '\t' '
		FILENAME == ARGV[1] {
			if (/^#/ || !/ /)
				next
			v = $0
			sub(/ .*/, "", v)
			n = $0
			sub(/^[^ ]+ +/, "", n)
			p = index(n, " # ")
			w = p ? substr(n, p + 3) : ""
			if (p)
				n = substr(n, 1, p - 1)
			oldv[n] = v
			oldw[n] = w
			next
		}
		!($2 in verdict) { names[++m] = $2; verdict[$2] = $1; why[$2] = $3; next }
		verdict[$2] != $1 {
			if (verdict[$2] == "pass")
				why[$2] = $3
			verdict[$2] = "flaky"
		}
		END {
			for (i = 1; i <= m; i++) {
				n = names[i]
				v = verdict[n]
				w = why[n]
				if (oldv[n] == "flaky")
					v = "flaky"
				if (v != "pass" && v != "skip" && oldw[n] != "")
					w = oldw[n]
				print v " " n (v != "pass" && w != "" ? " # " w : "")
			}
		}' "$file" "$tmp"/verdicts.* | LC_ALL=C sort -k2
} >"$tmp/expected"
cat "$tmp/expected" >"$file"
awk '!/^#/ { n[$1]++ } END { for (v in n) printf "%s %d\n", v, n[v] }' "$file" | sort
