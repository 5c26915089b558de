#!/bin/bash
# stale.sh REVISION
#
# Lists what has to follow after BASE has become another kernel.  REVISION is a commit of
# this repository that still has the old BASE: HEAD, as long as the new one is not
# committed.  What names the old kernel is searched for, so it lists some places that are right.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/git.sh
. "$top/scripts/lib/git.sh"

[ $# -ge 1 ] || usage
[ $# -le 1 ] || usage "$2"
was=$(scratch)
trap 'rm -rf "$was"' EXIT
pgit -C "$top" show "$1:BASE" >"$was/BASE" 2>/dev/null || die "$1 is no commit of this repository that has BASE"
old=$(base version "$was/BASE") commit=$(base commit "$was/BASE")
[ "$old" != "$(base version)" ] || die "BASE is Linux $old now, as it was in $1"

found() { grep . || echo "    (none)"; }

version="(^|[^0-9.])${old//./\\.}([^0-9]|\$)"
names=(-e "$version" -e "${commit:0:12}")
package=$(base package "$was/BASE")
[ "$package" = "$(base package)" ] || names+=(-e "linux-[a-z]+-${package##*-}([^0-9]|\$)")
echo "These files name Linux $old, its commit or its packages.  Look at each line:"
pgit -C "$top" grep -cIE "${names[@]}" -- . ':!BASE' ':!patches/*/*.patch' | sed -E 's/^(.*):([0-9]+)$/    \1: \2/' | found
echo "To see the lines:"
echo "    git grep -nIE '$version' -- . ':!*.patch'"
echo "These pages name lines of the kernel's source, which move:"
pgit -C "$top" grep -lIE '[a-z0-9_]\.[chS]:[0-9]+' -- '*.md' ':!patches' | sed 's/^/    /' | found
echo "These results were recorded on Linux $old.  The command beside each records it again:"
while read -r file command; do
	printf '    %-34s %s\n' "$file" "$command"
done <<'END'
scripts/check/passed            make check RECORD=1
selftests/machine/expected-slim make baseline
cocci/allow                     make cocci: an entry that excuses nothing is an error
cocci/mutants                   make mutants: mend the patches that do not apply
cocci/mutants/caught            make mutants RECORD=1
selftests/tests/long-passed     make test-long RECORD=1
END
echo "Next, put the series on this base: the commands after 'make base' in docs/rebase.md.
To go back to Linux $old: git checkout $1 -- BASE"
