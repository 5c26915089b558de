# both.sh: sourced by the scripts that compare two kernels.
# shellcheck shell=bash
# shellcheck disable=SC2154 # top and build are lib.sh's
# shellcheck disable=SC2317 # both calls measure

# both: "measure base" and "measure patched" at the same time, so that whatever else keeps
# the host busy keeps both busy.
both() {
	local rc=0 pid
	measure patched &
	pid=$!
	measure base || rc=$?
	wait "$pid" || rc=$?
	return "$rc"
}

# compare NAME PROGRAM TOPIC VARIABLES OPTIONS...: measures by PROGRAM of KVM's selftests, with
# OPTIONS, in machines with these VARIABLES of vm.sh, and prints base, patched and their
# ratio.  build/figures/NAME keeps it.
compare() {
	local name=$1 prog out=$build/figures
	prog=$("$top/selftests/machine/build.sh" selftests patched)/x86/$2
	[ -x "$prog" ] || die "the patched tree has no $2: is topic $3 in build/linux?"
	read -ra variables <<<"$4"
	shift 4
	options=$*
	mkdir -p "$out"
	measure() {
		env "${variables[@]}" KERNEL="$1" MEM=2048 EXACT=1 RUN="$prog $options" \
			"$top/selftests/machine/vm.sh" >"$out/$name-$1.tmp" &&
			mv "$out/$name-$1.tmp" "$out/$name-$1"
	}
	rm -f "$out/$name-base" "$out/$name-patched"
	"$top/selftests/machine/build.sh" kernel slim base >/dev/null
	"$top/selftests/machine/build.sh" kernel slim patched >/dev/null
	stage "measure $name, base and patched" both
	awk -f "$top/selftests/figures/table.awk" "$out/$name-base" "$out/$name-patched" | tee "$out/$name"
}
