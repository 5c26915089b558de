#!/bin/bash
# apt.sh SUITE[:COMPONENT] [--tarball] PACKAGE[=VERSION] FOLDER
#
# Downloads one Debian package of any suite into FOLDER and prints the names of its
# files; with --tarball, of a source package what came from upstream.  apt does it,
# and checks the archive's signature and the files' hashes.  It has a configuration
# of its own: it neither reads nor changes the machine's sources, lists, cache and
# package state.  Works without root.
#
# Only one thing is taken from the machine: where its Debian mirror is.  Both styles of
# sources are understood; GMEM_MIRROR=URI names another mirror.
#
# What has to be exactly one file is fetched by fetch.sh, which calls this.  One job,
# a little longer than two screens: sources come in two styles.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

# Every archive that the machine knows, one URI a line, first those that look like Debian's.
# Asking tells which of them has the suite.
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

# apt's tools; of the machine's configuration they see the proxy settings only.
private() {
	local tool=$1
	shift
	"$tool" -qq -c "$tmp/apt.conf" "$@"
}

[ $# -ge 3 ] || usage
suite=${1%%:*} component=main tarball=
[ "$1" = "$suite" ] || component=${1#*:}
shift
case $1 in
--tarball) tarball=1; shift ;;
-*) usage "$1" ;;
esac
[ $# -ge 2 ] || usage
[ $# -le 2 ] || usage "$3"
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
		"deb${tarball:+-src}" "$ring" "$uri" "$suite" "$component" >"$tmp/sources.list"
	if private apt-get update >"$tmp/log" 2>&1; then
		found=1
		break
	fi
	note "$uri has no $suite that Debian signed:"
	sed 's/^/    /' "$tmp/log" >&2
done < <(mirrors)
[ -n "$found" ] ||
	die "no archive of this machine's apt sources has $suite: name one with GMEM_MIRROR=URI"

if [ -n "$tarball" ]; then
	get=(source --download-only --tar-only "$package")
else
	get=(download "$package")
fi
if ! (cd "$tmp/new" && private apt-get "${get[@]}") >"$tmp/log" 2>&1; then
	sed 's/^/    /' "$tmp/log" >&2
	# Of linux-source-7.4, all that is called linux-source-*.
	alike=("${package%%=*}")
	[[ ${alike[0]} != *-[0-9]* ]] || mapfile -t alike < <(private apt-cache pkgnames "${alike[0]%-[0-9]*}-" | sort -V)
	note "what $suite has of it:"
	private apt-cache madison "${alike[@]}" 2>/dev/null | sed 's/^/    /' >&2
	die "$suite does not have $package"
fi
for f in "$tmp"/new/*; do
	[ -e "$f" ] || die "apt-get says that it downloaded $package, but there is no file"
	mv "$f" "$dest/"
	printf '%s\n' "${f##*/}"
done
