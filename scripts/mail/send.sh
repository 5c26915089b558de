#!/bin/bash
# Makes the mails of one topic, by b4: cover letter (cover.sh), base-commit, version, To and Cc
# from get_maintainer.pl, the sender's sign-off.  Sends them if told so.
# Longer than two screens, as the checks, the branch, the mails and the note belong together.
#
#   make send TOPIC=NN                 writes them to build/send/NN-topic; sends nothing
#     UPSTREAM=PATH                    made on HEAD of this git tree (it is cloned, not
#                                      changed), not on the base
#   make send TOPIC=NN SEND=yes-really sends them, after one more question, with git's
#                                      sendemail settings, and notes that in
#                                      patches/NN-topic/sent, which is to be committed

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/mail.sh
. "$top/scripts/lib/mail.sh"

no_arguments "$@"
case ${SEND:-} in
'') really= ;;
yes-really) really=1 ;;
*) die "SEND=$SEND does nothing: SEND=yes-really sends; without SEND, the mails are only written" ;;
esac
topic=$(topic_folder "${TOPIC:-}")
out=$build/send/$topic

# --- may it be sent? ---------------------------------------------------------------

mapfile -t patches < <(series_of "$top/patches")
read -r before count < <(topic_range "$top/patches" "$topic")
own=("${patches[@]:before:count}") earlier=()
# Seen with b4 0.14.2: another patch comes back.
returns=$(cd "$top/patches" && grep -lE $'^[-+ ].*\r$' "${own[@]}") || :
[ -z "$returns" ] || die "these patches have lines that end in a carriage return, and mails lose it; send them by another way (git bundle, a pull request):
$returns"
if [ -e "$linux/.git" ]; then
	said=$("$top/scripts/series/export.sh" --compare 2>&1 >/dev/null) ||
		die "build/linux has work that patches/ does not have; 'make export' writes it there:
$said"
fi
uncommitted=$(pgit -C "$top" status --porcelain -- BASE patches 2>&1 | head -n 5 || :)
if [ -n "$uncommitted" ]; then
	[ -z "$really" ] || die "patches/ has uncommitted changes; commit them, or nobody can find out later what was sent:
$uncommitted"
	note "note: patches/ has uncommitted changes"
fi
if [ -n "${UPSTREAM:-}" ]; then
	repo=$(realpath "$UPSTREAM")
	commit=$(git -C "$repo" rev-parse -q --verify 'HEAD^{commit}' 2>/dev/null) || die "UPSTREAM=$UPSTREAM is no git tree with a commit"
	[ -z "$(git -C "$repo" status --porcelain --untracked-files=no)" ] ||
		die "UPSTREAM=$UPSTREAM has uncommitted changes, and the mails would be made without them: commit them, or git stash"
	sender "$repo"
	at=$commit earlier=("${patches[@]:0:before}")
else
	# The topics before this one are applied there already.
	repo=$("$top/scripts/series/applied.sh")
	mapfile -t applied < <(pgit -C "$repo" rev-list --reverse HEAD)
	commit=${applied[0]} at=${applied[before]}
	sender "$top"
fi
if [ -n "$really" ]; then
	server=$(git config sendemail.smtpserver) ||
		die "git does not know how to send mail: git config --global sendemail.smtpserver ... (see git help send-email)"
fi

tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
tree=$tmp/tree
b4_settings "$tmp/settings"
"$top/scripts/mail/cover.sh" "$topic" "$commit" "$who_name <$who_email>" "$settings"
version=$(cat "$settings/version")
if [ -e "$settings/missing" ]; then
	[ -z "$really" ] || die "$(cat "$settings/missing")"
	note "note: $(cat "$settings/missing"); SEND will want it"
fi

# --- the mails ---------------------------------------------------------------------

make_branch() {
	local options=()
	mail_tree "$repo" "$at" "$tree" "${earlier[@]}" "${own[@]}"
	mail_am "$tree" am "${earlier[@]}"
	recipients
	[ "$version" -eq 1 ] || options=(--force-revision "$version")
	EDITOR="cp $settings/cover" run_b4 "$tree" prep -n "${topic#*-}" -f "$(pgit -C "$tree" rev-parse HEAD)" \
		"${options[@]}" --edit-cover
	[ -z "$(sent_id "$topic")" ] || keep_id
	mail_am "$tree" signed_am "${own[@]}"
}

# recipients: tells b4 who gets the mails.  b4 itself would ask get_maintainer.pl twice for each
# patch, and that takes seconds: it reads all of MAINTAINERS.
recipients() {
	local gm=scripts/get_maintainer.pl kind
	[ -x "$tree/$gm" ] || return 0
	(cd "$tree" && $gm --nogit --nogit-fallback --nogit-chief-penguins --roles --norolestats \
		"${own[@]/#/$top/patches/}" </dev/null) >"$tmp/who" ||
		die "$gm failed (above)"
	# "Name <address> (role:...)" or "address (role:...)"; a mailing list has no other role.
	awk -v tmp="$tmp" '{
		i = index($0, "> (")
		who = i ? substr($0, 1, i) : $1
		role = substr($0, length(who) + 3)
		print who >(tmp (role ~ /^(open|moderated|subscriber) list/ ? "/cc" : "/to"))
	}' "$tmp/who"
	for kind in to cc; do
		[ ! -e "$tmp/$kind" ] || git config --file "$settings/gitconfig" "b4.send-series-$kind" "$(paste -sd , "$tmp/$kind")"
	done
}

# keep_id: the change-id that the topic was first sent with; b4 has no command for it.
keep_id() {
	with_settings git -C "$tree" log -1 --format=%B |
		sed "s/\"change-id\": \"[^\"]*\"/\"change-id\": \"$(sent_id "$topic")\"/" >"$tmp/message"
	grep -qF "\"change-id\": \"$(sent_id "$topic")\"" "$tmp/message" ||
		die "b4 does not keep the change-id where it used to: this b4 is too new for send.sh"
	with_settings git -C "$tree" commit -q --amend --allow-empty --cleanup=verbatim -F "$tmp/message"
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
echo "written to build/send/$topic/v$version/, and all in one file, v$version.mbox"
if [ -z "$really" ]; then
	echo "nothing was sent; SEND=yes-really sends them"
	exit 0
fi

# --- sending -----------------------------------------------------------------------

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
	die "b4 failed.  What it says above, and your mailbox, tell which mails were sent.
  If they were: note it by hand in patches/$topic/sent (version, day, commit, message id of the cover letter)"
fi
rev=$(pgit -C "$top" rev-parse HEAD)
# show-info has "change-id: ID" and "series-vN: FIRST..LAST MESSAGE-ID".
info=$( (cd "$tree" && with_settings "$b4" --offline-mode prep --show-info) 2>/dev/null) || :
id=$(sed -n 's/^change-id: //p' <<<"$info")
msgid=$(sed -n "s/^series-v$version: [^ ]* //p" <<<"$info")
[[ $id =~ ^[^[:space:]]+$ && $msgid =~ ^[^[:space:]@\<\>]+@[^[:space:]@\<\>]+$ ]] ||
	die "THE MAILS WERE SENT, but b4 does not tell their message ids, and nothing was noted.
  Without a note, the next version will not know of this one.  Write it by hand: patches/$topic/sent gets the line

v$version $(date -u +%F) $rev MESSAGE-ID

  with the Message-Id of the cover letter, as it came to you, without < and >.  If the file is new, its first line is

change-id $(sed -n 's/^change-id: //p' "$out/v$version"/*.eml | sed -n 1p)"
[ -e "patches/$topic/sent" ] || {
	echo "# What was mailed, by 'make send': version, day, commit of this repository, cover letter"
	echo "change-id $id"
} >"patches/$topic/sent"
printf 'v%s %s %s %s\n' "$version" "$(date -u +%F)" "$rev" "$msgid" >>"patches/$topic/sent"
echo
echo "sent, and noted in patches/$topic/sent: git add it, and commit"
