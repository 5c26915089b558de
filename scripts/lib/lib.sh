# shellcheck shell=bash
# Sourced by every script of scripts/, selftests/ and cocci/: where things are,
# errors, help, progress, locks, the cache.  Whoever sources it gets a clean
# environment, and prints the comment at its head if called with --help.
#
# build/  belongs to this checkout: build/linux (the tree one works in), logs,
#         results.
# $cache  belongs to the user and is shared by all checkouts.  What is in it is
#         named by the hash of everything it was made from, and appears under
#         that name only when complete (publish).
#
# Longer than two screens: a library, of short functions; every script sources it, so it is
# one file.

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$top/build
# shellcheck disable=SC2034 # for the scripts that work on the tree
linux=$build/linux
cache=${GMEM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/linux-gmem}
log=$build/log

# What the caller's environment has for other programs changes nothing here: make's
# own words, kbuild's, the language.  Tools of administrators are found by everybody.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL GNUMAKEFLAGS V W C O M CF CHECK \
	ARCH SUBARCH CROSS_COMPILE LLVM LLVM_IAS CC HOSTCC LD CFLAGS CPPFLAGS CXXFLAGS LDFLAGS \
	KCFLAGS KAFLAGS KCPPFLAGS HOSTCFLAGS USERCFLAGS USERLDFLAGS LOCALVERSION \
	INSTALL_MOD_PATH INSTALL_MOD_STRIP "${!KCONFIG_@}" KBUILD_OUTPUT KBUILD_EXTMOD \
	KBUILD_VERBOSE KBUILD_DEFCONFIG "${!KBUILD_BUILD_@}" GREP_OPTIONS GREP_COLORS CDPATH \
	POSIXLY_CORRECT BASH_ENV ENV TAR_OPTIONS GZIP XZ_OPT XZ_DEFAULTS
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

# A field of the file BASE, or of another such file.
base() { sed -n "s/^$1=//p" "${2:-$top/BASE}"; }

die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

note() { printf '%s\n' "$*" >&2; }

# head_of FILE: the comment that a script begins with.
head_of() { sed -n -e '2,${/^#/!q;s/^# \{0,1\}//p}' "$1"; }

# usage [WORD]: what the script was called with is not what it takes.
usage() {
	[ $# -eq 0 ] || note "error: ${0##*/} does not take \"$1\""
	note "usage: $(head_of "$0" | sed -n '/./p' | sed -n 1,3p)"
	note "'${0#"$top/"} --help' says more"
	exit 2
}

# no_arguments "$@": refuses what a script that takes none was given.
no_arguments() { [ $# -eq 0 ] || usage "$1"; }

# need TOOL...: all of them are installed, or the error says how to get them.
need() {
	local t
	for t; do
		command -v "$t" >/dev/null ||
			die "$t is not installed: run 'make deps' (see 'make help')"
	done
}

# stage TITLE COMMAND...: runs it with its output in a log file.  One line shows the
# elapsed time while it works; the log's tail, when it fails.  The command is a process
# group of its own.  When this shell is told to end, it ends the group first.  A stage
# within a stage has less patience with its own, so that it is through before it is
# killed itself.
stage() {
	local title=$1 file pid rc=0 t0=$SECONDS last=0 nap=0.02 traps signal patience=${GMEM_PATIENCE:-15}
	shift
	mkdir -p "$log"
	file=$log/$(printf '%s' "$title" | tr -cs 'a-zA-Z0-9.\n' '-').log
	traps=$(trap -p INT TERM HUP)
	set -m
	GMEM_PATIENCE=$(((patience * 2 + 2) / 3)) "$@" >"$file" 2>&1 </dev/null &
	pid=$!
	set +m
	for signal in INT TERM HUP; do
		# shellcheck disable=SC2064 # the process of now
		trap "end_group $pid $patience; trap - $signal; kill -s $signal \$BASHPID" $signal
	done
	while kill -0 "$pid" 2>/dev/null; do
		if [ -t 2 ]; then
			printf '\r%-52s %4ds' "$title" $((SECONDS - t0)) >&2
		elif [ $((SECONDS - t0 - last)) -ge 60 ]; then
			last=$((SECONDS - t0))
			printf '%-52s %4ds ...\n' "$title" "$last" >&2
		fi
		# Most stages of a test take no time at all.
		sleep "$nap"
		if [ "$nap" = 0.02 ]; then nap=0.1; else nap=0.2; fi
	done
	wait "$pid" || rc=$?
	trap - INT TERM HUP
	eval "$traps"
	[ ! -t 2 ] || printf '\r' >&2
	if [ "$rc" -eq 0 ]; then
		printf '%-52s %4ds\n' "$title" $((SECONDS - t0)) >&2
	else
		printf '%-52s %4ds FAILED\n' "$title" $((SECONDS - t0)) >&2
		tail -n 20 "$file" | sed 's/^/    /' >&2
		note "the whole log: $file"
	fi
	return "$rc"
}

# end_group PID [SECONDS]: ends the process group PID, which a shell with "set -m"
# started, and waits until nothing of it is left.  What does not end within SECONDS (15,
# or GMEM_PATIENCE) is killed.
end_group() {
	local i
	kill -TERM -- "-$1" 2>/dev/null || return 0
	for ((i = 0; i < ${2:-${GMEM_PATIENCE:-15}} * 10; i++)); do
		group_lives "$1" || return 0
		sleep 0.1
	done
	kill -KILL -- "-$1" 2>/dev/null || :
}

# group_lives PID: there are processes in that group, other than dead ones for which
# nobody has waited yet.
group_lives() {
	{ cat /proc/[0-9]*/stat 2>/dev/null || :; } |
		awk -v group="$1" '{ sub(/.*\) /, "") } $3 == group && $1 !~ /[ZX]/ { found = 1 } END { exit !found }'
}

# take_lock NAME: waits until it is this process's, and says for whom; $fd is its file.
# What this process starts shares it, and so holds it, too: a build that outlives its
# script goes on alone.  (deps.sh closes it for what packages start.)
take_lock() {
	mkdir -p "$cache/lock"
	exec {fd}>>"$cache/lock/$1"
	if ! flock -n "$fd"; then
		note "waiting for \"$1\", which is in use by $(cat "$cache/lock/$1.by" 2>/dev/null || echo another run)"
		flock "$fd"
	fi
	echo "process $$, ${0#"$top/"} in $top, since $(date +%H:%M:%S)" >"$cache/lock/$1.by"
}

# holds NAME: a script further up has that lock.  GMEM_HOLDS names all of them.
holds() { [[ :${GMEM_HOLDS:-}: == *":$1:"* ]]; }

# with_lock NAME COMMAND...: one at a time among all runs that share the cache.  A lock
# that is held further up is not taken a second time.
with_lock() {
	local name=$1 fd rc=0
	shift
	if holds "$name"; then
		"$@"
		return
	fi
	take_lock "$name"
	GMEM_HOLDS=${GMEM_HOLDS:-}:$name "$@" || rc=$?
	exec {fd}>&-
	return "$rc"
}

# once NAME ARGUMENT...: the script that calls this goes on only when it is the only one
# that holds the lock NAME.  It starts again for that, as the same process.
once() {
	local name=$1 fd
	shift
	! holds "$name" || return 0
	take_lock "$name"
	export GMEM_HOLDS=${GMEM_HOLDS:-}:$name
	exec "$0" "$@"
}

# scratch: a new folder inside the cache, on the same file system as what will
# be published from it.  The prefix says that it is not finished.
scratch() {
	mkdir -p "$cache/unverified"
	mktemp -d "$cache/unverified/XXXXXXXX"
}

# in_cache PATH: it is there; who asks uses it, and so it stays (see publish).
in_cache() { [ -e "$1" ] && touch -c "$1"; }

# publish FROM TO: atomic; if another run was first, its result stands.  What lies beside
# it and was not used for a month goes, but for what was downloaded.
publish() {
	mkdir -p "$(dirname "$2")"
	case $2 in
	"$cache"/dl/* | "$cache"/git/* | "$cache"/tools/*) ;;
	"$cache"/*/*) find "$(dirname "$2")" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} + ;;
	esac
	if [ -e "$2" ] || ! mv -T "$1" "$2" 2>/dev/null; then
		[ -e "$2" ] || die "cannot move $1 to $2"
		rm -rf "$1"
	fi
}

# sb_absolute: what names the key for Secure Boot (sign.sh) is found from another folder, too.
sb_absolute() {
	local v
	for v in GMEM_SB_{KEY,CERT,SIGNATURE,PASS_FILE,PESIGN}; do
		case ${!v:-} in
		'' | pkcs11:* | pesign:*) ;;
		*) export "$v=$(realpath "${!v}")" ;;
		esac
	done
}

# key: the name in the cache of what is made from the text on standard input.
key() { sha256sum | cut -c1-24; }

# series_of FOLDER: the patches that its file "series" lists, in apply order.
series_of() {
	[ ! -e "$1/series" ] || sed -e 's/[[:space:]]*#.*//' -e '/^$/d' "$1/series"
}

# forget_parameters [NAME...]: nothing that a script reads from its environment to do
# something else than usual is set, except NAMEs.  What describes the machine stays:
# GMEM_CACHE, GMEM_INSTALL, GMEM_MIRROR, GMEM_SNAPSHOT; and which locks are held.
forget_parameters() {
	local name
	for name in TOPIC LONG FORCE ONTO FROM TO CONTINUE SKIP ABORT SPARSE KNOWN UPSTREAM SEND MBOX \
		FLAVOUR CONFIG_ONLY KERNEL MEM CPUS SNP EXACT RUN FILES APPEND TREE DIRS RULES ALLOW \
		NETS LIMIT DOCS COCCI RECORD JOBS SUITE "${!GMEM_@}"; do
		case " GMEM_CACHE GMEM_INSTALL GMEM_MIRROR GMEM_SNAPSHOT GMEM_HOLDS GMEM_PATIENCE $* " in
		*" $name "*) ;;
		*) unset "$name" ;;
		esac
	done
}

# --- for everybody ------------------------------------------------------------

case ${1:-} in
-h | --help)
	head_of "$0"
	exit 0
	;;
esac
# kbuild takes neither blanks nor colons; rpm, make and awk stumble over the others.
for checked in "this checkout:$top" "the cache (GMEM_CACHE):$cache"; do
	case ${checked#*:} in
	*[[:space:]:\'\"\`\\\$%\#\;\&\|\*\?\<\>\(\)]*)
		die "the folder of ${checked%%:*} is \"${checked#*:}\": the kernel cannot be built below a name with blanks, colons, quotes, or one of \\ \$ % # ; & | * ? < > ( ).  Choose another folder"
		;;
	esac
done
unset checked
[ -z "${TMPDIR:-}" ] || [ -w "$TMPDIR" ] || die "TMPDIR=$TMPDIR is no folder that can be written to"
