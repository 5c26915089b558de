# Of what "spatch --parse-ch FILE..." says: "FILE FUNCTION" for each function that it could not
# read.  Macros do not count; the rules are not about these.
/^parse error/ { error = 1; name = ""; next }
error && /^ = File "/ { split($0, part, "\""); file = part[2]; error = 0; next }
# What is passed over, from its beginning up to the line with the error.
/^bad: #define/ { name = "" }
/^bad: [a-z].*[a-z0-9_]\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
/^BAD:!!!!! [a-z]/ {
	name = ""
	if (match($0, /[A-Z]+\([a-z0-9_]+\)\(/)) # FNAME(fetch)(struct ...
		name = substr($0, RSTART, RLENGTH - 1)
}
/^BAD:!!!!! #/ { name = "" }
/^BAD:!!!!! / {
	if (name != "" && name !~ /#/ && !seen[file, name]++)
		print file, name
	name = ""
}
