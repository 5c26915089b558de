#!/bin/bash
# exchange.sh NEW OLD
#
# The folder NEW takes the place of the folder OLD, in one step: whoever reads OLD
# meanwhile finds all of what was there or all of what is there now, never nothing.
# Then what was OLD is removed.  OLD need not exist.  Both are on one file system.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

[ $# -eq 2 ] || usage
new=$1 old=$2
[ -d "$new" ] || die "there is no folder $new"
if [ ! -e "$old" ]; then
	mv -T "$new" "$old"
	exit
fi
need perl
# renameat2(AT_FDCWD, new, AT_FDCWD, old, RENAME_EXCHANGE): mv has a word for it only from
# coreutils 9.5 on.
perl -e 'syscall(316, -100, $ARGV[0], -100, $ARGV[1], 2) == 0 or die "$!\n"' "$new" "$old" ||
	die "$new and $old cannot be exchanged on this file system; nothing was changed.  Move $old away, then try again"
rm -rf "$new"
