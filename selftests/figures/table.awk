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
	bound("setting 16 GiB, times base", ratio("set_16g_ns"), 1 / 10000)
	bound("setting 256 GiB, times 1 GiB", val[1, "set_256g_ns"] / val[1, "set_1g_ns"], 1.5)
	bound("setting 4 TiB, times 1 GiB", val[1, "set_4096g_ns"] / val[1, "set_1g_ns"], 1.5)
	bound("with a memslot, setting 4 GiB, times 1 GiB", val[1, "set_slot_4g_ns"] / val[1, "set_slot_1g_ns"], 1.5)
	bound("memory held by 256 GiB, KiB", val[1, "held_256g_bytes"] / 1024, 64)
	# Patterns of single pages: none may be slower or larger than on the base.  Only the
	# first cut of a block may take up to twice as long, for half of the memory.
	for (i = 1; i <= n; i++)
		if (order[i] ~ /_mean_ns$/) {
			bound("time, times base: " text[order[i]], ratio(order[i]), order[i] ~ /block_|hole_/ ? 2 : 1.05)
		} else if (order[i] ~ /_millibytes$/) {
			# Of 8192 operations, 16 KiB are noise.
			bound("memory, times base: " text[order[i]], val[1, order[i]] <= 2000 ? 0 : ratio(order[i]),
			      order[i] ~ /block_/ ? 0.5 : 1)
		}
	bound("memory for one page in every 2 MiB, KiB a GiB", val[1, "block_random_millibytes"] / 1000 * 512 / 1024, 64)
	bound("touching private memory, times base", ratio("touch_private_best_ns"), 1.05)
	bound("the same among many blocks, times base", ratio("touch_private_worst_best_ns"), 1.05)
	print "1.." tests
	exit failed
}
