# Counts test results.
#
#   awk [-v list=1] -f result.awk -f count.awk FILE...
#
# Reads TAP or KTAP, also several reports one after the other, and ends in the line
# "N passed, N failed, N skipped".  The exit status is 1 if anything failed or nothing
# was there.
#
# Subtests are indented further than their test: by two blanks in KTAP, by four in
# TAP 14, by any number here.  Only leaves count: a test with subtests is the sum of
# them, and counts itself only if it failed although none of them did.
#
# Failures, too: a test that the plan promises and that does not come, or one more than
# it promises; a number that is not the next one; a report that stops in the middle; one
# without a plan; a plan of none (1..0), unless it says "# SKIP".  An expected failure
# (TODO, XFAIL) counts as skipped.
#
# With list=1 each skipped test is named first, then each failed one with the file that
# has it, the first three with the end of their diagnostics: last, so that a long log
# ends in them.
#
# Longer than two screens: one report is read by one program; it has a rule for each kind of
# line.

function count_fail(name,	part, k) {
	failed++
	part = file
	sub(/.*\//, "", part)
	sub(/\.tap$/, "", part)
	failures[++listed] = "failed: " part (part == "" ? "" : ": ") name
	if (listed <= 3)
		for (k = diags > 8 ? diags - 7 : 1; k <= diags; k++)
			failures[listed] = failures[listed] diag[k]
}

function count_skip(name, reason) {
	skipped++
	if (list)
		print "skipped: " name ": " (reason == "" ? "it does not say why" : reason)
}

# Levels: the report is level 0, its subtests level 1, and so on up to "top", which is
# -1 outside of a report.  indent, plan, seen (tests so far), number (of the last one)
# and before (failures when it began) belong to a level.

function open_level(d, k) {
	top = d
	indent[d] = k
	seen[d] = number[d] = 0
	before[d] = failed
	delete plan[d]
	delete all_skipped[d]
}

function is_empty(d) { return !seen[d] && !(d in plan) }

# level_of(BLANKS, OPENS): the level of a line with so many blanks before it, -1 if there
# is none.  OPENS: such a line may begin a level of its own.
function level_of(k, opens,	d) {
	if (top >= 0 && k < indent[0] && opens)
		close_report()
	if (top < 0 || k > indent[top]) {
		if (!opens)
			return -1
		open_level(top + 1, k)
	}
	for (d = top; d >= 0 && indent[d] != k; d--)
		;
	return d
}

# Level d is over.  PARENT_SKIPS: its test says that it was skipped.
function close_level(d, parent_skips,	missing) {
	top = d - 1
	if (!(d in plan))
		count_fail(d == 0 ? "a report without a plan" : "subtests without a plan")
	else if (plan[d] == 0 && !seen[d]) {
		if (!(d in all_skipped) && !parent_skips)
			count_fail("nothing was there: the plan is 1..0")
		else
			count_skip(d == 0 ? "all of a report" : R_name, d in all_skipped ? all_skipped[d] : R_why)
	} else if (seen[d] != plan[d]) {
		missing = plan[d] - seen[d]
		count_fail("the plan says " plan[d] ", but " seen[d] " reported")
		failed += missing > 1 ? missing - 1 : 0
	}
	return failed > before[d]
}

# Level d and those below are over, though their test's own result did not come.
function cut_off(d,	open) {
	for (; top >= d; top--)
		open += !is_empty(top)
	if (open)
		count_fail("a report that ends in the middle")
}

function close_report() {
	if (top < 0)
		return
	cut_off(1)
	if (!is_empty(0))
		close_level(0)
	top = -1
}

# A version or a plan, with k blanks before it.
function count_head(k, is_plan,	d) {
	d = level_of(k, 1)
	if (d < 0)
		return
	cut_off(d + 1)
	# Another report begins where one is.
	if (is_plan ? (d in plan) : !is_empty(d)) {
		if (d == 0)
			close_report()
		else
			cut_off(d)
		open_level(d, k)
	}
	if (!is_plan)
		return
	any = 1
	plan[d] = P_count
	if (P_skip)
		all_skipped[d] = P_why
}

# The result that result() has read, with k blanks before it.
function count_result(k,	d, parent, bad, label) {
	# What is indented and does not look like the first of some subtests is noise.
	d = level_of(k, R_num == 1)
	if (d < 0)
		return
	any = 1
	cut_off(d + 2)
	seen[d]++
	label = R_name
	bad = R_num != "" && R_num != number[d] + 1
	if (bad)
		label = label " (its number is " R_num ", but " number[d] + 1 " was due)"
	number[d] = R_num != "" ? R_num : number[d] + 1
	parent = top > d && !is_empty(d + 1)
	if (parent && !close_level(d + 1, R_dir == "skip"))
		bad = bad || (!R_ok && R_dir == "")
	top = d
	if (bad)
		count_fail(label)
	else if (parent)
		;
	else if (R_dir != "")
		count_skip(R_name, (R_dir == "todo" && !R_ok ? "expected to fail: " : "") R_why)
	else if (R_ok)
		passed++
	else
		count_fail(label)
	diags = 0
}

function count_line(s,	k) {
	if (s ~ /^[ \t]*# /) {
		sub(/^[ \t]*/, "\n    ", s)
		diag[++diags] = substr(s, 1, 160)
		return
	}
	match(s, /^[ \t]*/)
	k = RLENGTH
	s = substr(s, k + 1)
	if (version_line(s))
		count_head(k, 0)
	else if (plan_line(s))
		count_head(k, 1)
	else if (s ~ /^Bail out!/)
		count_fail(s)
	else if (result(s))
		count_result(k)
}

BEGIN {
	passed = failed = skipped = 0
	top = -1
}

FNR == 1 {
	close_report()
	file = FILENAME == "-" ? "" : FILENAME
	diags = 0
}

{
	sub(/\r+$/, "")
	count_line($0)
}

END {
	close_report()
	if (!any)
		count_fail("no test result at all")
	for (i = 1; list && i <= listed; i++)
		print failures[i]
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}
