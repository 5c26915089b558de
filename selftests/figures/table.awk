# Two files of memory_attributes_perf_test, base and patched, to a table of both and
# their ratio, or with -v tap=1 to KTAP, one test for each bound that the series
# promises.  See figures.sh.

function human(name, v) {
	if (name ~ /_ns$/)
		return (v >= 1e9 ? sprintf("%.1f s", v / 1e9) : \
			v >= 1e6 ? sprintf("%.1f ms", v / 1e6) : sprintf("%.1f us", v / 1e3))
	if (name ~ /_millibytes$/)
		return sprintf("%.1f B", v / 1000)
	if (name ~ /_bytes$/)
		return (v >= 1048576 ? sprintf("%.1f MiB", v / 1048576) : sprintf("%.1f KiB", v / 1024))
	return v
}

# The bound holds if value is known and not above limit.
function bound(text, value, limit,	ok) {
	ok = value != "" && value <= limit
	if (!ok)
		failed = 1
	printf "%s %d %s: %s, bound %s\n", (ok ? "ok" : "not ok"), ++tests, text,
		(value == "" ? "not measured" : sprintf("%.4g", value)), limit
}

function ratio(name) {
	if (!((0, name) in val) || !((1, name) in val) || val[0, name] <= 0)
		return ""
	return val[1, name] / val[0, name]
}

FNR == 1 { file++ }

$1 == "figure" {
	if (!($2 in text)) {
		order[++n] = $2
		text[$2] = $0
		sub(/^[^#]*# */, "", text[$2])
		sub(/, times 1000$/, "", text[$2])
	}
	val[file - 1, $2] = $3
}

END {
	if (!tap) {
		printf "%-62s %10s %10s %14s\n", "", "base", "patched", "base/patched"
		for (i = 1; i <= n; i++) {
			name = order[i]
			r = ratio(name)
			printf "%-62s %10s %10s %14s\n", substr(text[name], 1, 62),
				((0, name) in val) ? human(name, val[0, name]) : "-",
				((1, name) in val) ? human(name, val[1, name]) : "-",
				(r > 0 ? sprintf((1 / r >= 100 ? "%.0f" : "%.2f"), 1 / r) : "")
		}
		exit
	}

	print "KTAP version 1"
	bound("setting 256 GiB, times base", ratio("set_256g_ns"), 1 / 10000)
	# Of a few microseconds, most are the system call's and the machine's noise.
	one = val[1, "set_1g_ns"] > 20000 ? val[1, "set_1g_ns"] : 20000
	bound("setting 256 GiB, times 1 GiB (or 20 us)", val[1, "set_256g_ns"] / one, 2)
	bound("memory held by 256 GiB, charged, KiB", val[1, "held_256g_bytes"] / 1024, 64)
	bound("memory held by 256 GiB, slab objects, KiB", val[1, "held_256g_slab_bytes"] / 1024, 64)
	bound("worst case, memory per range, times base's per page",
	      ratio("worst_range_millibytes"), 4)
	# The best of many small batches; what is left is the machine's noise.
	bound("touching private memory, times base", ratio("touch_private_best_ns"), 1.15)
	bound("the same among many ranges, times base", ratio("touch_private_worst_best_ns"), 1.15)
	print "1.." tests
	exit failed
}
