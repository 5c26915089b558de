# Takes what cocci/allow excuses from the findings: awk -v tmp=FOLDER -v name=ALLOW -f allow.awk
# FOLDER/files FOLDER/rules FOLDER/allow FINDINGS.  An entry that excuses nothing, of a
# file and a rule that were looked at, is a finding itself.  Ends with 1 if there is any.
function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
FILENAME == tmp "/files" { looked[$0] = 1; next }
FILENAME == tmp "/rules" { ran[$0] = 1; next }
FILENAME == tmp "/allow" {
	if ($0 ~ /^[ \t]*(#|$)/)
		next
	k = split($0, part, "|")
	if (k < 4 || trim(part[1]) == "" || trim(part[2]) == "" || trim(part[3]) == "" || trim(part[4]) == "") {
		print name ":" FNR ": allow: not \"path | rule | function() or text | reason\""
		bad = 1
		next
	}
	n++
	path[n] = trim(part[1]); rule[n] = trim(part[2]); text[n] = trim(part[3]); line[n] = FNR
	next
}
{
	split($0, f, ": ")
	at = f[1]
	sub(/:[0-9]+$/, "", at)
	hit = 0
	for (i = 1; i <= n; i++)
		if (path[i] == at && rule[i] == f[2] && index($0, text[i])) {
			used[i] = 1
			hit = 1
		}
	if (!hit) {
		print
		bad = 1
	}
}
END {
	for (i = 1; i <= n; i++)
		if (!used[i] && (path[i] in looked) && (rule[i] in ran)) {
			print name ":" line[i] ": allow: nothing to excuse, remove it: " path[i] " | " rule[i] " | " text[i]
			bad = 1
		}
	exit bad
}