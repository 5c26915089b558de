#!/bin/bash
# Makes the mails of one topic, by b4: cover letter from cover.md, base-commit, version,
# what changed since the version sent last (words, list, range-diff), the topics that it needs,
# To and Cc from get_maintainer.pl, the sender's sign-off.
#
#   make send TOPIC=NN                 writes them to build/send/NN-topic; sends nothing
#     UPSTREAM=PATH                    made on HEAD of this git tree (it is cloned, not
#                                      changed), not on the base
#   make send TOPIC=NN SEND=yes-really sends them, after one more question, with git's
#                                      sendemail settings, and notes that in
#                                      patches/NN-topic/sent, which is to be committed
#
# The version is one more than the last in that file.  The words for "Changes in
# v2" are a section of cover.md of that name.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/mail.sh
. "$top/scripts/lib/mail.sh"

case "${1:-}:${SEND:-}" in
: | --dry-run:) really= ;;
:yes-really) really=1 ;;
*) die "SEND=yes-really sends; without SEND, the mails are only written" ;;
esac
topic=$(topic_folder "${TOPIC:-}")
cover=$top/patches/$topic/cover.md
[ -r "$cover" ] || die "there is no patches/$topic/cover.md, the text of the cover letter"
grep -q '^# ' <(sed -n 1p "$cover") || die "patches/$topic/cover.md does not begin with its title, '# Title'"

if [ -e "$linux/.git" ]; then
	"$top/scripts/series/export.sh" --compare >/dev/null 2>"$build/.send" || {
		cat "$build/.send" >&2
		rm -f "$build/.send"
		die "build/linux has work that patches/ does not have: 'make export' writes it there first"
	}
	rm -f "$build/.send"
fi
uncommitted=$(pgit -C "$top" status --porcelain -- BASE patches 2>&1 | head -n 5 || :)
if [ -n "$uncommitted" ]; then
	[ -z "$really" ] || die "patches/ has what is not committed here; commit it, so that it is known what was sent:
$uncommitted"
	note "note: patches/ has what is not committed here"
fi
if [ -n "${UPSTREAM:-}" ]; then
	repo=$(realpath "$UPSTREAM")
	commit=$(git -C "$repo" rev-parse -q --verify 'HEAD^{commit}' 2>/dev/null) || die "UPSTREAM=$UPSTREAM is no git tree with a commit"
	[ -z "$(git -C "$repo" status --porcelain --untracked-files=no)" ] ||
		die "UPSTREAM=$UPSTREAM has uncommitted changes; the mails would be for its HEAD, without them"
	sender "$repo"
else
	repo=$("$top/scripts/series/base.sh")
	commit=$(pgit -C "$repo" rev-parse HEAD)
	sender "$top"
fi
if [ -n "$really" ]; then
	server=$(git config sendemail.smtpserver) ||
		die "git does not know how to send mail: git config --global sendemail.smtpserver ... (see git help send-email)"
fi

tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
out=$build/send/$topic
tree=$tmp/tree
b4_settings "$tmp/settings"

# --- the parts of the cover letter ----------------------------------------------

# The title, then the text: headings underlined, as '#' is a comment to b4.
cover_text() {
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

# The topics before this one, in one paragraph.
dependencies() {
	local t last before count
	echo "Depends on"
	echo "=========="
	echo
	echo "This series applies on top of, in this order:"
	echo
	while read -r t; do
		read -r before count < <(topic_range "$top/patches" "$t")
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
earlier_topics() {
	series_of "$top/patches" | cut -d/ -f1 | uniq | sed "/^$topic\$/,\$d"
}

# The same for programs: what b4 turns into prerequisite-patch-id.
prerequisites() {
	echo "base-commit: $commit"
	with_settings git -C "$tree" log -p --reverse --full-index --binary "$commit..$fork" |
		pgit patch-id --stable | sed 's/^\([0-9a-f]*\).*/patch-id: \1/'
}

# b4's template, with what b4 would have to ask a server for.
template() {
	# shellcheck disable=SC2016 # b4 fills this in
	printf '%s\n' '${cover}' '' '---' '${shortlog}' '' '${diffstat}'
	if [ -s "$tmp/range-diff" ]; then
		printf '%s\n' --- "Range-diff against v$((version - 1)):" ''
		sed 's/\$/$$/g' "$tmp/range-diff"
	fi
	echo ---
	# shellcheck disable=SC2016
	printf '%s\n' 'base-commit: ${base_commit}' 'change-id: ${change_id}'
	while read -r t; do
		[ -z "$(sent_last "$t")" ] || echo "prerequisite-change-id: $(sent_id "$t"):v$(sent_last "$t" | cut -d ' ' -f 1)"
	done < <(earlier_topics)
	# shellcheck disable=SC2016
	printf '%s\n' '${prerequisites}' 'Best regards,' '-- ' '${signature}'
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

# --- which version, and what changed --------------------------------------------

version=1
: >"$tmp/changes"
last=$(sent_last "$topic")
if [ -n "$last" ]; then
	read -r version when rev msgid <<<"$last"
	version=$((version + 1))
	pgit -C "$top" rev-parse -q --verify "$rev^{commit}" >/dev/null ||
		die "v$((version - 1)) was sent from commit $rev (patches/$topic/sent), which is not in this repository: fetch it"
	new=$("$top/scripts/series/applied.sh")
	old=$(applied_at "$rev" "$tmp/old" "v$((version - 1))")
	range() { # REPO FOLDER
		local before count all
		read -r before count < <(topic_range "$2" "$topic")
		mapfile -t all < <(pgit -C "$1" rev-list --reverse HEAD)
		echo "${all[before]}..${all[before + count]}"
	}
	range_diff "$old" "$new" "$(range "$old" "$tmp/old/patches")" "$(range "$new" "$top/patches")" \
		--no-color >"$tmp/range-diff"
	words "$version" >"$tmp/words"
	if [ ! -s "$tmp/words" ]; then
		[ -z "$really" ] || die "patches/$topic/cover.md does not say what changed: write a section '## Changes in v$version'"
		note "note: patches/$topic/cover.md has no section '## Changes in v$version'; SEND will want it"
	fi
	{
		echo "Changes in v$version:"
		cat "$tmp/words"
		changed_patches <"$tmp/range-diff" | grep . || echo "- no patch changed"
		echo "- Link to v$((version - 1)): https://lore.kernel.org/r/$msgid ($when)"
		for ((v = version - 1; v > 1; v--)); do
			printf '\nChanges in v%s:\n' "$v"
			words "$v"
		done
	} | sed 's/^#/>#/' >"$tmp/changes"
fi

# --- the branch ------------------------------------------------------------------

make_branch() {
	prep_branch "$repo" "$commit" "$topic" "$tree"
	{
		cover_text
		echo
		[ "$earlier" -eq 0 ] || dependencies
		echo "Signed-off-by: $who_name <$who_email>"
		if [ -s "$tmp/changes" ]; then
			echo
			echo ---
			cat "$tmp/changes"
		fi
	} | cat -s >"$tmp/cover"
	template >"$tmp/settings/template"
	b4_edit "$tree" "$tmp/cover" prep --edit-cover
	[ "$version" -eq 1 ] || run_b4 "$tree" prep --force-revision "$version"
	[ -z "$(sent_id "$topic")" ] || keep_id
	prerequisites >"$tmp/deps"
	b4_edit "$tree" "$tmp/deps" prep --edit-deps
	recipients
	run_b4 "$tree" prep --auto-to-cc
}

# b4 would ask get_maintainer.pl twice for each patch, and it reads all of MAINTAINERS each
# time: once for all of them gives the same.
recipients() {
	local list=() p gm=(scripts/get_maintainer.pl --nogit --nogit-fallback --nogit-chief-penguins --norolestats)
	[ -x "$tree/${gm[0]}" ] || return 0
	while read -r p; do
		list+=("$top/patches/$p")
	done < <(series_of "$top/patches" | grep "^$topic/")
	(cd "$tree" && "${gm[@]}" --nol "${list[@]}" </dev/null >"$tmp/to" && "${gm[@]}" --nom "${list[@]}" </dev/null >"$tmp/cc") ||
		die "${gm[0]} failed (above)"
	git config --file "$settings/gitconfig" b4.send-auto-to-cmd "cat $tmp/to"
	git config --file "$settings/gitconfig" b4.send-auto-cc-cmd "cat $tmp/cc"
}

# The change-id that the topic was first sent with; b4 has no command for it.
keep_id() {
	local id new
	id=$(tracking "$tree" | track_id)
	new=$(sent_id "$topic")
	with_settings git -C "$tree" filter-repo --force --quiet --refs "$fork..HEAD" \
		--message-callback "return message.replace(b'\"change-id\": \"$id\"', b'\"change-id\": \"$new\"')" >"$settings/said" 2>&1 ||
		die "git filter-repo failed: $(cat "$settings/said")"
}

stage "$topic v$version as a branch of b4's" make_branch
mkdir "$tmp/new"
git config --file "$settings/gitconfig" sendemail.smtpserver localhost
stage "the mails" run_b4 "$tree" send --no-sign -o "$tmp/new/v$version"

cd "$tmp/new"
# In one file, for b4 am -m and for mail programs.
for f in "v$version"/*.eml; do
	echo "From mboxrd@z Thu Jan  1 00:00:00 1970"
	sed 's/^>*From />&/' "$f"
	echo
done >"v$version.mbox"
header() { awk -v name="^$1:" 'BEGIN { IGNORECASE = 1 } /^$/ { exit } /^[^ \t]/ { on = $0 ~ name } on { sub(name " *", ""); print }' "$2"; }
first=$(printf '%s\n' "v$version"/*.eml | sed -n 1p)
{
	for f in "v$version"/*.eml; do header Subject "$f" | tr -d '\n' | sed 's/^/  /'; echo; done
	echo "  To: $(header To "$first" | sed '2,$s/^[ \t]*/      /')"
	echo "  Cc: $(header Cc "$first" | sed '2,$s/^[ \t]*/      /')"
	echo "  From: $who_name <$who_email>"
} >summary
mkdir -p "$build/send"
rm -rf "$out"
mv -T "$tmp/new" "$out"
cd "$top"
cat "$out/summary"
echo "written to build/send/$topic/v$version/, and in one file, v$version.mbox"
if [ -z "$really" ]; then
	echo "nothing was sent; SEND=yes-really sends them"
	exit 0
fi

# --- sending ---------------------------------------------------------------------

echo
echo "These $(find "$out/v$version" -name '*.eml' | wc -l) mails would go to all of the above, by sendemail.smtpserver=$server."
printf "Type the topic's name, %s, to send them: " "$topic"
read -r answer || answer=
[ "$answer" = "$topic" ] || die "nothing was sent"
sign=(--no-sign)
! git config patatt.signingkey >/dev/null || sign=()
git config -z --get-regexp '^(sendemail|credential|patatt|gpg)\.|^user\.signingkey$' |
	while IFS= read -r -d '' s; do
		git config --file "$settings/gitconfig" --replace-all "${s%%$'\n'*}" "${s#*$'\n'}"
	done
# b4 shows them once more and waits for Enter.
if ! (cd "$tree" && echo | with_settings "$b4" send "${sign[@]}"); then
	die "b4 did not end well: see above, and in the mailbox, which mails were sent"
fi
tracking=$(tracking "$tree")
msgid=$(awk -v v="\"v$version\":" '$1 == v { getline; gsub(/[ ",]/, ""); print }' <<<"$tracking")
[ -e "patches/$topic/sent" ] || {
	echo "# What was mailed, by 'make send': version, day, commit of this repository, cover letter"
	echo "change-id $(track_id <<<"$tracking")"
} >"patches/$topic/sent"
printf 'v%s %s %s %s\n' "$version" "$(date -u +%F)" "$(pgit -C "$top" rev-parse HEAD)" "$msgid" >>"patches/$topic/sent"
echo
echo "sent, and noted in patches/$topic/sent: git add it, and commit"
