#!/bin/bash
# Secure Boot, by real boots under OVMF: a signed kernel starts and is locked down; unsigned and
# tampered ones are refused by the firmware; of modules, only those are taken that the build's
# key or one in the firmware's db signed.
# Boots machines: nothing else runs beside it.

# shellcheck disable=SC2016 # a script for the machine
# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"
# shellcheck source=scripts/lib/tap.sh
. "$(dirname "$0")/../../scripts/lib/tap.sh"

"$top/scripts/host/deps.sh" secureboot
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
kernel=$("$top/selftests/machine/build.sh" kernel slim patched)
mapfile -t key < <("$top/selftests/machine/secureboot.sh" --key)

boot() { # NAME OPTION...: the script NAME.sh, or none that matters
	local name=$1
	shift
	[ -e "$name.sh" ] || echo 'echo it runs' >"$name.sh"
	rc=0
	"$top/selftests/machine/secureboot.sh" -m 1024 "$@" - "$name.sh" >"$name.out" 2>"$name.err" || rc=$?
	sed 's/^/# /' "$name.err"
}
# patched_byte FROM TO: one byte in the middle is another.
patched_byte() {
	local at=$(($(stat -c %s "$1") / 2)) byte
	byte=$(od -An -tu1 -j $at -N 1 "$1")
	cp "$1" "$2"
	printf '%b' "\\0$(printf %o $((byte ^ 1)))" | dd of="$2" bs=1 seek=$at conv=notrunc status=none
}

env "${key[@]}" "$top/scripts/package/sign.sh" "$kernel/bzImage" signed 2>/dev/null
patched_byte signed tampered
openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj /CN=other -days 3 2>/dev/null
GMEM_SB_KEY=other.key GMEM_SB_CERT=other.pem "$top/scripts/package/sign.sh" "$kernel/bzImage" foreign 2>/dev/null

# Modules: the build's own, and what becomes of it.
gcc -idirafter "$linux/include/uapi" -o sign-file "$linux/scripts/sign-file.c" -lcrypto
mkdir -p m modules
cpio --quiet -idmu -D modules <"$kernel/modules.cpio"
cp "$(find modules -name ext2.ko)" m/built.ko
# The signature's end: its length in 4 bytes (big-endian), then the mark.
read -r a b c d < <(tail -c 32 m/built.ko | head -c 4 | od -An -tu1)
mark='~Module signature appended~'
is "a module of the build is signed" "$mark" "$(tail -c 28 m/built.ko)"
head -c -$((40 + (a << 24) + (b << 16) + (c << 8) + d)) m/built.ko >m/unsigned.ko
patched_byte m/built.ko m/tampered.ko
./sign-file sha256 other.key other.pem m/unsigned.ko m/foreign.ko
openssl pkey -in /usr/share/ovmf/PkKek-1-snakeoil.key -passin pass:snakeoil -out db.key
./sign-file sha256 db.key /usr/share/ovmf/PkKek-1-snakeoil.pem m/unsigned.ko m/db.ko
cat >modules.sh <<'END'
mkdir -p /sys/kernel/security
mount -t securityfs securityfs /sys/kernel/security
cat /sys/kernel/security/lockdown
for m in built db unsigned tampered foreign; do
	if said=$(insmod /gmem/m/$m.ko 2>&1); then
		echo "$m: loaded"
		rmmod ext2
	else
		echo "$m: refused"
		echo "$m: $said" >&2
	fi
done
[ -c /dev/kvm ] && echo "kvm: there"
exit 7
END
cat "$("$top/selftests/machine/initramfs.sh" /)" "$kernel/modules.cpio" >initrd
boot modules -k signed -i initrd -f m
is "a signed kernel starts; the script's status comes back" 7 "$rc"
is "it is locked down" "none [integrity] confidentiality" "$(head -n 1 modules.out)"
is "a module signed by the build's key" "built: loaded" "$(grep ^built modules.out)"
is "a module signed by a key of the firmware's db" "db: loaded" "$(grep ^db modules.out)"
is "an unsigned module" "unsigned: refused" "$(grep ^unsigned modules.out)"
is "a tampered module" "tampered: refused" "$(grep ^tampered modules.out)"
is "a module signed by a key that nobody knows" "foreign: refused" "$(grep ^foreign modules.out)"
is "kvm-amd came up" "kvm: there" "$(grep ^kvm modules.out)"

for k in "$kernel/bzImage" tampered foreign; do
	name=refused-$(basename "$k")
	boot "$name" -k "$k"
	is "$name: status 125" 125 "$rc"
	like "$name: by the firmware" 'the firmware refused it: .*[Aa]ccess [Dd]enied|the firmware refused it: .*Security Violation' "$(cat "$name.err")"
	is "$name: nothing ran" "" "$(cat "$name.out")"
done
boot refused-loader -b -k signed
is "an unsigned boot loader: status 125" 125 "$rc"
like "an unsigned boot loader: by the firmware" 'the firmware refused it' "$(cat refused-loader.err)"
err() { { "$@" >/dev/null; } 2>&1 || true; }
like "a kernel that is not there" 'cannot read the kernel nosuch' "$(err "$top/selftests/machine/secureboot.sh" -k nosuch - modules.sh)"
like "a root that is not there" 'nosuch is no folder with a system' "$(err "$top/selftests/machine/secureboot.sh" nosuch modules.sh)"
done_testing
