#!/bin/bash
# repo.sh: makes of the packages in build/packages a repository that apt installs from,
# build/repo/apt, and one of the RPMs, if there are any, for dnf, build/repo/rpm.
#
#   GMEM_REPO_KEY=KEY   whose gpg key signs it: an id, or an address; it must be in the
#                       keyring of who runs this (GNUPGHOME)
#   GMEM_REPO_PASS_FILE=FILE   has its passphrase; without it, gpg's agent asks
#
# The public key is written beside, and the lines that tell apt and dnf about it are
# printed.  The new one takes the place of what was there in one step, when all is done,
# or not at all.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

no_arguments "$@"
packages=$build/packages
shopt -s nullglob
debs=("$packages"/*.deb) rpms=("$packages"/*.rpm)
[ $((${#debs[@]} + ${#rpms[@]})) -gt 0 ] || die "there are no packages in build/packages: run 'make deb' or 'make rpm'"
[ -n "${GMEM_REPO_KEY:-}" ] || die "a repository is signed, and GMEM_REPO_KEY does not say by whom
  GMEM_REPO_KEY=KEY make repo    with the id of a gpg key of yours (gpg --list-secret-keys),
  gpg --quick-generate-key 'you <you@example.org>' makes one"
need gpg
gpg --batch --list-secret-keys "$GMEM_REPO_KEY" >/dev/null 2>&1 ||
	die "GMEM_REPO_KEY: gpg has no secret key $GMEM_REPO_KEY${GNUPGHOME:+ in $GNUPGHOME}"

[ -z "${GMEM_REPO_PASS_FILE:-}" ] || GMEM_REPO_PASS_FILE=$(realpath "$GMEM_REPO_PASS_FILE")

# What is published is for everybody to read: apt does that as a user of its own, a web server, too.
umask 022
mkdir -p "$build"
tmp=$(mktemp -d "$build/repo.XXXXXXXX")
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"

sign() {
	local pass=()
	[ -z "${GMEM_REPO_PASS_FILE:-}" ] || pass=(--pinentry-mode loopback --passphrase-file "$GMEM_REPO_PASS_FILE")
	gpg --batch --yes -q "${pass[@]}" --local-user "$GMEM_REPO_KEY" "$@" ||
		die "gpg did not sign with $GMEM_REPO_KEY (its message is above): a wrong passphrase? (GMEM_REPO_PASS_FILE)"
}
gpg --batch --armor --export "$GMEM_REPO_KEY" >"$tmp/linux-gmem.asc"

if [ ${#debs[@]} -gt 0 ]; then
	need apt-ftparchive
	mkdir -p "$tmp/apt"
	cp -l "${debs[@]}" "$tmp/apt/" 2>/dev/null || cp "${debs[@]}" "$tmp/apt/"
	cp "$tmp/linux-gmem.asc" "$tmp/apt/"
	cd "$tmp/apt"
	apt-ftparchive packages . >Packages
	gzip -9nk Packages
	apt-ftparchive -o APT::FTPArchive::Release::Origin=linux-gmem \
		-o APT::FTPArchive::Release::Label=linux-gmem \
		-o APT::FTPArchive::Release::Architectures=amd64 release . >"$tmp/Release"
	mv "$tmp/Release" .
	sign --clearsign -o InRelease Release
	sign --armor --detach-sign -o Release.gpg Release
fi
if [ ${#rpms[@]} -gt 0 ]; then
	need createrepo_c rpmkeys
	mkdir -p "$tmp/rpm"
	cp -l "${rpms[@]}" "$tmp/rpm/" 2>/dev/null || cp "${rpms[@]}" "$tmp/rpm/"
	cp "$tmp/linux-gmem.asc" "$tmp/rpm/"
	# The metadata's signature vouches for the packages; if each has one of its own, by the same
	# key, dnf is told to look at these, too.
	gpgcheck=0
	if rpmkeys --dbpath "$tmp/db" --import "$tmp/linux-gmem.asc" 2>/dev/null &&
		[ "$(LC_ALL=C rpmkeys --dbpath "$tmp/db" -K "${rpms[@]}" 2>/dev/null | grep -c ': digests signatures OK$')" = ${#rpms[@]} ]; then
		gpgcheck=1
	fi
	rm -rf "$tmp/db"
	createrepo_c -q "$tmp/rpm"
	sign --armor --detach-sign -o "$tmp/rpm/repodata/repomd.xml.asc" "$tmp/rpm/repodata/repomd.xml"
fi
rm -f "$tmp/linux-gmem.asc"
# The packages, too, which may have been made under another umask.
chmod -R a+rX "$tmp"
"$top/scripts/package/exchange.sh" "$tmp" "$build/repo"

if [ ${#debs[@]} -gt 0 ]; then
	cat <<-EOF
		build/repo/apt: ${#debs[@]} packages; on a machine that has the folder as /srv/linux-gmem:
		    install -D -m 644 /srv/linux-gmem/linux-gmem.asc /etc/apt/keyrings/linux-gmem.asc
		    echo "deb [signed-by=/etc/apt/keyrings/linux-gmem.asc] file:/srv/linux-gmem ./" >/etc/apt/sources.list.d/linux-gmem.list
	EOF
fi
if [ ${#rpms[@]} -gt 0 ]; then
	cat <<-EOF
		build/repo/rpm: ${#rpms[@]} packages; on a machine that has the folder as /srv/linux-gmem, /etc/yum.repos.d/linux-gmem.repo:
		    [linux-gmem]
		    name=linux-gmem
		    baseurl=file:///srv/linux-gmem
		    gpgkey=file:///srv/linux-gmem/linux-gmem.asc
		    repo_gpgcheck=1
		    gpgcheck=$gpgcheck
	EOF
fi
