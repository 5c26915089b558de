#!/bin/bash
# scripts/cocci.sh REPO COMMIT RULE: what the semantic patch cocci/RULE.cocci reports
# of the folders that the series is about, at a commit.  Called with the lock
# "src" held; says nothing if there is nothing to report.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/series.sh
. "$top/scripts/series.sh"

checkout_src "$1" "$2"
cd "$cache/src"
for dir in virt/kvm arch/x86/kvm arch/x86/virt/svm; do
	spatch --very-quiet --no-show-diff --sp-file "$3" -D report --no-includes --dir "$dir"
done
