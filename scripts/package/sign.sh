#!/bin/bash
# sign.sh IMAGE OUT: signs a kernel, or a unified kernel image, for Secure Boot.
#
#   GMEM_SB_CERT=FILE       the certificate (PEM), and its private key, one of
#   GMEM_SB_KEY=FILE        a file (PEM)
#   GMEM_SB_KEY=pkcs11:...  a token's; the module is that of PKCS11_MODULE_PATH, or p11-kit's
#   GMEM_SB_KEY=pesign:NICKNAME   what pesign calls it, in its database GMEM_SB_PESIGN=FOLDER
#                           (/etc/pki/pesign); of a PIN it asks on the terminal
#   GMEM_SB_SIGNATURE=FILE  or no key, but the signature that "sbsign --detached", or any
#                           other signer, made of IMAGE elsewhere
#   GMEM_SB_PASS_FILE=FILE  has the key's passphrase or the token's PIN; without it, whoever
#                           asks for it asks on the terminal
#
# Without any of these, OUT is IMAGE, and it says that it is unsigned.  No secret is ever
# in an argument, in the output or on the disk; OUT appears only when the certificate verifies it.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"

[ $# -eq 2 ] || usage
image=$1 out=$2
cert=${GMEM_SB_CERT:-} key=${GMEM_SB_KEY:-} signature=${GMEM_SB_SIGNATURE:-} pass=${GMEM_SB_PASS_FILE:-}

[ -f "$image" ] || die "there is no image $image"
[ "$(head -c 2 "$image" | tr -d '\0')" = MZ ] || die "$image is no EFI program: a kernel with the EFI stub (bzImage), or a unified image, is"
[ -d "$(dirname "$out")" ] || die "the folder of $out does not exist"
[ ! -d "$out" ] || die "$out is a folder"

tmp=$(mktemp "$out.XXXXXX")
trap 'rm -f "$tmp"' EXIT

if [ -z "$cert$key$signature" ]; then
	cp "$image" "$tmp"
	chmod --reference="$image" "$tmp"
	mv -f "$tmp" "$out"
	note "unsigned: $out (GMEM_SB_KEY and GMEM_SB_CERT name a key: docs/signing.md)"
	exit 0
fi

command -v sbsign >/dev/null || die "sbsign is not installed: scripts/host/deps.sh secureboot installs it"
[ -n "$cert" ] || die "GMEM_SB_CERT is not set: it names the certificate of the key"
[ -n "$key$signature" ] || die "GMEM_SB_CERT is set, but neither GMEM_SB_KEY nor GMEM_SB_SIGNATURE is"
[ -z "$key" ] || [ -z "$signature" ] || die "GMEM_SB_KEY and GMEM_SB_SIGNATURE are both set: which of them?"
[ -r "$cert" ] || die "cannot read the certificate $cert (GMEM_SB_CERT)"
public=$(openssl x509 -in "$cert" -noout -pubkey 2>/dev/null) || die "$cert is no certificate in PEM format; of one in DER format: openssl x509 -inform der -in FILE -out FILE.pem"
[ -z "$pass" ] || [ -r "$pass" ] || die "cannot read the passphrase's file $pass (GMEM_SB_PASS_FILE)"

# sign COMMAND...: what it says is shown only if it fails.
sign() {
	local said
	said=$("$@" 2>&1) || {
		printf '    %s\n' "$said" >&2
		return 1
	}
}

if [ -n "$signature" ]; then
	[ -r "$signature" ] || die "cannot read the signature $signature (GMEM_SB_SIGNATURE)"
	cp "$image" "$tmp"
	sign sbattach --attach "$signature" "$tmp" || die "$signature is no signature"
else
	case $key in
	pkcs11:*pin-value=*) die "the PIN stands in GMEM_SB_KEY, where everybody can read it: put it into a file and name that by GMEM_SB_PASS_FILE" ;;
	pkcs11:*)
		# The engine reads the file; a query may be there already.
		uri=$key
		if [ -n "$pass" ]; then
			[[ $uri = *\?* ]] && uri+='&' || uri+='?'
			uri+=pin-source=file:$(realpath "$pass")
		fi
		sign sbsign --engine pkcs11 --key "$uri" --cert "$cert" --output "$tmp" "$image" ||
			die "the token did not sign: is it there (PKCS11_MODULE_PATH), has it the key $key with that certificate, is the PIN right?"
		;;
	pesign:*)
		command -v pesign >/dev/null || die "pesign is not installed: scripts/host/deps.sh secureboot installs it"
		[ -z "$pass" ] || die "pesign takes a PIN from the terminal only: GMEM_SB_PASS_FILE must not be set"
		nss=${GMEM_SB_PESIGN:-/etc/pki/pesign}
		[ -d "$nss" ] || die "there is no folder $nss (GMEM_SB_PESIGN), pesign's database"
		sign pesign -s -f -n "$nss" -c "${key#pesign:}" -i "$image" -o "$tmp" ||
			die "pesign did not sign: has its database $nss the key ${key#pesign:}, is the PIN right?"
		;;
	*)
		[ -r "$key" ] || die "cannot read the key $key (GMEM_SB_KEY)"
		# Decrypted in memory: sbsign itself takes no passphrase but a terminal's.
		secret=$(openssl pkey -in "$key" ${pass:+-passin "file:$pass"} 2>/dev/null) ||
			die "$key cannot be used: it is no private key in PEM format, or the passphrase${pass:+ in $pass} is wrong"
		[ "$(openssl pkey -pubout < <(printf '%s\n' "$secret"))" = "$public" ] ||
			die "the certificate $cert does not belong to the key $key"
		sign sbsign --key <(printf '%s\n' "$secret") --cert "$cert" --output "$tmp" "$image" || die "sbsign failed"
		;;
	esac
fi
sign sbverify --cert "$cert" "$tmp" || die "what was signed is not verified by $cert: the key, or the signature, is another's, or of another image"
chmod --reference="$image" "$tmp"
mv -f "$tmp" "$out"
note "signed: $out, by $(openssl x509 -in "$cert" -noout -subject -nameopt RFC2253 | sed 's/^subject=//')"
