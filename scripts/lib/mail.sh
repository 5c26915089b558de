# shellcheck shell=bash
# Sourced, after lib.sh and series.sh, by the scripts that mail a topic and take what
# reviewers answer: the sender, b4 without anybody's settings, a tree to apply a topic in,
# what was sent before.  Runs nothing by itself.
# shellcheck disable=SC2154 # top, from lib.sh

# sender TREE: sets who_name and who_email to git's identity there, which is the only
# place that a name in a mail comes from.
sender() {
	who_name=$(git -C "$1" config user.name || :)
	who_email=$(git -C "$1" config user.email || :)
	[ -z "$who_name" ] || [ -z "$who_email" ] || return 0
	die "git does not know who sends this (user.name, user.email):
  git config --global user.name 'Your Name'
  git config --global user.email you@example.com"
}

# b4_settings FOLDER: the settings that run_b4 runs b4 with, in FOLDER/gitconfig: the sender's
# name, patches as those in patches/, nothing else of the user's.
b4_settings() {
	settings=$1
	b4=$("$top/scripts/host/b4.sh")
	mkdir -p "$settings"
	: >"$settings/gitconfig"
	set -- "user.name=$who_name" "user.email=$who_email" \
		core.excludesFile=/dev/null core.attributesFile=/dev/null core.hooksPath=/dev/null \
		init.templateDir= gc.auto=0 maintenance.auto=false commit.gpgSign=false tag.gpgSign=false \
		core.autocrlf=false advice.detachedHead=false core.abbrev=12 \
		diff.algorithm=histogram diff.renames=false \
		b4.prep-pre-flight-checks=disable-all "b4.prep-cover-template=$settings/template"
	local s
	for s; do
		git config --file "$settings/gitconfig" "${s%%=*}" "${s#*=}"
	done
}

# As with b4, so with git: the settings of b4_settings.
with_settings() {
	GIT_CONFIG_GLOBAL=$settings/gitconfig GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1 \
		XDG_CACHE_HOME=$settings/cache XDG_DATA_HOME=$settings/data "$@"
}

# run_b4 TREE ARGUMENT...: b4 in TREE, without network; what it says is shown when it fails.
run_b4() {
	local tree=$1
	shift
	(cd "$tree" && with_settings "$b4" --offline-mode --no-interactive "$@") >"$settings/said" 2>&1 </dev/null || {
		sed 's/^/    /' "$settings/said" >&2
		die "b4 $* failed (above)"
	}
}

# mail_tree REPO COMMIT TREE PATCH...: clones REPO to TREE, at COMMIT.  Of the files only those
# exist that are beside what the PATCHes (below patches/) touch, and what
# get_maintainer.pl needs.
mail_tree() {
	local repo=$1 commit=$2 tree=$3
	shift 3
	# With the user's own git: whether to trust the folder is his setting.
	git -c init.templateDir= clone -q --shared --no-checkout "$repo" "$tree"
	pgit -C "$tree" config core.sparseCheckout true
	pgit -C "$tree" config core.sparseCheckoutCone true
	# The index has 96,000 entries; git am writes it after each patch.
	pgit -C "$tree" config core.splitIndex true
	{
		echo scripts
		sed -n 's|^diff --git a/.* b/\(.*\)/[^/]*$|\1|p' "${@/#/$top/patches/}"
	} | sort -u | pgit -C "$tree" sparse-checkout set --stdin
	pgit -C "$tree" checkout -q -B on "$commit"
	# get_maintainer.pl wants to see these, to know that it is in a kernel.
	(cd "$tree" && mkdir -p Documentation arch drivers fs include init ipc kernel lib)
}

# With the sender's sign-off, which is his word that he may pass it on.
signed_am() { with_settings git am --signoff --keep-cr --keep-non-patch --no-scissors "$@"; }

# mail_am TREE COMMAND PATCH...: COMMAND, am or signed_am, applies the PATCHes in TREE.  A
# carriage return is a part of the line.
mail_am() {
	local tree=$1 how=$2 n
	shift 2
	[ $# -gt 0 ] || return 0
	(cd "$tree" && "$how" -q "${@/#/$top/patches/}") >"$settings/said" 2>&1 || {
		n=$(cat "$tree/.git/rebase-apply/next" 2>/dev/null || echo 1)
		sed 's/^/    /' "$settings/said" >&2
		die "patches/${!n} does not apply to $commit
  carry the series to that kernel first: make rebase ONTO=..."
	}
}

# --- what was sent --------------------------------------------------------------

# The file patches/TOPIC/sent, which 'make send' writes and git keeps: "change-id ID",
# then for each version "vN DATE COMMIT-OF-THIS-REPOSITORY MESSAGE-ID-OF-ITS-COVER".

sent_id() { sed -n 's/^change-id //p' "$top/patches/$1/sent" 2>/dev/null || :; }

# sent_last TOPIC: "N DATE COMMIT MESSAGE-ID" of the last version, or nothing.
sent_last() { sed -n 's/^v\([0-9]\)/\1/p' "$top/patches/$1/sent" 2>/dev/null | tail -n 1 || :; }
