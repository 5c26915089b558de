# shellcheck shell=bash
# Sourced, after lib.sh and series.sh, by the scripts that mail a topic and take what
# reviewers answer: the sender, b4 without anybody's settings, a topic as b4's
# prep branch, what was sent before.  Runs nothing by itself.
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

# b4_edit TREE FILE ARGUMENT...: b4 with an editor that writes what is in FILE.
b4_edit() {
	local tree=$1 file=$2
	shift 2
	EDITOR="cp $file" run_b4 "$tree" "$@"
}

# prep_branch REPO COMMIT TOPIC TREE: clones REPO to TREE and makes there, of COMMIT, the patches of
# earlier topics, and those of TOPIC, the branch b4/TOPIC that b4 works on.  Its
# cover letter is still b4's own.  Sets fork, which is the commit it starts from.
prep_branch() {
	local repo=$1 commit=$2 topic=$3 tree=$4 list before count
	mapfile -t list < <(series_of "$top/patches")
	read -r before count < <(topic_range "$top/patches" "$topic")
	# shellcheck disable=SC2034 # for those who source this
	earlier=$before
	# With the user's own git: whether to trust the folder is his setting.
	git -c init.templateDir= clone -q --shared --no-checkout "$repo" "$tree"
	pgit -C "$tree" config core.sparseCheckout true
	pgit -C "$tree" config core.sparseCheckoutCone true
	{
		echo scripts
		sed -n 's|^diff --git a/.* b/\(.*\)/[^/]*$|\1|p' "${list[@]/#/$top/patches/}"
	} | sort -u | pgit -C "$tree" sparse-checkout set --stdin
	pgit -C "$tree" checkout -q -B on "$commit"
	# get_maintainer.pl wants to see these, to know that it is in a kernel.
	(cd "$tree" && mkdir -p Documentation arch drivers fs include init ipc kernel lib)
	prep_am "$tree" am "${list[@]:0:before}"
	fork=$(pgit -C "$tree" rev-parse HEAD)
	run_b4 "$tree" prep -n "${topic#*-}" -f "$fork"
	# With the sender's sign-off, which is his word that he may pass it on.
	prep_am "$tree" signed_am "${list[@]:before:count}"
}

signed_am() { with_settings git am --signoff --keep-non-patch --no-scissors "$@"; }

# prep_am TREE COMMAND PATCH...
prep_am() {
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

# tracking TREE: b4's notes on the series, which are in the commit with the cover letter.
tracking() { with_settings git -C "$1" log -1 --format=%B --grep=b4-submit-tracking HEAD; }
track_id() { sed -n 's/.*"change-id": "\(.*\)".*/\1/p'; }

sent_id() { sed -n 's/^change-id //p' "$top/patches/$1/sent" 2>/dev/null || :; }

# sent_last TOPIC: "N DATE COMMIT MESSAGE-ID" of the last version, or nothing.
sent_last() { sed -n 's/^v\([0-9]\)/\1/p' "$top/patches/$1/sent" 2>/dev/null | tail -n 1 || :; }
