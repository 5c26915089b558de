#!/bin/bash
# sbom.sh deb|rpm FLAVOUR STAGED FOLDER PACKAGE...: writes what the PACKAGEs in FOLDER were made of
# and how, R being the kernel's release, F the first word:
#
#   linux-gmem-R.F.spdx.json         the bill of materials, SPDX 2.3
#   linux-gmem-R.F.provenance.json   an in-toto statement with SLSA's provenance, version 1: the
#                                  packages' hashes, those of base, series and config,
#                                  this repository's commit, the tools' versions
#
# STAGED is the folder that scripts/package/stage.sh made.  The same input gives the same bytes.
#
# Longer than two screens: most of it is the two documents, as jq writes them.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

case ${1:-} in
deb | rpm) [ $# -ge 5 ] || usage ;;
*) usage "${1:-}" ;;
esac
format=$1 flavour=$2 staged=$3 folder=$4
shift 4
made=("$@")
need jq sha256sum
release=$("$top/scripts/package/version.sh" "$flavour")
version=$("$top/scripts/package/version.sh")
config=$staged/image/boot/config-$release
[ -r "$config" ] || die "$staged has no config of $release: is it made by stage.sh?"
[ -d "$folder" ] || die "$folder is no folder"

sum() { sha256sum | cut -c1-64; }
series=$(series_of "$top/patches" | sed "s|^|$top/patches/|" | xargs cat | sum)
commit=unknown
# Not of a git tree that an archive of this repository only lies in.
if [ "$(git -C "$top" rev-parse --show-toplevel 2>/dev/null)" -ef "$top" ]; then
	commit=$(git -C "$top" rev-parse HEAD)
	[ -z "$(git -C "$top" status --porcelain)" ] || commit+=-dirty
fi
# What was compiled need not be what patches/ has, where somebody works on it.
tree=$(cat "$staged/tree" 2>/dev/null || cat "$top/patches/tree")
[ "$tree" = "$(cat "$top/patches/tree")" ] || commit=${commit%-dirty}-dirty

# {name, sha256} of each package.
packages() {
	local f
	for f in "${made[@]}"; do
		printf '%s\t%s\n' "$f" "$(sum <"$folder/$f")"
	done | sort -u | jq -Rn '[inputs / "\t" | {name: .[0], sha256: .[1]}]'
}

# What was installed of that which scripts/host/needs/build asks for: {name, version} each.  Not all need be
# there: what deps.sh finds may have come otherwise.
# shellcheck disable=SC2016 # dpkg-query's variables
tools() {
	local column=3
	! command -v dpkg-query >/dev/null || column=2
	{
		cat "$top/scripts/host/needs/build" "$top/scripts/host/needs/$format" | sed -e '/^#/d' -e '/^$/d' |
			awk -v column=$column '{ print $column }' | sort -u |
			if [ $column = 2 ]; then
				xargs dpkg-query -W -f '${db:Status-Abbrev}${Package}\t${Version}\n' "gcc-$(gcc -dumpversion)" 2>/dev/null | sed -n 's/^ii //p'
			else
				xargs rpm -q --qf '%{NAME}\t%{VERSION}-%{RELEASE}\n' | grep -v ' '
			fi || :
	} | sort -u | jq -Rn '[inputs / "\t" | {name: .[0], version: .[1]}]'
}

common=(-n --arg release "$release" --arg version "$version" --arg flavour "$flavour"
	--arg created "$(base date)" --arg base_name "$(base package)" --arg base_version "$(base package_version)"
	--arg base_sha256 "$(base sha256)" --arg base_commit "$(base commit)" --arg linux "$(base version)"
	--arg series "$series" --arg tree "$tree" --arg config "$(sum <"$config")" --arg commit "$commit"
	--arg os "$(sed -n 's/^ID=//p' /etc/os-release | tr -d '"')" --arg gcc "$(gcc --version | head -n 1)" --arg ld "$(ld --version | head -n 1)"
	--argjson packages "$(packages)" --argjson tools "$(tools)")

write() { # FILE JQ-PROGRAM: all or nothing
	jq -S "${common[@]}" "$2" >"$1.new"
	mv -f "$1.new" "$1"
	printf '%8s  %s\n' "$(du -h "$1" | cut -f1)" "${1#"$top/"}"
}

# shellcheck disable=SC2016 # jq's variables
write "$folder/linux-gmem-$release.$format.spdx.json" '
	def id: "SPDXRef-" + gsub("[^A-Za-z0-9.-]"; "-");
	def sha256: [{algorithm: "SHA256", checksumValue: .}];
	def purl: [{referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: .}];
	def package: {downloadLocation: "NOASSERTION", filesAnalyzed: false, licenseConcluded: "NOASSERTION",
		licenseDeclared: "NOASSERTION", copyrightText: "NOASSERTION", supplier: "NOASSERTION"} + . + {SPDXID: (.SPDXID // .name | id)};
	def rel(a; type; b): {spdxElementId: (a | id), relationshipType: type, relatedSpdxElement: (b | id)};
	def kernel: "GPL-2.0-only WITH Linux-syscall-note";
	{
		spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT",
		name: "linux-gmem-\($release)",
		documentNamespace: "https://spdx.org/spdxdocs/linux-gmem-\($release)-\($config[:16])-\($packages | tostring | @base64 | .[-16:])",
		creationInfo: {created: $created, creators: ["Tool: linux-gmem-sbom.sh"]},
		packages: ([
			{name: "linux-gmem", versionInfo: $release, licenseDeclared: kernel, primaryPackagePurpose: "OPERATING-SYSTEM"},
			{name: $base_name, versionInfo: $base_version, licenseDeclared: kernel, primaryPackagePurpose: "SOURCE",
				checksums: ($base_sha256 | sha256), externalRefs: ("pkg:deb/debian/\($base_name)@\($base_version | @uri)" | purl),
				comment: "Linux \($linux); as a git commit: \($base_commit)"},
			{name: "series", versionInfo: $commit, licenseDeclared: kernel, primaryPackagePurpose: "SOURCE",
				checksums: ($series | sha256), comment: "The patches in the order of patches/series, one after the other; they give the git tree \($tree)"},
			{name: "config", versionInfo: $flavour, checksums: ($config | sha256), primaryPackagePurpose: "FILE"}]
			+ [$packages[] | {name, versionInfo: $version, licenseDeclared: kernel, packageFileName: .name,
				checksums: (.sha256 | sha256), primaryPackagePurpose: "INSTALL"}]
			+ [$tools[] | {SPDXID: "tool-\(.name)", name, versionInfo: .version,
				externalRefs: ("pkg:\(if $os == "debian" then "deb" else "rpm" end)/\($os)/\(.name | @uri)@\(.version | @uri)" | purl)}]
			| map(package)),
		relationships: ([
			{spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-linux-gmem"},
			rel("linux-gmem"; "GENERATED_FROM"; $base_name),
			rel("series"; "PATCH_FOR"; $base_name),
			rel("linux-gmem"; "GENERATED_FROM"; "series"),
			rel("config"; "BUILD_DEPENDENCY_OF"; "linux-gmem")]
			+ [$packages[] | rel("linux-gmem"; "CONTAINS"; .name)]
			+ [$tools[] | rel("tool-\(.name)"; "BUILD_TOOL_OF"; "linux-gmem")])
	}'
# shellcheck disable=SC2016
write "$folder/linux-gmem-$release.$format.provenance.json" '
	{
		_type: "https://in-toto.io/Statement/v1",
		subject: [$packages[] | {name, digest: {sha256}}],
		predicateType: "https://slsa.dev/provenance/v1",
		predicate: {
			buildDefinition: {
				buildType: "urn:linux-gmem:scripts/package/stage.sh",
				externalParameters: {flavour: $flavour, version: $version, release: $release},
				internalParameters: {compiler: $gcc, linker: $ld, tools: ($tools | map({(.name): .version}) | add)},
				resolvedDependencies: [
					{name: "base", uri: "pkg:deb/debian/\($base_name)@\($base_version | @uri)", digest: {sha256: $base_sha256, gitCommit: $base_commit}},
					{name: "series", uri: "patches/series", digest: {sha256: $series, gitTree: $tree}},
					{name: "config", uri: "config/\($flavour)", digest: {sha256: $config}},
					{name: "linux-gmem", uri: ".", digest: {gitCommit: $commit}}]
			},
			runDetails: {builder: {id: "urn:linux-gmem:make"}}
		}
	}'
