#!/bin/bash
# Writes patches/ from the commits of build/linux: patches/NN-topic/NNNN-subject.patch,
# patches/series, and patches/tree (the tree that the series makes of the pinned
# base).  cover.md and everything else in patches/ is left alone.
#
# The bytes depend on the commits only: not on the user's configuration, on the
# folder's attributes, nor, as far as git allows, on git's version.  No number
# and no base-commit in the patches, or each new patch would change all the others.
# Before anything is changed, the patches are applied again and the result
# compared with the commits.
#
# export.sh --compare: changes nothing; says which files would change, and
# fails if any would.

# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/series.sh
. "$top/scripts/series.sh"

patches=$top/patches
compare=
[ "${1:-}" != --compare ] || compare=1
[ -e "$linux/.git" ] || die "there is no build/linux: run 'make tree'"
[ -n "$compare" ] || once "$tree_lock" "$@"

base=$(pgit -C "$("$top/scripts/base.sh")" rev-parse HEAD)
set_up_tree "$linux"

# Is it a series that can be exported?
op=$(under_way "$linux")
[ -z "$op" ] || die "build/linux is in the middle of a git $op
  finish it there (git $op --continue) or give it up (git $op --abort)"
if changed "$linux"; then
	pgit -C "$linux" status --short --untracked-files=no | head -n 10 | sed 's/^/    /' >&2
	die "build/linux has uncommitted changes
  commit them there (git commit -s, git commit --amend), or put them aside (git stash)"
fi
pgit -C "$linux" merge-base --is-ancestor "$base" HEAD 2>/dev/null ||
	die "build/linux is not on the base
  expected $base
  found    $(pgit -C "$linux" rev-list --max-parents=0 HEAD | tail -n 1)
  'make tree' makes a new one on that base; 'make rebase ONTO=PATH' carries the series to another"
untracked=$(pgit -C "$linux" ls-files --others --exclude-standard -- '*.[chS]' '*.rst' | head -n 5)
[ -z "$untracked" ] || note "note: not in git, so not exported: $(tr '\n' ' ' <<<"$untracked")"

bad=
complain() {
	note "error: commit $(pgit -C "$linux" log -1 --format='%h "%s"' "$1") $2"
	bad=1
}
while read -r c parents; do
	[[ $parents != *' '* ]] ||
		{ complain "$c" "is a merge: make it one line of commits (git rebase $base)"; continue; }
	subject=$(pgit -C "$linux" log -1 --format=%s "$c")
	[[ ! $subject =~ ^(fixup|squash|amend)!\  ]] ||
		complain "$c" "is not melted in yet: git rebase -i --autosquash $base"
	[ "$(pgit -C "$linux" rev-parse "$c^{tree}")" != "$(pgit -C "$linux" rev-parse "$c^^{tree}")" ] ||
		complain "$c" "changes nothing: drop it (git rebase -i $base)"
	[ -n "$(pgit -C "$linux" log -1 --format='%(trailers:key=Signed-off-by)' "$c")" ] ||
		complain "$c" "has no Signed-off-by: git rebase --signoff $base"
done < <(pgit -C "$linux" log --reverse --format='%H %P' "$base..HEAD")
[ -z "$bad" ] || exit 1

mkdir -p "$build"
tmp=$(mktemp -d "$build/export.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
topics "$linux" "$base" "$patches" >"$tmp/topics"

# A bare repository of the same objects: no work tree whose attributes count.
# The function names in hunk headers are found as in upstream's own tree.
pgit init -q --bare "$tmp/git"
mkdir -p "$tmp/git/info"
pgit -C "$linux" rev-parse --path-format=absolute --git-path objects >"$tmp/git/objects/info/alternates"
printf '%s\n' '* !diff !text !eol !encoding' '*.[ch] diff=cpp' '*.dts* diff=dts' '*.rs diff=rust' \
	>"$tmp/git/info/attributes"

format=(format-patch -q --zero-commit --no-signature --no-numbered --no-thread --no-attach
	--no-cover-letter --no-base --no-notes --no-to --no-cc --no-add-header --no-from
	--subject-prefix=PATCH --suffix=.patch --filename-max-length=64 --encode-email-headers
	--stat=72 --summary --full-index --binary --no-renames --unified=3 --inter-hunk-context=0
	--diff-algorithm=histogram --indent-heuristic --ws-error-highlight=none
	--src-prefix=a/ --dst-prefix=b/ --no-relative --no-ext-diff --no-textconv --submodule=short
	--no-color --encoding=UTF-8)

n=1
mkdir "$tmp/new"
: >"$tmp/new/series"
while read -r topic first last count; do
	mkdir "$tmp/new/$topic"
	TZ=UTC pgit -C "$tmp/git" "${format[@]}" --start-number=$n -o "$tmp/new/$topic" "$first^..$last"
	(cd "$tmp/new" && printf '%s\n' "$topic"/*.patch) >>"$tmp/new/series"
	n=$((n + count))
done < <(awk '
	$2 != topic { if (n) print topic, first, last, n; topic = $2; first = $1; n = 0 }
	{ last = $1; n++ }
	END { if (n) print topic, first, last, n }' "$tmp/topics")

# Which files differ?  Of what is in patches/ now, only what export wrote.
old=$(cd "$patches" 2>/dev/null && ls -d [0-9][0-9]-*/[0-9][0-9][0-9][0-9]-*.patch series 2>/dev/null) || :
new=$(cd "$tmp/new" && ls -d [0-9][0-9]-*/*.patch series 2>/dev/null) || :
[ -s "$tmp/new/series" ] || [ -e "$patches/series" ] || new=
differ=$(while read -r f; do
	[ -z "$f" ] || cmp -s "$tmp/new/$f" "$patches/$f" || printf '%s\n' "$f"
done <<<"$new")
stale=$(comm -23 <(sort <<<"$old") <(sort <<<"$new") | sed '/^$/d')

if [ -n "$compare" ]; then
	[ -z "$differ$stale" ] && exit 0
	printf '%s\n' "$differ" "$stale" | sed '/^$/d'
	exit 1
fi

# What git am makes of the patches must be what is in build/linux.
again=$("$top/scripts/applied.sh" "$tmp/new")
what='%an <%ae> %ad%n%B%T'
while read -r a b; do
	[ "$(pgit -C "$linux" log -1 --format="$what" "$a")" = "$(pgit -C "$again" log -1 --format="$what" "$b")" ] || {
		diff <(pgit -C "$linux" log -1 --format="$what" "$a") \
			<(pgit -C "$again" log -1 --format="$what" "$b") | sed 's/^/    /' >&2 || :
		die "commit $(pgit -C "$linux" log -1 --format='%h "%s"' "$a") does not survive being mailed (above: commit and what git am makes of its patch)
  reword it: git rebase -i $a^"
	}
done < <(paste -d ' ' <(cut -d ' ' -f 1 "$tmp/topics") <(pgit -C "$again" rev-list --reverse "$base..HEAD"))
tree=$(pgit -C "$linux" rev-parse 'HEAD^{tree}')
[ "$(pgit -C "$again" rev-parse 'HEAD^{tree}')" = "$tree" ] ||
	die "the patches, applied, do not give build/linux's tree $tree (nothing was written)"

# patches/tree is about the pinned base.
if [ "$base" = "$(base commit)" ]; then
	echo "$tree" >"$tmp/new/tree"
elif [ -n "$differ$stale" ]; then
	note "note: exported from another base than the pinned one; patches/tree is removed, 'make export' there writes it"
	rm -f "$patches/tree"
fi
if [ -e "$tmp/new/tree" ] && ! cmp -s "$tmp/new/tree" "$patches/tree"; then
	differ=$(printf '%s\n' "$differ" tree | sed '/^$/d')
fi

# New files first, then the list of them, then what it does not name any more.
mkdir -p "$patches"
while read -r f; do
	[ -n "$f" ] || continue
	mkdir -p "$(dirname "$patches/$f")"
	mv "$tmp/new/$f" "$patches/$f"
	note "patches/$f"
done < <(grep -vx series <<<"$differ"; grep -x series <<<"$differ")
while read -r f; do
	[ -n "$f" ] || continue
	rm -f "$patches/$f"
	note "patches/$f removed"
	rmdir "$(dirname "$patches/$f")" 2>/dev/null || :
done <<<"$stale"
exported "$linux" "$base"
note "exported $(wc -l <"$patches/series") patches of $(cut -d ' ' -f 2 "$tmp/topics" | uniq | wc -l) topics"
