# shellcheck shell=bash
# Sourced, after lib.sh, by what works with git repositories: git without anybody's
# configuration, and what state a work tree is in.  Runs nothing by itself, but
# makes sure that a hook of git (or `git rebase --exec`) may call the scripts.

# Which folders of other users git may work in (safe.directory) is for the user to say: the
# only one of his settings that counts.  In a file, since upload-pack takes it from there.
git_settings=/dev/null
trusted=$(git config --show-scope --get-all safe.directory 2>/dev/null | sed -nE 's/^(system|global)\t//p') || :
if [ -n "$trusted" ]; then
	# shellcheck disable=SC2154 # cache is lib.sh's
	git_settings=$cache/git/settings-$(key <<<"$trusted")
	if [ ! -e "$git_settings" ]; then
		mkdir -p "$cache/git"
		while read -r folder; do
			git config --file "$git_settings.$$" --add safe.directory "$folder"
		done <<<"$trusted"
		mv "$git_settings.$$" "$git_settings"
	fi
fi
unset trusted folder

# shellcheck disable=SC2046 # a list of words
unset $(git rev-parse --local-env-vars) GIT_NOTES_REF GIT_EXTERNAL_DIFF \
	GIT_DIFF_OPTS GIT_ATTR_SOURCE GIT_TEMPLATE_DIR GIT_DEFAULT_HASH \
	GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE \
	GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE

# pgit ARGUMENT...: git with the same results for everybody.  Only a repository's own
# configuration, attributes and ignore lists count, and no hooks at all.
pgit() {
	GIT_CONFIG_GLOBAL=$git_settings GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1 \
		git -c core.excludesFile=/dev/null -c core.attributesFile=/dev/null \
		-c core.hooksPath=/dev/null -c init.templateDir= -c gc.auto=0 \
		-c maintenance.auto=false -c advice.detachedHead=false \
		-c commit.gpgSign=false -c core.autocrlf=false "$@"
}

# under_way REPO: an operation of git's that one has to finish first, or nothing.
under_way() {
	local dir
	dir=$(pgit -C "$1" rev-parse --absolute-git-dir)
	if [ -e "$dir/rebase-apply/applying" ]; then
		echo am
	elif [ -e "$dir/rebase-merge" ] || [ -e "$dir/rebase-apply" ]; then
		echo rebase
	elif [ -e "$dir/CHERRY_PICK_HEAD" ]; then
		echo cherry-pick
	elif [ -e "$dir/MERGE_HEAD" ]; then
		echo merge
	elif [ -e "$dir/REVERT_HEAD" ]; then
		echo revert
	fi
}

# changed REPO: are there uncommitted changes of tracked files?
changed() { [ -n "$(pgit -C "$1" status --porcelain --untracked-files=no)" ]; }

# range_diff OLD NEW OLD-RANGE NEW-RANGE [OPTION...]: git range-diff of commits of two
# bare repositories.
range_diff() (
	old=$1 new=$2 was=$3 is=$4
	shift 4
	# Both in one repository; their objects are few.
	both=$(scratch)
	trap 'rm -rf "$both"' EXIT
	pgit init -q --bare "$both/git"
	printf '%s/objects\n' "$old" "$new" >"$both/git/objects/info/alternates"
	pgit -C "$both/git" --no-pager range-diff --no-notes "$@" "$was" "$is"
)
