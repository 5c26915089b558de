#!/bin/bash
# reproducible.sh: builds what slim's packages are made of twice, from the start and without ccache, in different
# folders and at different times, with the same key for the modules: the files must be the same,
# byte for byte.  TAP.  Part of make test-long: it takes as long as two kernels do.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

no_arguments "$@"
"$top/scripts/series/tree.sh" --keep
w=$(mktemp -d "$build/reproducible.XXXXXX")
trap 'rm -rf "$w"' EXIT
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$w/key" -out "$w/cert" -subj /CN=modules -days 3 2>/dev/null
cat "$w/key" "$w/cert" >"$w/modules.pem"

once() { # FOLDER: prints the hash, the rights and the name of each file
	mkdir -p "$1/src"
	git -C "$linux" archive HEAD | tar -x -C "$1/src"
	CCACHE_DISABLE=1 GMEM_MODULE_KEY=$w/modules.pem "$top/scripts/package/stage.sh" slim "$1/src" "$1/src/obj" "$1/staged" >&2
	(cd "$1/staged" && find . -type f -printf '%m ' -exec sha256sum {} \; | sort -k 3)
	rm -rf "$1"
}
once "$w/one" >"$w/first"
once "$w/another/folder" >"$w/second"
echo "KTAP version 1"
if diff "$w/first" "$w/second" >"$w/diff"; then
	echo "ok 1 two builds give the same $(wc -l <"$w/first") files"
else
	sed 's/^/# /' "$w/diff"
	echo "not ok 1 two builds give the same files"
fi
echo "1..1"
