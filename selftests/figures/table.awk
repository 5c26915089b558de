# Makes a table of the figures that a test printed on base and patched: of the two
# files, and their ratio.  With -v only=FILE, of the figures that FILE names, with its
# labels ("NAME label").  With -v tap=1, KTAP with one test for each bound that the
# series promises.  See attributes.sh.

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

BEGIN {
	while (only != "" && (getline line < only) > 0)
		if (line !~ /^(#|$)/) {
			name = line
			sub(/[ \t].*/, "", name)
			sub(/^[^ \t]+[ \t]+/, "", line)
			chosen[++nr] = name
			label[name] = line
		}
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
		wide = 20
		for (i = 1; i <= (only == "" ? n : nr); i++) {
			name = only == "" ? order[i] : chosen[i]
			if (only != "")
				text[name] = label[name]
			if (length(text[name]) > wide)
				wide = length(text[name])
		}
		printf "%-" wide "s %10s %10s %14s\n", "", "base", "patched", "base/patched"
		for (i = 1; i <= (only == "" ? n : nr); i++) {
			name = only == "" ? order[i] : chosen[i]
			r = ratio(name)
			printf "%-" wide "s %10s %10s %14s\n", text[name],
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
