#!/bin/bash
# Takes what reviewers answered (Reviewed-by, Tested-by, Acked-by, ...) from an mbox into
# the messages of a topic's commits in build/linux, by b4.  Only messages change: files,
# authors, dates and topics stay.  'make export' writes patches/ from it.
#
#   make trailers TOPIC=NN MBOX=FILE
#
# A mail counts if it answers a patch of the topic, or its cover letter (which
# stands for all of them): the subject is theirs; if the topic was sent by 'make
# send', it is in the thread of a version that was; and if the patch that it answers is in
# the mbox, that is the same as ours.  A tag may have blanks before it, or its address on
# the next line.  Any mail with a tag that is not taken is named.
# A tag for an older version of a patch counts, but is named: is it still true?
#
# One job, and longer than two screens: most of it decides which mails count.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/mail.sh
. "$top/scripts/lib/mail.sh"

no_arguments "$@"
once "$tree_lock"
topic=$(topic_folder "${TOPIC:-}")
[ -f "${MBOX:-}" ] || die "say where the mails are: make trailers TOPIC=${TOPIC} MBOX=FILE"
[ -e "$linux/.git" ] || die "there is no build/linux: run 'make tree'"
op=$(under_way "$linux")
[ -z "$op" ] || die "build/linux is in the middle of a git $op
  finish it there (git $op --continue) or give it up (git $op --abort)"
changed "$linux" && die "build/linux has uncommitted changes
  commit them there (git commit -s, git commit --amend), or put them aside (git stash)"
sender "$linux"

tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
tree=$tmp/tree
b4_settings "$tmp/settings"
base=$(pgit -C "$linux" config gmem.base)
topics "$linux" "$base" "$top/patches" >"$tmp/topics"
mapfile -t ours < <(awk -v t="$topic" '$2 == t { print $1 }' "$tmp/topics")
[ ${#ours[@]} -gt 0 ] || die "no commit of build/linux is of topic $topic"
title=$(sed -n '1s/^# *//p' "$top/patches/$topic/cover.md" 2>/dev/null) || title=

# --- which mails count ------------------------------------------------------------

# header NAME MAIL: all of that name, unfolded.
header() { sed -e '/^\r*$/,$d' "$2" | sed -e ':a' -e 'N;$!ba' -e 's/\r*\n[ \t]/ /g' | sed -n "s/^$1: *//Ip" | tr -d '\r'; }
ids() { grep -o '<[^<> ]*>' | tr -d '<>' || :; }
patch_id() { pgit patch-id --stable | cut -d ' ' -f 1; }

# The patches as they are now, and as they were sent last.
for c in "${ours[@]}"; do
	printf '%s\t%s\n' "$(with_settings git -C "$linux" show --full-index --binary "$c" | patch_id)" \
		"$(pgit -C "$linux" log -1 --format=%s "$c")"
done >"$tmp/known"
{
	cut -f 2 "$tmp/known"
	echo "$title"
} >"$tmp/subjects"
for m in "$top/patches/$topic"/*.patch; do
	printf '%s\t\n' "$(patch_id <"$m")"
done >>"$tmp/known"
# The ids of what was sent: those of the cover letters, with the patch's number for 0.
sed -n 's/^v[0-9].* //p' "$top/patches/$topic/sent" 2>/dev/null |
	sed -e 's/[]*^$+?(){}|\\.[]/\\&/g' -e 's/\(-v[0-9]*\)-0-/\1-[0-9]+-/' >"$tmp/sent" || :

mkdir "$tmp/mails" "$tmp/b4"
git mailsplit -o"$tmp/mails" "$MBOX" >/dev/null 2>&1 || die "$MBOX is no mbox"
: >"$tmp/foreign"
: >"$tmp/refused"

# tags_of MAIL: what may be meant as a tag, in one line each.
tags_of() {
	cat "$1.msg" "$1.diff" | tr -d '\r' | awk '
		held != "" {
			if (/^[ \t]*<[^>]*>/) {
				sub(/^[ \t]*/, "")
				print held " " $0
				held = ""
				next
			}
			print held
			held = ""
		}
		/^-- $/ { exit }
		/^[ \t]*[A-Za-z]+(-[A-Za-z]+)*-[Bb][Yy]:/ {
			sub(/^[ \t]*/, "")
			if (/@/) print; else held = $0
		}
		END { if (held != "") print held }' | grep -vi '^signed-off-by:' || :
}
# leave_out MAIL WHY: it will be named.  left_out names all of them.
leave_out() {
	printf '  %s, "%s": %s\n' "$(sed -n 's/^Author: //p' "$1.info")" "$(sed -n 's/^Subject: //p' "$1.info")" "$2" >>"$tmp/refused"
}
left_out() {
	[ ! -s "$tmp/refused" ] || { note "left out:"; cat "$tmp/refused" >&2; }
}

# First those that are patches: which of them are not ours?
for m in "$tmp"/mails/*; do
	git mailinfo "$m.msg" "$m.diff" <"$m" >"$m.info" 2>/dev/null || : >"$m.info"
	if header subject "$m" | grep -qiE '^(re|aw|fwd?):' || ! grep -q '^diff --git ' "$m.diff"; then
		continue
	fi
	: >"$m.patch"
	cut -f 1 "$tmp/known" | grep -qxF "$(patch_id <"$m.diff")" ||
		header message-id "$m" | ids >>"$tmp/foreign"
done
why() { # MAIL: why it does not count, or nothing
	local refs
	refs=$({ header in-reply-to "$1"; header references "$1"; } | ids)
	if ! grep -qxF -- "$(sed -n 's/^Subject: //p' "$1.info")" "$tmp/subjects"; then
		echo "no patch of $topic has that subject"
	elif grep -qxFf "$tmp/foreign" <<<"$(header in-reply-to "$1" | ids)"; then
		echo "it answers a patch that is not the one of $topic"
	elif [ -s "$tmp/sent" ] && ! grep -qxEf "$tmp/sent" <<<"$refs"; then
		echo "it does not answer a version of $topic that was sent"
	fi
}
# older MAIL: says so if it answers a version of the patch that was another patch.
older() {
	local subject id line rev name was now
	subject=$(sed -n 's/^Subject: //p' "$1.info")
	now=$(awk -F '\t' -v s="$subject" '$2 == s { print $1; exit }' "$tmp/known")
	[ -n "$now" ] || return 0
	id=$(header in-reply-to "$1" | ids | sed -n '1s/\(-v[0-9]*\)-[0-9]*-/\1-0-/p')
	line=$(grep -F -- " $id" "$top/patches/$topic/sent" 2>/dev/null) || return 0
	rev=$(cut -d ' ' -f 3 <<<"$line")
	name=$(pgit -C "$linux" log --format='%s%x09%f' "$base..HEAD" | awk -F '\t' -v s="$subject" '$1 == s { print substr($2, 1, 52); exit }')
	name=$(pgit -C "$top" ls-tree -r --name-only "$rev" "patches/$topic/" 2>/dev/null | grep -F -- "-$name.patch" | sed -n 1p) || :
	was=$([ -z "$name" ] || pgit -C "$top" show "$rev:$name" | patch_id)
	[ "$was" = "$now" ] ||
		echo "  $(sed -n 's/^Author: //p' "$1.info"), \"$subject\": for ${line%% *}, and the patch has changed since"
}
count=()
for m in "$tmp"/mails/*[0-9]; do
	[ ! -e "$m.patch" ] || continue
	tags_of "$m" >"$m.tags"
	[ -s "$m.tags" ] || continue
	reason=$(why "$m")
	if [ -n "$reason" ]; then
		leave_out "$m" "$reason"
		continue
	fi
	count+=("$m")
	older "$m" >>"$tmp/older"
	{
		echo "From mboxrd@z Thu Jan  1 00:00:00 1970"
		sed -e '1{/^From /d}' -e 's/^>*From />&/' "$m"
		echo
	} >>"$tmp/b4/mbox"
done
if [ -s "$tmp/older" ]; then
	note "is it still true?"
	cat "$tmp/older" >&2
fi
if [ ${#count[@]} -eq 0 ]; then
	left_out
	die "$MBOX has no review tag for $topic; nothing was changed"
fi

# --- b4 puts the tags in -----------------------------------------------------------

# again REPO COMMIT PARENT <MESSAGE: the same commit with that message on that parent.
again() {
	local an ae ad cn ce cd
	IFS=$'\t' read -r an ae ad cn ce cd < <(pgit -C "$1" log -1 --date=raw --format='%an%x09%ae%x09%ad%x09%cn%x09%ce%x09%cd' "$2")
	GIT_AUTHOR_NAME=$an GIT_AUTHOR_EMAIL=$ae GIT_AUTHOR_DATE=$ad \
		GIT_COMMITTER_NAME=$cn GIT_COMMITTER_EMAIL=$ce GIT_COMMITTER_DATE=$cd \
		pgit -C "$1" commit-tree "$2^{tree}" -p "$3" -F -
}
message() { pgit -C "$1" log -1 --format=%B "$2" | git stripspace; }

put_tags_in() {
	local c at
	pgit clone -q --shared --no-checkout "$linux" "$tree"
	# Only messages matter: of the files, the topmost ones are enough.
	pgit -C "$tree" sparse-checkout set --cone
	pgit -C "$tree" checkout -q -B on "${ours[0]}^"
	: >"$settings/template"
	run_b4 "$tree" prep -n "${topic#*-}" -f on
	at=$(pgit -C "$tree" rev-parse HEAD)
	for c in "${ours[@]}"; do
		at=$(message "$tree" "$c" | again "$tree" "$c" "$at")
	done
	pgit -C "$tree" reset -q --hard "$at"
	run_b4 "$tree" trailers -u -m "$tmp/b4/mbox"
}
stage "b4 trailers" put_tags_in
mapfile -t theirs < <(pgit -C "$tree" rev-list --reverse --grep=b4-submit-tracking --invert-grep on..HEAD)
[ ${#theirs[@]} -eq ${#ours[@]} ] || die "b4 made ${#theirs[@]} commits of ${#ours[@]} (nothing was changed)"
for i in "${!ours[@]}"; do
	message "$tree" "${theirs[i]}" | tee -a "$tmp/after" >"$tmp/${ours[i]}"
	diff <(message "$linux" "${ours[i]}") "$tmp/${ours[i]}" | sed -n 's/^> /  + /p' >"$tmp/new" || :
	[ -s "$tmp/new" ] || { rm "$tmp/${ours[i]}"; continue; }
	pgit -C "$linux" log -1 --format=%s "${ours[i]}"
	cat "$tmp/new"
done
# Did b4 take all of them?  It does not, if the tag is somebody else's than the mail.
for m in "${count[@]}"; do
	while read -r tag; do
		address=$(grep -o '[^ <>]*@[^ <>]*' <<<"$tag" | sed -n 1p) || address=
		[ -z "$address" ] || ! grep -i "^${tag%%:*}:" "$tmp/after" | grep -qiF "$address" || continue
		leave_out "$m" "b4 does not take \"$tag\": is it the sender's own, with the whole address?"
	done <"$m.tags"
done
left_out
head=$(pgit -C "$linux" rev-parse HEAD)
at=$base
while read -r c; do
	if [ -e "$tmp/$c" ]; then
		new=$(again "$linux" "$c" "$at" <"$tmp/$c")
	elif [ "$at" = "$(pgit -C "$linux" rev-parse "$c^")" ]; then
		new=$c
	else
		new=$(message "$linux" "$c" | again "$linux" "$c" "$at")
	fi
	[ "$new" = "$c" ] || pgit -C "$linux" -c user.name=gmem -c user.email=gmem@localhost \
		notes --ref=topic copy -f "$c" "$new" 2>/dev/null || :
	at=$new
done < <(cut -d ' ' -f 1 "$tmp/topics")
if [ "$at" = "$head" ]; then
	if [ -s "$tmp/refused" ]; then
		echo "nothing was changed: build/linux has all the other tags already"
	else
		echo "all of these tags are in build/linux already"
	fi
	exit 0
fi
[ "$(pgit -C "$linux" rev-parse "$at^{tree}")" = "$(pgit -C "$linux" rev-parse "$head^{tree}")" ] ||
	die "the tree is not the same any more (nothing was changed)"
pgit -C "$linux" -c user.name=gmem -c user.email=gmem@localhost update-ref -m "make trailers" HEAD "$at" "$head"
echo "in build/linux now; what was there before: ${head:0:12}.  'make export' writes patches/"
