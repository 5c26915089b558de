#!/bin/bash
# The series ends with each topic but the last in turn: its own tests pass there, too.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

for topic in $(cut -d / -f 1 "$top/patches/series" | uniq | sed '$d'); do
	"$top/selftests/machine/run.sh" -E slim "$topic" private || bad=1
done
exit "${bad:-0}"
