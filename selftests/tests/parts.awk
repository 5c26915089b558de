# Reads the tables of docs/tests.md: with -v title="make test", the rows below the
# heading of that name, as NAME|BUDGET|HOW|NEEDS|COMMAND|TESTS.  The
# columns are found by their names.

function trim(s) { gsub(/^[ \t`]+|[ \t`]+$/, "", s); return s }
/^## / { on = trim(substr($0, 4)) == title; delete column; next }
!on || !/^\|/ || /^\|-/ { next }
{
	n = split($0, cell, "|")
	if (!("part" in column)) {
		for (i = 2; i < n; i++)
			column[trim(cell[i])] = i
		next
	}
	printf "%s|%s|%s|%s|%s|%s\n", trim(cell[column["part"]]), trim(cell[column["budget"]]),
		trim(cell[column["how"]]), trim(cell[column["needs"]]), trim(cell[column["command"]]),
		("tests" in column) ? trim(cell[column["tests"]]) : ""
}
