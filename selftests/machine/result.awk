# A line of TAP or KTAP (the kernel's Documentation/dev-tools/ktap.rst); for count.awk
# and guest.awk.

function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s); return s }

# Is s, without its indentation, a result line?  Sets R_ok, R_num ("" if it has none),
# R_name, R_dir (skip, todo or nothing; an XFAIL is a todo) and R_why.
function result(s,	d) {
	if (s !~ /^(not )?ok([ \t]|$)/)
		return 0
	R_ok = s !~ /^not/
	sub(/^(not )?ok[ \t]*/, "", s)
	R_num = ""
	if (match(s, /^[0-9]+/)) {
		R_num = substr(s, 1, RLENGTH) + 0
		s = substr(s, RLENGTH + 1)
	}
	sub(/^[ \t]*-[ \t]+/, "", s)
	R_dir = R_why = ""
	R_name = trim(s)
	if (match(s, /#[ \t]*([Ss][Kk][Ii][Pp]|[Tt][Oo][Dd][Oo]|XFAIL)/)) {
		d = substr(s, RSTART)
		R_name = trim(substr(s, 1, RSTART - 1))
		R_dir = tolower(d) ~ /^#[ \t]*skip/ ? "skip" : "todo"
		sub(/^#[ \t]*[A-Za-z]+:?[ \t]*/, "", d)
		R_why = d
	}
	return 1
}

# Is s a plan?  Sets P_count, and P_skip and P_why if a plan of none says that all of
# it is skipped.
function plan_line(s) {
	if (s !~ /^1\.\.[0-9]+[ \t]*(#.*)?$/)
		return 0
	P_count = substr(s, 4) + 0
	P_skip = P_count == 0 && match(s, /#[ \t]*[Ss][Kk][Ii][Pp]:?[ \t]*(-[ \t]+)?/)
	P_why = P_skip ? trim(substr(s, RSTART + RLENGTH)) : ""
	return 1
}

function version_line(s) { return s ~ /^K?TAP version [0-9]+[ \t]*$/ }
