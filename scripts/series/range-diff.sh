#!/bin/bash
# What changed in the series since the last release: git range-diff between the
# series of patches/ and that of a revision of this repository, FROM (a tag, a
# commit, a branch); without FROM, of the newest tag v<version>-gmem<n>.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"

no_arguments "$@"
from=${FROM:-}
if [ -z "$from" ]; then
	from=$(pgit -C "$top" tag --list 'v*-gmem*' --merged HEAD --sort=-version:refname | sed -n 1p)
	if [ -z "$from" ]; then
		echo "no release yet: no tag like v$(base version)-gmem1 in this repository's history"
		echo "make range-diff FROM=REVISION compares with any commit of it"
		exit 0
	fi
fi
rev=$(pgit -C "$top" rev-parse -q --verify "$from^{commit}") ||
	die "FROM=$from is no revision of this repository (a tag, branch or commit of $top)"

tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
new=$("$top/scripts/series/applied.sh")
old=$(applied_at "$rev" "$tmp/old" "$from")
if [ "$old" = "$new" ]; then
	echo "the series is the same as in $from"
	exit 0
fi
base=$(pgit -C "$new" rev-list --max-parents=0 HEAD)
echo "from $from (${rev:0:12}) to patches/"
color=auto
[ -t 1 ] || color=never
range_diff "$old" "$new" "$base..$(pgit -C "$old" rev-parse HEAD)" "$base..$(pgit -C "$new" rev-parse HEAD)" \
	--color=$color
