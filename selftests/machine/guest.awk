# Turns what the guest's init reported into KTAP.
#
#   awk -v lists=FILE [-v expected=FILE] [-v verdicts=FILE] [-v lost=REASON]
#       -f result.awk -f guest.awk REPORT...
#
# A REPORT has the tests' output between init's marks (see selftests/machine/init).
# "lists" has a line for each test: NUMBER, LIMIT, NAME and arguments, optionally why it
# cannot run; tabs between.  The report has one result for each.  Subtests are kept where
# the test writes TAP; the output of one that failed becomes diagnostics.  "expected" has
# the verdicts of the base: VERDICT NAME # reason.  "verdicts" is written: VERDICT NAME
# REASON SECONDS, tabs between.  "lost" says why tests were not reached.
#
# Longer than two screens: one report is read by one program; it has a rule for each kind of
# line.

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

# Looks at the output of test i: sets T_plan (-1: no TAP), T_seen, T_bad, T_skip (why it was
# skipped, as far as it says) and T_none (a plan of none that says "# SKIP").
function scan(i,	k, s) {
	T_plan = -1
	T_seen = T_bad = T_none = 0
	T_skip = ""
	for (k = 1; k <= lines[i]; k++) {
		s = out[i, k]
		if (plan_line(s)) {
			T_plan = P_count
			T_none = P_skip
			if (P_why != "")
				T_skip = P_why
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
	} else if (T_plan == 0 && T_none) {
		V = "skip"
		V_why = T_skip
	} else if (T_plan == 0) {
		V = "fail"
		V_why = "nothing was there: its plan is 1..0"
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
		print "  KTAP version 1"
		print "  1.." T_plan
		for (k = 1; k <= lines[i]; k++) {
			s = out[i, k]
			if (result(s) || s ~ /^ +(not )?ok / || s ~ /^ +1\.\./ || s ~ /^ +K?TAP version/)
				print "  " s
			else if (V != "pass" && !plan_line(s) && !version_line(s) && s != "")
				print "  # " substr(s, 1, 300)
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

BEGIN {
	tests = 0
	load()
}
{
	sub(/\r+$/, "")
	guest_line($0)
}
END { report() }
