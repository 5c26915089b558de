# Reads a list of tests (selftests/machine/lists) and numbers them.
#
#   awk -v default=SECONDS -v all=FILE -f lists.awk LIST
#
# Writes NUMBER, LIMIT, NAME and arguments, with tabs between.  "default" is the limit
# for "-", "all" has the names of all tests, of which "*" takes those that the list does
# not name.  With "no" for a limit, the list names a test only to leave it out.

BEGIN {
	while ((getline test < all) > 0)
		names[++count] = test
}

{ sub(/[ \t]*#.*/, "") }

NF == 0 { next }

NF < 2 || $1 !~ /^([0-9]+|-|no)$/ {
	print FILENAME ":" FNR ": not LIMIT NAME: " $0 > "/dev/stderr"
	bad = 1
	exit 1
}

{
	limit = $1 == "-" ? default : $1
	word = $2
	listed[word] = 1
	if (limit == "no")
		next
	sub(/^[ \t]*[^ \t]+[ \t]+/, "")
	gsub(/[ \t]+/, " ")
	sub(/ $/, "")
	line[++lines] = limit "\t" $0
}

END {
	if (bad)
		exit 1
	for (i = 1; i <= lines; i++) {
		split(line[i], f, "\t")
		if (f[2] != "*") {
			print ++number "\t" line[i]
			continue
		}
		for (j = 1; j <= count; j++)
			if (!(names[j] in listed))
				print ++number "\t" f[1] "\t" names[j]
	}
	if (!number)
		print FILENAME ": no test in it" > "/dev/stderr"
	exit !number
}
