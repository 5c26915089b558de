#!/bin/bash
# cover.sh TOPIC COMMIT "NAME <EMAIL>" FOLDER
#
# Composes the cover letter of a topic, made on COMMIT by that sender, for send.sh:
#
#   FOLDER/version    one more than the last in patches/TOPIC/sent
#   FOLDER/cover      title, text of cover.md, topics that it depends on, sign-off, changes
#   FOLDER/template   what b4 puts around it: list of patches, diffstat, range-diff, base
#   FOLDER/missing    only if cover.md does not say what changed since the last version
#
# The words for "Changes in v2" are a section of cover.md of that name.  One job, of many
# small parts: longer than two screens.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/mail.sh
. "$top/scripts/lib/mail.sh"

[ $# -ge 4 ] || usage
[ $# -le 4 ] || usage "$5"
topic=$1 commit=$2 sender=$3 out=$4
cover=$top/patches/$topic/cover.md
[ -r "$cover" ] || die "there is no patches/$topic/cover.md, the text of the cover letter"
grep -q '^# ' <(sed -n 1p "$cover") || die "patches/$topic/cover.md does not begin with its title, '# Title'"

# The title, then the text; headings are underlined, as '#' begins a comment for b4.
text() {
	awk '
		NR == 1 { sub(/^# */, ""); print; next }
		/^## Changes in v[0-9]+/ { skip = 1; next }
		/^##* / { skip = 0; sub(/^#* */, ""); print; gsub(/./, "="); print; next }
		skip { next }
		{ sub(/^#/, ">#"); print }' "$cover"
}

# words N: the section "Changes in vN" of cover.md.
words() {
	awk -v want="## Changes in v$1" '
		/^#/ { on = $0 == want || index($0, want ":") == 1; next }
		on' "$cover" | sed -e '/./,$!d'
}

earlier_topics() {
	series_of "$top/patches" | cut -d/ -f1 | uniq | sed "/^$topic\$/,\$d"
}

# The topics before this one, for readers.
dependencies() {
	local t last count
	printf '%s\n' "Depends on" "==========" "" "This series applies on top of, in this order:" ""
	while read -r t; do
		read -r _ count < <(topic_range "$top/patches" "$t")
		last=$(sent_last "$t")
		printf '%s\n' "- $(sed -n '1s/^# *//p' "$top/patches/$t/cover.md" 2>/dev/null || echo "$t") ($count patches)"
		if [ -n "$last" ]; then
			printf '  v%s: https://lore.kernel.org/r/%s\n' "${last%% *}" "${last##* }"
		else
			echo "  not posted yet"
		fi
	done < <(earlier_topics)
	echo
}

# The same, for programs.
prerequisites() {
	local t
	while read -r t; do
		[ -z "$(sent_last "$t")" ] || echo "prerequisite-change-id: $(sent_id "$t"):v$(sent_last "$t" | cut -d ' ' -f 1)"
	done < <(earlier_topics)
	series_of "$top/patches" | sed -e "/^$topic\//,\$d" -e "s|^|$top/patches/|" | xargs -r cat |
		pgit patch-id --stable | sed 's/ .*//; s/^/prerequisite-patch-id: /'
}

# The template is b4's: it fills in what stands in ${}.
template() {
	# shellcheck disable=SC2016
	printf '%s\n' '${cover}' '' '---' '${shortlog}' '' '${diffstat}'
	if [ -s "$tmp/range-diff" ]; then
		printf '%s\n' --- "Range-diff against v$((version - 1)):" ''
		sed 's/\$/$$/g' "$tmp/range-diff"
	fi
	# shellcheck disable=SC2016
	printf '%s\n' --- "base-commit: $commit" 'change-id: ${change_id}' "$(prerequisites)" 'Best regards,' '-- ' '${signature}'
}

# changed_patches <RANGE-DIFF: one line for each patch that is not as it was.
changed_patches() {
	awk '/^ *([0-9]+|-): +[0-9a-f-]+ [=!<>] / {
		i = match($0, / [=!<>] /)
		how = substr($0, i + 1, 1)
		new = substr($0, i + 3)
		sub(/^ *([0-9]+|-): +[0-9a-f-]+ /, "", new)
		split(substr($0, i + 3), n, ":")
		gsub(/ /, "", n[1])
		if (how == "!") print "- patch " n[1] " changed: " new
		if (how == ">") print "- patch " n[1] " is new: " new
		if (how == "<") print "- dropped: " new
	}'
}

# own_range REPO FOLDER: the topic's commits in REPO, to which the series of FOLDER is applied.
own_range() {
	local before count all
	read -r before count < <(topic_range "$2" "$topic")
	mapfile -t all < <(pgit -C "$1" rev-list --reverse HEAD)
	echo "${all[before]}..${all[before + count]}"
}

# changes WHEN REVISION MESSAGE-ID: what changed since the last version, which was that.
changes() {
	local v old new
	pgit -C "$top" rev-parse -q --verify "$2^{commit}" >/dev/null ||
		die "v$((version - 1)) was sent from commit $2 (patches/$topic/sent), which this repository does not have: fetch it"
	new=$("$top/scripts/series/applied.sh")
	old=$(applied_at "$2" "$tmp/old" "v$((version - 1))")
	range_diff "$old" "$new" "$(own_range "$old" "$tmp/old/patches")" "$(own_range "$new" "$top/patches")" \
		--no-color >"$tmp/range-diff"
	words "$version" >"$tmp/words"
	[ -s "$tmp/words" ] ||
		echo "patches/$topic/cover.md does not say what changed: write a section '## Changes in v$version'" >"$out/missing"
	{
		echo "Changes in v$version:"
		cat "$tmp/words"
		changed_patches <"$tmp/range-diff" | grep . || echo "- no patch changed"
		echo "- Link to v$((version - 1)): https://lore.kernel.org/r/$3 ($1)"
		for ((v = version - 1; v > 1; v--)); do
			printf '\nChanges in v%s:\n' "$v"
			words "$v"
		done
	} | sed 's/^#/>#/' >"$tmp/changes"
}

tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
version=1
last=$(sent_last "$topic")
if [ -n "$last" ]; then
	read -r version when rev msgid <<<"$last"
	version=$((version + 1))
	changes "$when" "$rev" "$msgid"
fi
echo "$version" >"$out/version"
{
	text
	echo
	[ -z "$(earlier_topics)" ] || dependencies
	echo "Signed-off-by: $sender"
	if [ -s "$tmp/changes" ]; then
		printf '\n---\n'
		cat "$tmp/changes"
	fi
} | cat -s >"$out/cover"
template >"$out/template"
