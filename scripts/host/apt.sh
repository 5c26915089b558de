#!/bin/bash
# scripts/host/apt.sh SUITE[:COMPONENT] [--source|--tarball] PACKAGE[=VERSION] FOLDER
#
# Downloads one Debian package (or, with --source, its source files; with --tarball,
# of these only what came from upstream) of any suite into FOLDER and prints the
# names of the files.  apt itself does it, checking
# the archive's signature and the files' hashes, but with a configuration of its
# own: the machine's sources, lists, cache and package state are read by nobody
# and changed by nobody.  Works without root.
#
# The only thing taken from the machine is where its Debian mirror is (both
# styles of sources are understood); GMEM_MIRROR=URI names another.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

usage() { die "usage: scripts/host/apt.sh SUITE[:COMPONENT] [--source|--tarball] PACKAGE[=VERSION] FOLDER"; }

# Every archive that the machine knows, one URI a line, those that look like the
# Debian archive first.  Which of them has the suite, signed by Debian, is
# found by asking.
mirrors() {
	local etc=${GMEM_APT_ETC:-/etc/apt} f
	if [ -n "${GMEM_MIRROR:-}" ]; then
		printf '%s\n' "$GMEM_MIRROR"
		return
	fi
	for f in "$etc"/sources.list "$etc"/sources.list.d/*.list; do
		[ ! -r "$f" ] || awk '
			$1 == "deb" {
				sub(/#.*/, "")
				sub(/\[[^]]*\]/, "")
				print $2
			}' "$f"
	done >"$tmp/uris"
	for f in "$etc"/sources.list.d/*.sources; do
		# A field may go on in indented lines; a stanza ends at an empty one.
		[ ! -r "$f" ] || awk '
			function flush(   n, i, u) {
				if (tolower(enabled) != "no" && types ~ /(^| )deb( |$)/) {
					n = split(uris, u, " ")
					for (i = 1; i <= n; i++)
						print u[i]
				}
				types = uris = enabled = ""
			}
			/^#/ { next }
			/^[[:space:]]*$/ { flush(); field = ""; next }
			/^[^[:space:]]+:/ {
				field = tolower($1)
				sub(/:.*/, "", field)
				sub(/^[^:]*:/, "")
			}
			field == "types" { types = types " " $0 }
			field == "uris" { uris = uris " " $0 }
			field == "enabled" { enabled = $1 }
			END { flush() }' "$f"
	done >>"$tmp/uris"
	{
		grep -E '/debian/?$' "$tmp/uris" || :
		grep -vE '/debian/?$|^cdrom:' "$tmp/uris" || :
	} | awk '!seen[$0]++'
}

keyring() {
	local k
	for k in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
		[ ! -r "$k" ] || { printf '%s\n' "$k"; return; }
	done
	die "no keyring of the Debian archive: install debian-archive-keyring"
}

# apt's own tools, with nothing of the machine's but its proxy settings.
private() {
	local tool=$1
	shift
	"$tool" -qq -c "$tmp/apt.conf" "$@"
}

[ $# -ge 3 ] || usage
suite=${1%%:*} component=main source=()
[ "$1" = "$suite" ] || component=${1#*:}
shift
case $1 in
--source) source=(--download-only); shift ;;
--tarball) source=(--download-only --tar-only); shift ;;
esac
[ $# -eq 2 ] || usage
package=$1 dest=$2
command -v apt-get >/dev/null ||
	die "apt-get is not installed: $package comes from Debian's archive and needs it (package apt)"
[ -d "$dest" ] || die "$dest: no such folder"
ring=${GMEM_APT_KEYRING:-$(keyring)}

tmp=$(scratch)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp"/{lists/partial,cache/archives/partial,state,new}
: >"$tmp/status"
cat >"$tmp/apt.conf" <<END
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear APT::Default-Release;
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "2";
Dir::Etc::sourcelist "$tmp/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$tmp/state";
Dir::State::lists "$tmp/lists";
Dir::State::status "$tmp/status";
Dir::Cache "$tmp/cache";
END

found=
while read -r uri; do
	printf '%s [signed-by=%s] %s %s %s\n' \
		"deb${source:+-src}" "$ring" "$uri" "$suite" "$component" >"$tmp/sources.list"
	if private apt-get update >"$tmp/log" 2>&1; then
		found=1
		break
	fi
	note "$suite is not to be had, signed by Debian, from $uri:"
	sed 's/^/    /' "$tmp/log" >&2
done < <(mirrors)
[ -n "$found" ] ||
	die "no archive of this machine's apt sources has $suite: name one with GMEM_MIRROR=URI"

if [ ${#source[@]} -gt 0 ]; then
	get=(source "${source[@]}" "$package")
else
	get=(download "$package")
fi
if ! (cd "$tmp/new" && private apt-get "${get[@]}") >"$tmp/log" 2>&1; then
	sed 's/^/    /' "$tmp/log" >&2
	note "what $suite has of ${package%%=*}:"
	private apt-cache madison "${package%%=*}" 2>/dev/null | sed 's/^/    /' >&2
	die "$package is not to be had from $suite"
fi
for f in "$tmp"/new/*; do
	[ -e "$f" ] || die "apt-get says that it downloaded $package, but there is no file"
	mv "$f" "$dest/"
	printf '%s\n' "${f##*/}"
done
