# Spreads tests over machines.
#
#   awk -v machines=N -v to=PREFIX -f spread.awk TIMES TESTS
#
# TESTS has numbered lines as lists.awk writes them; they go to the files PREFIX1 to
# PREFIXN, each in order.  TIMES says what each took last time (NAME, tab, SECONDS): the
# longest goes first, to the machine that has the least to do.

BEGIN { FS = "\t" }

FILENAME == ARGV[1] { took[$1] = $2; next }

{
	line[++tests] = $0
	cost[tests] = ($3 in took) ? took[$3] : 2
}

END {
	for (n = 1; n <= tests; n++) {
		longest = 0
		for (i = 1; i <= tests; i++)
			if (!(i in machine) && (!longest || cost[i] > cost[longest]))
				longest = i
		least = 1
		for (m = 2; m <= machines; m++)
			if (load[m] < load[least])
				least = m
		machine[longest] = least
		load[least] += cost[longest] + 0.2
	}
	for (m = 1; m <= machines; m++) {
		printf "" > (to m)
		for (i = 1; i <= tests; i++)
			if (machine[i] == m)
				print line[i] > (to m)
	}
}
