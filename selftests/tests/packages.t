#!/bin/bash
# Around the packages, without a kernel: the repository's folder, SBOM and provenance,
# texts, what becomes of packages when one step fails, what documents promise.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2317 # eval of what is quoted; called through ok
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"
# shellcheck source=selftests/tests/packages.sh
. "$top/selftests/tests/packages.sh"

"$top/scripts/host/deps.sh" deb >&2
w=$(mktemp -d)
trap 'gpgconf --kill all; rm -rf "$w"' EXIT
export GNUPGHOME=$w/gpg HOME=$w
co=$w/co
checkout "$co"
release=$("$top/scripts/package/version.sh" slim)

# --- arguments -------------------------------------------------------------------

for s in deb rpm repo sbom sign version reproducible distro-config exchange; do
	refused "$s.sh: an argument that it does not know" "usage|does not take|there is no flavour" "$co/scripts/package/$s.sh" --frob
	works "$s.sh --help" "$co/scripts/package/$s.sh" --help
done
refused "a flavour that no packages are made of" "packages are made of slim and generic only" env FLAVOUR=debug "$co/scripts/package/deb.sh"
refused "... nor RPMs" "packages are made of slim and generic only" env FLAVOUR=debug "$co/scripts/package/rpm.sh"
refused "one that there is not" "there is no flavour huge" env FLAVOUR=huge "$co/scripts/package/deb.sh"

# --- one folder in place of another ------------------------------------------------

mkdir "$w/one"
touch "$w/one/f"
ok "a folder in place of none" "$top/scripts/package/exchange.sh" "$w/one" "$w/folder"
(while [ -e "$w/folder/f" ]; do :; done; : >"$w/gone") &
reader=$!
for ((i = 0; i < 20; i++)); do
	mkdir "$w/one"
	touch "$w/one/f" "$w/one/$i"
	"$top/scripts/package/exchange.sh" "$w/one" "$w/folder"
done
ok "one in place of another: a reader always finds one" [ ! -e "$w/gone" ]
kill "$reader" 2>/dev/null || :
is "... the last, and nothing else" "folder: 19 f" "$(cd "$w" && echo "$(echo one* folder*): $(cd folder && echo *)" | sed 's/^one\* //')"

# --- the repository ----------------------------------------------------------------

mkdir -m 700 "$GNUPGHOME"
gpg --batch -q --passphrase '' --pinentry-mode loopback --quick-generate-key "gmem test <test@localhost>" ed25519 sign never
mkdir -p "$w/p/DEBIAN" "$co/build/packages"
printf '%s\n' 'Package: p' 'Version: 1' 'Architecture: all' 'Maintainer: x <x@y>' 'Description: x' >"$w/p/DEBIAN/control"
(umask 077 && dpkg-deb -b "$w/p" "$co/build/packages/p_1_all.deb" >/dev/null && chmod 600 "$co/build/packages/p_1_all.deb")
repository() { (umask 077 && GMEM_REPO_KEY=test@localhost "$co/scripts/package/repo.sh"); }
works "made under umask 077" repository
is "... it can be read by all" "" "$(find "$co/build/repo" ! -perm -004)"
works "... made again" repository
is "... nothing lies beside it" "packages repo" "$(cd "$co/build" && echo *)"

# --- SBOM and provenance -----------------------------------------------------------

mkdir -p "$w/staged/image/boot" "$w/made"
echo CONFIG_X=y >"$w/staged/image/boot/config-$release"
echo "$release" >"$w/staged/release"
touch "$w/made/a.deb"
commit() {
	"$1/scripts/package/sbom.sh" deb slim "$w/staged" "$w/made" a.deb >/dev/null
	jq -r '.predicate.buildDefinition.resolvedDependencies[] | select(.name == "linux-gmem") | .digest.gitCommit' "$w/made"/*.provenance.json
}
# What of gmem matters here: no setting of the user's.
git_() { git -c user.name=x -c user.email=x@y -c init.defaultBranch=main "$@"; }
git_ -C "$w" init -q && git_ -C "$w" commit -q --allow-empty -m "somebody else's"
is "an archive of this repository in another one's tree has no commit" unknown "$(commit "$co")"
git_ -C "$co" init -q
git_ -C "$co" add -A && git_ -C "$co" commit -q -m "this repository"
is "in its own tree: its commit" "$(git -C "$co" rev-parse HEAD)" "$(commit "$co")"
echo >>"$co/BASE"
is "... which was changed" "$(git -C "$co" rev-parse HEAD)-dirty" "$(commit "$co")"
ln -s "$co" "$w/link"
git -C "$co" checkout -q BASE
is "... by another name" "$(git -C "$co" rev-parse HEAD)" "$(commit "$w/link")"

# --- texts -------------------------------------------------------------------------

about=' For AMD & Intel | "both", '"it's"' \1 $x /$(y)/ @META@.
 And a second line.'
printf '%s\n' "$about" >"$co/debian/about.slim"
echo slim >"$co/debian/flavour"
works "debian/control" sh -c "cd '$co' && debian/rules debian/control"
is "... has the flavour's text as it stands, twice" "$about
$about" "$(grep -A1 'For AMD' "$co/debian/control" | grep -v '^--')"
like "... and the releases" "^Package: linux-image-$release$" "$(cat "$co/debian/control")"

# --- all or none -------------------------------------------------------------------

mkdir "$w/bin"
printf '#!/bin/sh\n: >../new_1_all.deb\n: >../new_2_all.deb\n' >"$w/bin/dpkg-buildpackage"
chmod +x "$w/bin/dpkg-buildpackage"
printf '#!/bin/sh\nexit 1\n' >"$co/scripts/package/sbom.sh"
make_deb() { env PATH="$w/bin:$PATH" GMEM_STAGED="$w/staged" "$co/scripts/package/deb.sh"; }
rm -f "$co/debian/control"
refused "no bill of materials can be written" "." make_deb
is "... the packages are those from before" "p_1_all.deb" "$(ls "$co/build/packages")"
printf '#!/bin/sh\n: >"$4/sbom.json"\n' >"$co/scripts/package/sbom.sh"
works "... mended" make_deb
is "... all of them are there" "new_1_all.deb new_2_all.deb p_1_all.deb sbom.json" "$(cd "$co/build/packages" && echo *)"

# --- documents ---------------------------------------------------------------------

sed=$(sed -n 's/.*sed -nE "\(.*\)" ktap.txt.*/\1/p' "$top/docs/fleet.md")
is "fleet.md: results of one test with several arguments are told apart" "fail demo -s 1
pass demo -s 2
skip x86/sev_smoke_test
fail set_memory_region_test" "$(printf '%s\n' 'KTAP version 1' 1..4 '# ok 1 not a verdict' 'not ok 1 demo -s 1 # exit status 1' 'ok 2 demo -s 2' \
	'ok 3 x86/sev_smoke_test # SKIP no SEV' 'not ok 4 set_memory_region_test # not done after 300 s' | sed -nE "${sed//\\\\/\\}")"
done_testing
