#!/bin/bash
# Every topic of the series as mails (make send, a dry run), read back by b4 am and by b4
# shazam on a clean base: the same trees.

# shellcheck disable=SC2016,SC2317 # eval of what is quoted; called through ok
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/series.sh
. "$top/scripts/lib/series.sh"
# shellcheck source=scripts/lib/tap.sh
. "$top/scripts/lib/tap.sh"

unset TOPIC UPSTREAM SEND
tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
B4=$("$top/scripts/host/b4.sh")
export B4 HOME=$tmp GIT_CONFIG_GLOBAL=$tmp/gitconfig GMEM_CACHE=$cache
git config --global user.name "Test Sender"
git config --global user.email sender@example.org
git config --global b4.searchmask '' # or shazam would look for prerequisites on lore
# A checkout of its own, so that work in build/linux does not matter.
mkdir "$tmp/co"
cp -r "$top/scripts" "$top/patches" "$top/BASE" "$tmp/co/"

repo=$("$top/scripts/series/applied.sh")
mapfile -t commits < <(pgit -C "$repo" rev-list --reverse HEAD)
base=${commits[0]}
clean=$tmp/clean
pgit clone -q --shared --no-checkout "$("$top/scripts/series/base.sh")" "$clean"
series_of "$top/patches" | while read -r p; do
	sed -n 's|^diff --git a/.* b/\(.*\)/[^/]*$|\1|p' "$top/patches/$p"
done | sort -u | pgit -C "$clean" sparse-checkout set --cone --stdin
# The index has 96,000 entries; git am writes it after each patch.
pgit -C "$clean" config core.splitIndex true
pgit -C "$clean" checkout -q "$base"

tree_of() { pgit -C "$1" rev-parse "$2^{tree}"; }
in_clean() { (cd "$clean" && "$@") >"$tmp/said" 2>&1 || { sed 's/^/# /' "$tmp/said"; return 1; }; }
patch_ids() { pgit patch-id --stable | cut -d ' ' -f 1; }
for topic in $(series_of "$top/patches" | cut -d/ -f1 | uniq); do
	read -r before count < <(topic_range "$top/patches" "$topic")
	want=$(tree_of "$repo" "${commits[before + count]}")
	ok "$topic: mails" eval 'TOPIC=$topic "$tmp/co/scripts/mail/send.sh" >"$tmp/out" 2>"$tmp/err" </dev/null || { sed "s/^/# /" "$tmp/err"; false; }'
	mails=$tmp/co/build/send/$topic
	cover=$(cat "$mails"/v1/0000-*)
	is "$topic: one for each patch" "$count" "$(find "$mails/v1" -name '0*.eml' ! -name '0000-*' | wc -l)"
	like "$topic: base-commit" "^base-commit: $base" "$cover"
	is "$topic: what it needs" "$before" "$(grep -c '^prerequisite-patch-id: ' <<<"$cover")"
	like "$topic: To" '^To: .*@' "$cover"
	is "$topic: signed off by the sender" "$count" "$(find "$mails/v1" -name '0*.eml' ! -name '0000-*' -exec cat {} + | grep -c '^Signed-off-by: Test Sender <sender@example.org>')"
	id=$(sed -n 's/^[Mm]essage-[Ii][Dd]: *<\(.*\)>/\1/p' <<<"$cover")
	# b4 shazam applies what b4 am writes: that these are the same patches is enough for the other.
	mkdir "$tmp/am"
	ok "$topic: b4 am" in_clean "$B4" --offline-mode am -m "$mails/v1.mbox" -o "$tmp/am" "$id"
	is "$topic: the same patches" "$(series_of "$top/patches" | grep "^$topic/" | sed "s|^|$top/patches/|" | xargs cat | patch_ids)" "$(cat "$tmp"/am/*.mbx | patch_ids)"
	rm -rf "$tmp/am"
	ok "$topic: b4 shazam" in_clean "$B4" --offline-mode shazam -m "$mails/v1.mbox" "$id"
	is "$topic: the same tree" "$want" "$(tree_of "$clean" HEAD)"
done
is "all of them: the tree that the series was exported from" "$(cat "$top/patches/tree")" "$(tree_of "$clean" HEAD)"
done_testing
