#!/bin/bash
# scripts/package/sign.sh with keys of all kinds, and scripts/package/enrol.sh with a made-up mokutil; with the
# real one, and with shim, selftests/tests/shim.t runs it.
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016,SC2317 # eval of what is quoted; called through ok
# shellcheck source=selftests/tests/setup.sh
. "$(dirname "$0")/setup.sh"
"$top/scripts/host/deps.sh" secureboot
unset "${!GMEM_SB_@}" PKCS11_MODULE_PATH
sign() { "$top/scripts/package/sign.sh" "$@"; }
cd "$w"

# A small EFI program.
image=/usr/lib/systemd/boot/efi/linuxx64.efi.stub
cp "$image" image

newkey() { openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -subj "/CN=$1" -days 3 2>/dev/null; }
newkey one
newkey other
printf 'open sesame\n' >pass
printf 'sesame\n' >wrong
openssl pkey -in one.key -aes256 -passout file:pass -out locked.key

# leaves nothing: OUT is as it was, and nothing lies beside it.
clean() { [ -z "$(ls -A d)" ]; }
mkdir d

ok "without a key: a copy, and it says so" says '^unsigned: d/i ' sign image d/i
ok "  ... the same bytes" cmp image d/i
rm d/i
ok "by a key in a file" env GMEM_SB_KEY=one.key GMEM_SB_CERT=one.pem "$top/scripts/package/sign.sh" image d/i
ok "  ... sbverify agrees" sbverify --cert one.pem d/i
refused "  ... and does not with another certificate" 'failed' sbverify --cert other.pem d/i
rm d/i
ok "by a key with a passphrase" env GMEM_SB_KEY=locked.key GMEM_SB_CERT=one.pem GMEM_SB_PASS_FILE=pass "$top/scripts/package/sign.sh" image d/i
ok "  ... sbverify agrees" sbverify --cert one.pem d/i
ok "  ... and it asks for the passphrase on the terminal" eval 'rm d/i; printf "open sesame\n" | GMEM_SB_KEY=locked.key GMEM_SB_CERT=one.pem script -qec "\"$top/scripts/package/sign.sh\" image d/i" /dev/null && sbverify --cert one.pem d/i'
rm -f d/i

with() { # VARIABLES... IMAGE: into d/i
	env "${@:1:$#-1}" "$top/scripts/package/sign.sh" "${!#}" d/i </dev/null
}
refused "a wrong passphrase" 'error: locked.key cannot be used: .* the passphrase in wrong is wrong' with GMEM_SB_KEY=locked.key GMEM_SB_CERT=one.pem GMEM_SB_PASS_FILE=wrong image
refused "no passphrase, and no terminal" 'locked.key cannot be used' setsid -w env GMEM_SB_KEY=locked.key GMEM_SB_CERT=one.pem "$top/scripts/package/sign.sh" image d/i
refused "a passphrase file that is not there" 'cannot read the passphrase.s file none' with GMEM_SB_KEY=locked.key GMEM_SB_CERT=one.pem GMEM_SB_PASS_FILE=none image
refused "a key that is not there" 'cannot read the key none' with GMEM_SB_KEY=none GMEM_SB_CERT=one.pem image
refused "a key that is none" 'pass cannot be used: it is no private key' with GMEM_SB_KEY=pass GMEM_SB_CERT=one.pem image
refused "another key.s certificate" 'other.pem does not belong to the key one.key' with GMEM_SB_KEY=one.key GMEM_SB_CERT=other.pem image
refused "a certificate that is not there" 'cannot read the certificate none' with GMEM_SB_KEY=one.key GMEM_SB_CERT=none image
refused "a certificate that is none" 'pass is no certificate in PEM' with GMEM_SB_KEY=one.key GMEM_SB_CERT=pass image
refused "a key without certificate" 'GMEM_SB_CERT is not set' with GMEM_SB_KEY=one.key image
refused "a certificate without key" 'neither GMEM_SB_KEY nor GMEM_SB_SIGNATURE' with GMEM_SB_CERT=one.pem image
refused "an image that is none" 'pass is no EFI program' with GMEM_SB_KEY=one.key GMEM_SB_CERT=one.pem pass
refused "an image that is not there" 'there is no image none' with GMEM_SB_KEY=one.key GMEM_SB_CERT=one.pem none
ok "none of these left a file" clean

# Offline: only the signature comes back.
sbsign --detached --key one.key --cert one.pem --output image.sig image 2>/dev/null
ok "a signature that was made elsewhere" with GMEM_SB_SIGNATURE=image.sig GMEM_SB_CERT=one.pem image
ok "  ... sbverify agrees" sbverify --cert one.pem d/i
rm -f d/i
cp image changed
printf X | dd of=changed bs=1 seek=$(($(stat -c %s image) - 64)) conv=notrunc 2>/dev/null
refused "  ... of another image" 'is not verified by one.pem' with GMEM_SB_SIGNATURE=image.sig GMEM_SB_CERT=one.pem changed
refused "  ... by another key" 'is not verified by other.pem' with GMEM_SB_SIGNATURE=image.sig GMEM_SB_CERT=other.pem image
refused "  ... and a key as well" 'both set' with GMEM_SB_SIGNATURE=image.sig GMEM_SB_KEY=one.key GMEM_SB_CERT=one.pem image
ok "none of these left a file either" clean

# A token, by softhsm.
mkdir tokens
printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$w" >softhsm.conf
export SOFTHSM2_CONF=$w/softhsm.conf PKCS11_MODULE_PATH=/usr/lib/softhsm/libsofthsm2.so
softhsm2-util --init-token --free --label gmem --so-pin 12345678 --pin 4711 >/dev/null
softhsm2-util --import one.key --token gmem --label sb --id a1 --pin 4711 >/dev/null
printf 4711 >pin
printf 1147 >badpin
uri='pkcs11:token=gmem;object=sb;type=private'
ok "by a token" with "GMEM_SB_KEY=$uri" GMEM_SB_CERT=one.pem GMEM_SB_PASS_FILE=pin image
ok "  ... sbverify agrees" sbverify --cert one.pem d/i
rm -f d/i
refused "  ... with a wrong PIN" 'token did not sign' with "GMEM_SB_KEY=$uri" GMEM_SB_CERT=one.pem GMEM_SB_PASS_FILE=badpin image
refused "  ... that has no such key" 'token did not sign' with "GMEM_SB_KEY=pkcs11:token=gmem;object=none" GMEM_SB_CERT=one.pem GMEM_SB_PASS_FILE=pin image
refused "  ... with another key.s certificate" 'token did not sign|is not verified' with "GMEM_SB_KEY=$uri" GMEM_SB_CERT=other.pem GMEM_SB_PASS_FILE=pin image
refused "  ... with the PIN for all to see" 'where everybody can read it' with "GMEM_SB_KEY=$uri?pin-value=4711" GMEM_SB_CERT=one.pem image
ok "none of these left a file either" clean

# pesign's database, without and with a PIN.
openssl pkcs12 -export -inkey one.key -in one.pem -name "our kernels" -passout file:pass -out one.p12
pesigndb() { # FOLDER PIN-FILE
	mkdir "$1"
	certutil -N -d "sql:$1" -f "$2" && pk12util -i one.p12 -d "sql:$1" -k "$2" -w pass
}
: >nopin
pesigndb nss nopin >/dev/null 2>&1
pesigndb nss-pin pass >/dev/null 2>&1
by_pesign=("GMEM_SB_KEY=pesign:our kernels" GMEM_SB_CERT=one.pem)
ok "by pesign" with "${by_pesign[@]}" GMEM_SB_PESIGN=nss image
ok "  ... sbverify agrees" sbverify --cert one.pem d/i
ok "  ... and it asks for the PIN on the terminal" eval 'rm d/i; { sleep 2; cat pass; sleep 1; } | env "${by_pesign[@]}" GMEM_SB_PESIGN=nss-pin script -qec "\"$top/scripts/package/sign.sh\" image d/i" /dev/null && sbverify --cert one.pem d/i'
rm -f d/i
refused "  ... a PIN, and no terminal" 'pesign did not sign: .*is the PIN right' setsid -w env "${by_pesign[@]}" GMEM_SB_PESIGN=nss-pin "$top/scripts/package/sign.sh" image d/i
refused "  ... a PIN in a file" 'pesign takes a PIN from the terminal only' with "${by_pesign[@]}" GMEM_SB_PESIGN=nss GMEM_SB_PASS_FILE=pass image
refused "  ... that has no such key" 'has its database nss the key other' with GMEM_SB_KEY=pesign:other GMEM_SB_CERT=one.pem GMEM_SB_PESIGN=nss image
refused "  ... with another key.s certificate" 'is not verified by other.pem' with "${by_pesign[@]}" GMEM_SB_CERT=other.pem GMEM_SB_PESIGN=nss image
refused "  ... without a database" 'there is no folder none' with "${by_pesign[@]}" GMEM_SB_PESIGN=none image
ok "none of these left a file either" clean

# No secret in any argument: every program that sign.sh starts is watched by a shell in its place.
mkdir seen
for p in openssl sbsign sbverify; do
	printf '#!/bin/sh\nprintf "%%s " %s "$@" >>%s/argv\nexec %s "$@"\n' $p "$w" "$(command -v $p)" >seen/$p
	chmod +x seen/$p
done
with PATH="$w/seen:$PATH" GMEM_SB_KEY=locked.key GMEM_SB_CERT=one.pem GMEM_SB_PASS_FILE=pass image >said 2>&1
with PATH="$w/seen:$PATH" "GMEM_SB_KEY=$uri" GMEM_SB_CERT=one.pem GMEM_SB_PASS_FILE=pin image >>said 2>&1
ok "no secret is in an argument or in the output" eval 'grep -q sbsign argv && ! grep -E "sesame|4711|PRIVATE" argv said'

# --- enrolment ------------------------------------------------------------------

mkdir stub share
cp one.pem share/7.3.4-gmem1.pem
cp one.pem share/7.3.4-gmem1-slim.pem
# Its words are those of mokutil 0.6.0.
cat >stub/mokutil <<'END'
#!/bin/sh
f=$STATE
case $1 in
--sb-state) cat "$f/sb" ;;
--test-key) case $(cat "$f/mok") in
	enrolled) echo "$2 is already enrolled" ;;
	pending) echo "$2 is already in the enrollment request" ;;
	db) echo "$2 is already in db" ;;
	absent) echo "$2 is not enrolled"; exit 0 ;;
	esac; exit 1 ;;
--import) [ ! -e "$f/broken" ] || exit 1; echo "$2" >>"$f/imports"; echo pending >"$f/mok" ;;
esac
END
chmod +x stub/mokutil
mkdir state
enrol() { env PATH="$w/stub:$PATH" STATE="$w/state" GMEM_SHARE="$w/share" "$top/scripts/package/enrol.sh" "$@"; }
# status N COMMAND...: it exits so, its words are in the file said.
status() {
	local want=$1 rc=0
	shift
	"$@" >said 2>&1 || rc=$?
	cat said
	[ "$rc" = "$want" ]
}
echo "SecureBoot enabled" >state/sb
echo absent >state/mok
ok "enrol: the state of a certificate that is absent" status 4 enrol --state
ok "  ... is told, once for all kernels that it signed" eval '[ "$(grep -c "^certificate CN=one.*: absent$" said)" = 1 ] && grep -qx "Secure Boot: on" said && grep -q "^To go on: run linux-gmem-enrol" said'
ok "  ... and nothing was asked for" [ ! -e state/imports ]
ok "enrol: it is asked for" status 3 enrol
ok "  ... and how to go on is told" grep -q "Enroll MOK" said
ok "enrol: again, while it is pending: not asked for again" eval 'status 3 enrol && [ "$(wc -l <state/imports)" = 1 ]'
echo absent >state/mok # the screen was missed: shim drops the request
ok "enrol: again, after the screen was missed: asked for again" eval 'status 3 enrol && [ "$(wc -l <state/imports)" = 2 ]'
echo enrolled >state/mok
ok "enrol: again, when it is enrolled" eval 'status 0 enrol && grep -q ": enrolled$" said && [ "$(wc -l <state/imports)" = 2 ]'
echo db >state/mok
ok "enrol: the firmware's db has it" eval 'status 0 enrol && grep -q ": enrolled$" said'
echo "SecureBoot disabled" >state/sb
ok "enrol: Secure Boot is off" eval 'status 0 enrol && grep -q "^Secure Boot: off" said'
openssl x509 -in other.pem -outform der -out other.der
ok "enrol: a certificate by name, in DER format" eval 'status 0 enrol other.der && grep -q "CN=other" said'
echo absent >state/mok
: >state/broken
refused "enrol: mokutil fails" 'did not take the request; nothing was changed' enrol
refused "enrol: a certificate that is none" 'pass is no certificate' enrol pass
refused "enrol: a certificate that is not there" 'cannot read the certificate none' enrol none
echo "EFI variables are not supported on this system" >state/sb
refused "enrol: no UEFI" 'did not boot by UEFI' enrol
echo "SecureBoot enabled" >state/sb
rm share/*
refused "enrol: kernels that are not signed" 'has no certificate: the installed kernels are not signed' enrol
refused "enrol: an option that it has not" 'usage' enrol --frob
ok "enrol: --help" says "^linux-gmem-enrol .--state. .CERT" enrol --help
finished
