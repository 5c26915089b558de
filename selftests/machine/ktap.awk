# The one reader of test results.
#
# Without mode: reads TAP or KTAP, also several reports one after the other and
# nested ones (four blanks a level), and ends in "N passed, N failed, N skipped".  Only
# leaves count: a test with subtests is the sum of them, and counts itself only if
# it failed although none of them did.  What a plan promises and does not come, a
# report that stops in the middle, or one without a plan is a failure.  An expected
# failure (TODO) counts as skipped.  With -v list=1 each skipped one is named first,
# then each failed one with the file that has it, the first few with the end of their
# diagnostics: last, so that they are in what is left of a long log.  The exit status
# is 1 if anything failed or nothing was there.
#
# -v mode=guest -v lists=FILE [-v expected=FILE]: reads what the guest's init
# reported (marks, see selftests/machine/init) and writes KTAP, one test a line of lists
# (NUMBER, LIMIT, NAME and arguments, optionally why it cannot run; tabs between).
# Subtests are kept where the test speaks TAP; output of one that failed
# becomes diagnostics.  expected holds verdicts of the base: VERDICT NAME # reason.

function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s); return s }

# Is it a result line?  Sets R_ok, R_name, R_dir (skip, todo or nothing), R_why.
function result(s,	p, d) {
	if (s !~ /^(not )?ok([ \t]|$)/)
		return 0
	R_ok = s !~ /^not/
	sub(/^(not )?ok[ \t]*[0-9]*[ \t]*(-[ \t]+)?/, "", s)
	R_dir = R_why = ""
	R_name = trim(s)
	p = match(s, /#[ \t]*([Ss][Kk][Ii][Pp]|[Tt][Oo][Dd][Oo])/)
	if (p) {
		d = substr(s, p)
		R_name = trim(substr(s, 1, p - 1))
		R_dir = tolower(d) ~ /^#[ \t]*skip/ ? "skip" : "todo"
		sub(/^#[ \t]*[A-Za-z]+:?[ \t]*/, "", d)
		R_why = d
	}
	return 1
}

# ---------------------------------------------------------------- counting

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

# Closes level d: what its plan promised and did not come.  Returns the number
# of failures below.
function close_level(d,	n) {
	if (seen[d] && !((d) in plan))
		count_fail(d == 0 ? "a report without a plan" : "subtests without a plan")
	else if (((d) in plan) && seen[d] != plan[d]) {
		n = plan[d] - seen[d]
		count_fail("the plan says " plan[d] ", but " seen[d] + 0 " reported")
		failed += (n > 1 ? n - 1 : 0)
	}
	delete plan[d]
	delete seen[d]
	return failed > before[d]
}

function close_doc(	d, open) {
	for (d = deepest; d > 0; d--)
		if (seen[d] || (d in plan)) {
			open = 1
			delete seen[d]
			delete plan[d]
		}
	if (open)
		count_fail("a report that ends in the middle")
	if (seen[0] || (0 in plan))
		close_level(0)
	deepest = 0
}

function count_line(s,	d, bads) {
	if (s ~ /^ *# /) {
		sub(/^ */, "\n    ", s)
		diag[++diags] = substr(s, 1, 160)
		return
	}
	match(s, /^ */)
	d = int(RLENGTH / 4)
	s = substr(s, RLENGTH + 1)
	if (s ~ /^K?TAP version/) {
		if (d == 0)
			close_doc()
		return
	}
	if (d > deepest + 1)
		return
	if (s ~ /^1\.\.[0-9]+/) {
		open_level(d)
		plan[d] = substr(s, 4) + 0
		if (plan[d] == 0 && match(s, /#/)) {
			skipped++
			if (list)
				print "skipped: all of a report: " trim(substr(s, RSTART + 1))
		}
		any = 1
		return
	}
	if (s ~ /^Bail out!/) {
		count_fail(s)
		return
	}
	if (!result(s))
		return
	any = 1
	open_level(d)
	seen[d]++
	if (seen[d + 1] || ((d + 1) in plan)) {
		bads = close_level(d + 1)
		if (!R_ok && R_dir == "" && !bads)
			count_fail(R_name)
	} else if (R_dir != "") {
		skipped++
		if (list)
			print "skipped: " R_name ": " (R_dir == "todo" && !R_ok ? "expected to fail: " : "") R_why
	} else if (R_ok)
		passed++
	else
		count_fail(R_name)
	diags = 0
}

function open_level(d) {
	if (d > deepest)
		deepest = d
	if (!seen[d] && !(d in plan))
		before[d] = failed
}

# ---------------------------------------------------------------- the guest

function load(	s, f, n, v) {
	while ((getline s < lists) > 0) {
		n = split(s, f, "\t")
		order[++tests] = f[1]
		limit[f[1]] = f[2]
		name[f[1]] = f[3]
		cannot[f[1]] = n > 3 ? f[4] : ""
	}
	if (expected != "")
		while ((getline s < expected) > 0) {
			if (s ~ /^#/ || s ~ /^[ \t]*$/)
				continue
			v = s
			sub(/[ \t].*/, "", v)
			sub(/^[^ \t]+[ \t]+/, "", s)
			n = index(s, " # ")
			f[2] = n ? substr(s, n + 3) : ""
			if (n)
				s = substr(s, 1, n - 1)
			want[trim(s)] = v
			why[trim(s)] = f[2]
		}
}

function guest_line(s,	f) {
	if (s !~ /^@@ /) {
		if (now != "")
			out[now, ++lines[now]] = s
		return
	}
	split(s, f, " ")
	if (f[2] == "begin") {
		now = f[3]
		# A second time: what became of the first is kept to be told.
		if (state[now] == "ended") {
			judge(now)
			first[now] = V_why
		}
		lines[now] = 0
		state[now] = "begun"
	} else if (f[2] == "end") {
		state[f[3]] = "ended"
		status[f[3]] = f[4]
		took[f[3]] = f[5]
		now = ""
	} else if (f[2] == "stuck") {
		state[f[3]] = "stuck"
	} else if (f[2] == "died") {
		# From the host: the machine ended during this test.
		if (state[f[3]] != "stuck")
			state[f[3]] = "died"
		sub(/^@@ died [^ ]+ /, "", s)
		status[f[3]] = s
		now = ""
	}
}

# Looks at the output of test i: sets T_plan (-1: no TAP), T_seen, T_bad, T_skip.
function scan(i,	k, s) {
	T_plan = -1
	T_seen = T_bad = T_todo = 0
	T_skip = ""
	for (k = 1; k <= lines[i]; k++) {
		s = out[i, k]
		if (s ~ /^1\.\.[0-9]+/) {
			T_plan = substr(s, 4) + 0
			if (T_plan == 0 && match(s, /#[ \t]*SKIP[ \t]*(-[ \t]*)?/))
				T_skip = substr(s, RSTART + RLENGTH)
		} else if (T_plan > 0 && result(s)) {
			T_seen++
			if (!R_ok && R_dir == "")
				T_bad++
			if (R_dir == "skip" && R_why != "")
				T_skip = R_why
		} else if (s ~ /[Ss][Kk][Ii][Pp]|not (supported|enabled|available)|[Rr]equire/ && T_skip == "")
			T_skip = s
	}
	sub(/^# */, "", T_skip)
	if (T_skip == "")
		T_skip = "it does not say why"
}

# Sets V (pass, skip, fail, time, none) and V_why.
function judge(i) {
	V_why = ""
	scan(i)
	if (cannot[i] != "") {
		V = cannot[i] ~ /^skip / ? "skip" : "fail"
		V_why = cannot[i]
		sub(/^[a-z]+ /, "", V_why)
	} else if (state[i] == "") {
		V = "none"
		V_why = "not run: " (lost != "" ? lost : "the machine ended before")
	} else if (state[i] == "stuck") {
		V = "time"
		V_why = "hangs past its limit of " limit[i] " s and could not be killed"
	} else if (state[i] == "died") {
		V = "fail"
		V_why = "the machine ended during it: " status[i]
	} else if (state[i] == "begun") {
		V = "fail"
		V_why = "the report stops during it"
	} else if (status[i] == "limit") {
		V = "time"
		V_why = "not done within its limit of " limit[i] " s"
	} else if (status[i] == 4) {
		V = "skip"
		V_why = T_skip
	} else if (status[i] >= 128 && status[i] != 254 && status[i] != 255) {
		V = "fail"
		V_why = "killed by signal " status[i] - 128
	} else if (status[i] != 0) {
		V = "fail"
		V_why = "exit status " status[i]
	} else if (T_plan > 0 && T_seen != T_plan) {
		V = "fail"
		V_why = "planned " T_plan " subtests, reported " T_seen
	} else if (T_plan > 0 && T_bad) {
		V = "fail"
		V_why = T_bad " subtests failed, though its exit status is 0"
	} else
		V = "pass"
}

# The part of test i's output that belongs into the report.
function show(i, nested,	k, s, from) {
	if (nested) {
		print "    KTAP version 1"
		print "    1.." T_plan
		for (k = 1; k <= lines[i]; k++) {
			s = out[i, k]
			if (result(s) || s ~ /^ +(not )?ok / || s ~ /^ +1\.\./ || s ~ /^ +K?TAP version/)
				print "    " s
			else if (V != "pass" && s !~ /^1\.\./ && s !~ /^K?TAP version/ && s != "")
				print "    # " substr(s, 1, 300)
		}
		return
	}
	from = lines[i] > 60 ? lines[i] - 59 : 1
	if (from > 1)
		print "# (" from - 1 " lines before these are in the log)"
	for (k = from; k <= lines[i]; k++)
		if (out[i, k] != "")
			print "# " substr(out[i, k], 1, 300)
}

function report(	k, i, w, note, nested) {
	print "KTAP version 1"
	# One more for the kernel's log, which the caller adds.
	print "1.." tests + 1
	for (k = 1; k <= tests; k++) {
		i = order[k]
		judge(i)
		w = expected == "" ? "" : want[name[i]]
		nested = T_plan > 0 && T_seen == T_plan && (V == "pass" || (V == "fail" && T_bad))
		note = took[i] != "" ? " # " took[i] " s" : ""
		if (i in first)
			note = note ", by itself; before, among others: " first[i]
		if (verdicts != "")
			print V "\t" name[i] "\t" V_why "\t" took[i] > verdicts
		if (V == "skip" && w == "pass") {
			print "not ok " i " " name[i] " # skipped, but passes on base: " V_why
		} else if (V == "skip") {
			print "ok " i " " name[i] " # SKIP " V_why
		} else if (V == "pass") {
			if (nested)
				show(i, 1)
			print "ok " i " " name[i] note
		} else if ((V == "fail" || V == "time") && (w == "fail" || w == "time")) {
			show(i, 0)
			print "ok " i " " name[i] " # SKIP fails on base too: " why[name[i]] " (" V_why ")"
		} else if ((V == "fail" || V == "time") && w == "flaky") {
			show(i, 0)
			print "ok " i " " name[i] " # SKIP fails now and then on base too: " why[name[i]] " (" V_why ")"
		} else {
			show(i, nested)
			print "not ok " i " " name[i] " # " V_why (i in first ? ", twice" : "")
		}
	}
}

# ----------------------------------------------------------------

BEGIN {
	passed = failed = skipped = tests = 0
	if (mode == "guest")
		load()
}

{ sub(/\r+$/, "") }
FNR == 1 && mode != "guest" {
	if (NR > 1)
		close_doc()
	file = FILENAME == "-" ? "" : FILENAME
	diags = 0
}
mode == "guest" { guest_line($0); next }
{ count_line($0) }

END {
	if (mode == "guest") {
		report()
		exit 0
	}
	close_doc()
	if (!any)
		count_fail("no test result at all")
	for (i = 1; list && i <= listed; i++)
		print failures[i]
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}
