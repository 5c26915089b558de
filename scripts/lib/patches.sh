# shellcheck shell=bash
# Sourced, after series.sh, by what makes patches of commits: which commits can be
# patches, the patches themselves, and whether they say all of it.  Runs nothing by
# itself.

# check_commits REPO BASE: can each commit after BASE be exported?  Says which
# cannot, and why.
check_commits() {
	local c parents subject bad=
	while read -r c parents; do
		if [[ $parents == *' '* ]]; then
			complain "$1" "$c" "is a merge: make it one line of commits (git rebase $2)"
			continue
		fi
		subject=$(pgit -C "$1" log -1 --format=%s "$c")
		[[ ! $subject =~ ^(fixup|squash|amend)!\  ]] ||
			complain "$1" "$c" "is not melted in yet: git rebase -i --autosquash $2"
		[ "$(pgit -C "$1" rev-parse "$c^{tree}")" != "$(pgit -C "$1" rev-parse "$c^^{tree}")" ] ||
			complain "$1" "$c" "changes nothing: drop it (git rebase -i $2)"
		[ -n "$(pgit -C "$1" log -1 --format='%(trailers:key=Signed-off-by)' "$c")" ] ||
			complain "$1" "$c" "has no Signed-off-by: git rebase --signoff $2"
	done < <(pgit -C "$1" log --reverse --format='%H %P' "$2..HEAD")
	[ -z "$bad" ]
}

complain() {
	note "error: commit $(pgit -C "$1" log -1 --format='%h "%s"' "$2") $3"
	bad=1
}

# write_patches REPO FIRST LAST NUMBER FOLDER: the commits from FIRST to LAST as
# FOLDER/NNNN-subject.patch, from NUMBER on.  The bytes depend on the commits
# only.  No number and no base-commit in them, or each new patch would change
# all the others.
write_patches() (
	local repo=$1 first=$2 last number=$4 folder=$5 bare format
	last=$(pgit -C "$repo" rev-parse "$3")
	# A bare repository of the same objects: no work tree whose attributes count.
	# The function names in hunk headers are found as in upstream's own tree.
	bare=$(mktemp -d)
	trap 'rm -rf "$bare"' EXIT
	pgit init -q --bare "$bare"
	mkdir -p "$bare/info"
	pgit -C "$repo" rev-parse --path-format=absolute --git-path objects >"$bare/objects/info/alternates"
	printf '%s\n' '* !diff !text !eol !encoding' '*.[ch] diff=cpp' '*.dts* diff=dts' '*.rs diff=rust' \
		>"$bare/info/attributes"
	format=(format-patch -q --zero-commit --no-signature --no-numbered --no-thread --no-attach
		--no-cover-letter --no-base --no-notes --no-to --no-cc --no-add-header --no-from
		--subject-prefix=PATCH --suffix=.patch --filename-max-length=64 --encode-email-headers
		--stat=72 --summary --full-index --binary --no-renames --unified=3 --inter-hunk-context=0
		--diff-algorithm=histogram --indent-heuristic --ws-error-highlight=none
		--src-prefix=a/ --dst-prefix=b/ --no-relative --no-ext-diff --no-textconv --submodule=short
		--no-color --encoding=UTF-8)
	TZ=UTC pgit -C "$bare" "${format[@]}" --start-number="$number" -o "$folder" "$first^..$last"
)

# same_commits TREE AGAIN BASE: git am of the exported patches (AGAIN) gave what is
# in TREE, or the commit that did not survive is named.
same_commits() {
	local a b what='%an <%ae> %ad%n%B%T'
	while read -r a b; do
		[ "$(pgit -C "$1" log -1 --format="$what" "$a")" = "$(pgit -C "$2" log -1 --format="$what" "$b")" ] || {
			diff <(pgit -C "$1" log -1 --format="$what" "$a") \
				<(pgit -C "$2" log -1 --format="$what" "$b") | sed 's/^/    /' >&2 || :
			die "commit $(pgit -C "$1" log -1 --format='%h "%s"' "$a") does not survive being mailed (above: commit and what git am makes of its patch)
  reword it: git rebase -i $a^"
		}
	done < <(paste -d ' ' <(pgit -C "$1" rev-list --reverse "$3..HEAD") <(pgit -C "$2" rev-list --reverse "$3..HEAD"))
	[ "$(pgit -C "$1" rev-parse 'HEAD^{tree}')" = "$(pgit -C "$2" rev-parse 'HEAD^{tree}')" ] ||
		die "the patches, applied, do not give the tree $(pgit -C "$1" rev-parse 'HEAD^{tree}') (nothing was written)"
}
