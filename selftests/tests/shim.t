#!/bin/bash
# The Secure Boot of Debian's and Fedora's machines, by real boots: the firmware trusts Microsoft
# only, Debian's shim the machine's owner.  The owner's certificate is enrolled as docs/signing.md
# says, from a running Debian kernel and in shim's MokManager; before that shim refuses the boot
# loader that it signs, after it only what others signed.
# Boots machines: nothing else runs beside it.
#
# Longer than two screens: a list of cases.

# shellcheck disable=SC2016 # scripts for the machine
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

"$top/scripts/host/deps.sh" secureboot
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
kernel=$("$top/selftests/machine/build.sh" kernel slim patched)
debian=$("$top/scripts/host/debian-boot.sh")

boot() { # NAME OPTION...: the script NAME.sh, on the machine whose variables are in the file vars
	local name=$1
	shift
	[ -e "$name.sh" ] || echo 'echo it runs' >"$name.sh"
	rc=0
	"$top/selftests/machine/secureboot.sh" -m 1024 -M vars "$@" - "$name.sh" >"$name.out" 2>"$name.err" || rc=$?
	sed 's/^/# /' "$name.err"
}
refused() { # NAME REASON OPTION...
	boot "$1" "${@:3}"
	is "$1: status 125" 125 "$rc"
	like "$1: by shim's word" "shim refused it: $2" "$(cat "$1.err")"
	is "$1: nothing ran" "" "$(cat "$1.out")"
}

# The owner's key is as docs/signing.md makes it.
echo 'the passphrase' >passphrase
export GMEM_SB_KEY=$tmp/kernel.key GMEM_SB_CERT=$tmp/kernel.pem GMEM_SB_PASS_FILE=$tmp/passphrase
eval "$(grep '^openssl req' "$top/docs/signing.md")" 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj /CN=other -days 3 2>/dev/null
"$top/scripts/package/sign.sh" "$kernel/bzImage" signed 2>/dev/null
GMEM_SB_KEY=other.key GMEM_SB_CERT=other.pem "$top/scripts/package/sign.sh" "$kernel/bzImage" foreign 2>/dev/null

# A module of the build without its signature, and what signs it instead.  The signature's length
# is in 4 bytes before the mark (big-endian).
gcc -idirafter "$linux/include/uapi" -o sign-file "$linux/scripts/sign-file.c" -lcrypto
mkdir m modules root
cpio --quiet -idmu -D modules <"$kernel/modules.cpio"
built=$(find modules -name ext2.ko)
read -r a b c d < <(tail -c 32 "$built" | head -c 4 | od -An -tu1)
head -c -$((40 + (a << 24) + (b << 16) + (c << 8) + d)) "$built" >m/unsigned.ko
openssl pkey -in kernel.key -passin file:passphrase -out plain.key
./sign-file sha256 plain.key kernel.pem m/unsigned.ko m/enrolled.ko
./sign-file sha256 other.key other.pem m/unsigned.ko m/other.ko

# What enrol.sh needs, with its libraries.
mapfile -t programs < <(type -P bash mokutil openssl)
mapfile -t libraries < <(ldd "${programs[@]}" | grep -oE '/[^ ]+ \(' | cut -d ' ' -f 1 | sort -u)
cp -L --parents "${programs[@]}" "${libraries[@]}" root/
(cd root && find . -mindepth 1 | cpio --quiet -o -H newc -R 0:0) >tools
cat "$("$top/selftests/machine/initramfs.sh" /)" tools "$debian/modules.cpio" >initrd.debian
cat "$("$top/selftests/machine/initramfs.sh" /)" tools >initrd
cat >lib.sh <<'END2'
mount -t securityfs securityfs /sys/kernel/security
mount -t efivarfs efivarfs /sys/firmware/efi/efivars
echo "kernel: $(uname -r)"
echo "lockdown: $(cat /sys/kernel/security/lockdown)"
enrol() {
	said=$(bash /gmem/enrol.sh "$@" /gmem/kernel.pem 2>&1)
	echo "status $?: $(echo "$said" | grep '^certificate' | sed 's/.* //')"
	echo "$said" | sed 's/^/  /'
}
END2
tools=(-f "$top/scripts/package/enrol.sh" -f kernel.pem -f lib.sh)

refused absent 'Verification failed: .0x1A. Security Violation' -k signed

# The password is asked for twice; what is pending is not asked for again.  MokManager waits
# ten seconds for a key; "mokutil --timeout -1", as enrol.sh tells, makes it wait for ever.
cat >enrol.sh <<'END2'
modprobe efivarfs
. /gmem/lib.sh
enrol --state
printf 'open sesame\nopen sesame\n' | enrol
enrol
enrol --state
mokutil --timeout -1
END2
boot enrol -d -k "$debian/vmlinuz" -i initrd.debian "${tools[@]}"
sed 's/^/# /' enrol.out
is "Debian's kernel runs, by its own signature" 0 "$rc"
like "  ... locked down" '^lockdown: none \[integrity\]' "$(cat enrol.out)"
like "  ... Secure Boot is on, says enrol.sh" '^  Secure Boot: on$' "$(cat enrol.out)"
is "enrol.sh: absent; then pending, told how to go on; again; with --state" "status 4: absent
status 3: pending
status 3: pending
status 3: pending" "$(grep ^status enrol.out)"

cat >enrolled.sh <<'END2'
. /gmem/lib.sh
enrol --state
enrol
grep -o 'keyring *\.machine: [0-9a-z]*' /proc/keys
for m in enrolled unsigned other; do
	if insmod /gmem/m/$m.ko 2>/dev/null; then
		echo "$m: loaded"
		rmmod ext2
	else
		echo "$m: refused"
	fi
done
exit 7
END2
printf '%s\t%s\n' \
	'Enroll MOK' '\033[B\r' \
	'View key 0' '\033[B\r' \
	'Enroll the key' '\033[B\r' \
	'Password:' 'open sesame\r' \
	'Reboot' '\r' >answers
boot enrolled -t answers -k signed -i initrd -f m "${tools[@]}"
sed 's/^/# /' enrolled.out
is "after MokManager our boot loader and kernel start" 7 "$rc"
like "  ... locked down" '^lockdown: none \[integrity\]' "$(cat enrolled.out)"
is "enrol.sh: enrolled, with --state and without" "status 0: enrolled
status 0: enrolled" "$(grep ^status enrolled.out)"
is "a module signed by the enrolled key" "enrolled: loaded" "$(grep ^enrolled enrolled.out)"
is "an unsigned module" "unsigned: refused" "$(grep ^unsigned enrolled.out)"
is "a module signed by a key that nobody knows" "other: refused" "$(grep ^other enrolled.out)"

# What systemd-boot asks shim for is refused in other words than what shim itself starts.
refused foreign 'Verification failed: Security Policy Violation' -k foreign
refused unsigned 'Verification failed: Security Policy Violation' -k "$kernel/bzImage"
err() { { "$@" >/dev/null; } 2>&1 || true; }
like "Debian's GRUB without shim" 'd: only with -M' "$(err "$top/selftests/machine/secureboot.sh" -d -k signed - enrolled.sh)"
like "answers that are not there" 'cannot read the answers nosuch' "$(err "$top/selftests/machine/secureboot.sh" -t nosuch -k signed - enrolled.sh)"
like "variables without UEFI" 'V: only with -U' "$(err "$top/selftests/machine/machine.sh" -V vars "$kernel/bzImage" . initrd)"
like "answers, and a person" 'who types' "$(err "$top/selftests/machine/machine.sh" -i -k answers "$kernel/bzImage" . initrd)"
done_testing
