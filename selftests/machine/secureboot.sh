#!/bin/bash
# secureboot.sh [options] ROOT SCRIPT
# secureboot.sh --key
#
# Boots a kernel as a machine with Secure Boot does, and runs a shell script in it as root,
# whose output and exit status become its own.  --key prints the variables by which
# scripts/package/sign.sh signs for this machine.
#
# ROOT is the folder of an installed system: it becomes the disk, and the newest kernel in
# its /boot is started with the initramfs beside it.  Or it is "-": there is no disk, only
# the initramfs of the test machine (busybox).
#
#   -k KERNEL   this kernel instead.  The firmware itself starts a unified image, with its
#               own command line; systemd-boot, which asks the firmware, starts any other
#   -i INITRD   this initramfs instead
#   -f FILE     a file, or a folder, that SCRIPT finds in /gmem; can be given again
#   -a WORDS    more words for the kernel's command line
#   -m MIB      memory (2048)
#   -s SECS     longest silence (240)
#   -b          the boot loader is not signed, either
#   -M FILE     a machine as shops sell it: the firmware trusts Microsoft's keys only, and
#               keeps its variables in FILE, which is made if it is not there; it starts
#               Debian's shim, and that starts the boot loader, which GMEM_SB_KEY signs
#   -d          with -M: the boot loader is Debian's GRUB, as Debian signed it
#   -t FILE     answers that are typed (machine.sh -k); a reboot does not end the machine
#   -o DIR      the console and QEMU's messages stay in DIR
#
# The firmware is OVMF with Secure Boot on.  Without -M it trusts Debian's snakeoil key,
# which everybody has: for tests only.  Status 125: the firmware, or shim, refused the
# kernel, or the machine died; the reason is on stderr.
#
# It is long because each of the four ways to boot has its own disk.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

snakeoil=/usr/share/ovmf/PkKek-1-snakeoil

dir='' keep='' machine=''
# shellcheck disable=SC2317 # called by the trap
cleanup() {
	[ -z "$machine" ] || kill "$machine" 2>/dev/null || true
	wait
	[ -z "$dir" ] || rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# The key's passphrase is as public as the key.
passphrase=$cache/secureboot-pass
if [ ! -e "$passphrase" ]; then
	mkdir -p "$cache"
	echo snakeoil >"$passphrase.$$"
	mv -f "$passphrase.$$" "$passphrase"
fi
key=("GMEM_SB_KEY=$snakeoil.key" "GMEM_SB_CERT=$snakeoil.pem" "GMEM_SB_PASS_FILE=$passphrase")
if [ "${1:-}" = --key ]; then
	[ $# -eq 1 ] || usage "$2"
	"$top/scripts/host/deps.sh" secureboot
	printf '%s\n' "${key[@]}"
	exit 0
fi

kernel='' initrd='' files=() append='' mem=2048 silence=240 signed=1 shim='' own_vars='' grub=0 panic=-1 options=()
while getopts :k:i:f:a:m:s:bM:dt:o: opt; do
	case $opt in
	k) kernel=$OPTARG ;;
	i) initrd=$OPTARG ;;
	f) files+=("$OPTARG") ;;
	a) append=$OPTARG ;;
	m) mem=$OPTARG ;;
	s) silence=$OPTARG ;;
	b) signed=0 ;;
	M) own_vars=$OPTARG ;;
	d) grub=1 ;;
	t) panic=0 options+=(-k "$OPTARG") ;;
	o) keep=$OPTARG ;;
	:) die "-$OPTARG wants a value: see secureboot.sh --help" ;;
	*) usage "-$OPTARG" ;;
	esac
done
shift $((OPTIND - 1))
[ $# -le 2 ] || usage "$3"
[ $# -eq 2 ] || usage
root=$1 script=$2
[ $grub = 0 ] || [ -n "$own_vars" ] || die "-d: only with -M"
[ -r "$script" ] || die "cannot read the script $script"
for f in "${files[@]}"; do [ -e "$f" ] || die "-f: there is no $f"; done
"$top/scripts/host/deps.sh" secureboot
if [ -n "$own_vars" ]; then
	shim=$("$top/scripts/host/debian-boot.sh") key=()
	options+=(-V "$own_vars")
fi
dir=$(mktemp -d)
# debugfs takes no such names.
[[ $dir != *[[:space:]]* ]] || die "TMPDIR=$TMPDIR has a blank in its name"
[ -z "$keep" ] || mkdir -p "$keep"

# The payload: an archive of the script and the files, below /gmem.
mkdir -p "$dir/payload/gmem"
cp "$script" "$dir/payload/gmem/run"
for f in "${files[@]}"; do cp -rL "$f" "$dir/payload/gmem/"; done

# Has it an initramfs, and a command line, of its own?
is_unified() { objdump -h "$kernel" 2>/dev/null | grep ' \.linux ' >/dev/null; }

if [ "$root" = - ]; then
	[ -n "$kernel" ] || die "without a system's folder, -k must name the kernel"
	[ -n "$initrd" ] || initrd=$("$top/selftests/machine/initramfs.sh" /)
	(cd "$dir/payload" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$dir/payload.cpio"
	cat "$initrd" "$dir/payload.cpio" >"$dir/initrd"
	words="console=ttyS0 no_timer_check"
else
	[ -d "$root/etc" ] || die "$root is no folder with a system in it"
	[ -n "$kernel" ] || kernel=$(find "$root/boot" -maxdepth 1 -name 'vmlinuz-*' | sort -V | tail -n 1)
	[ -n "$kernel" ] || die "$root/boot has no kernel"
	if [ -z "$initrd" ] && is_unified; then
		initrd=/dev/null
	elif [ -z "$initrd" ]; then
		release=$(basename "$kernel")
		release=${release#vmlinuz-}
		for f in "initrd.img-$release" "initramfs-$release.img"; do
			[ ! -e "$root/boot/$f" ] || initrd=$root/boot/$f
		done
	fi
	[ -n "$initrd" ] || die "$root/boot has no initramfs for $(basename "$kernel")"
	cp "$initrd" "$dir/initrd"
	# With room for what the script makes; ROOT itself stays as it is.
	truncate -s $(($(du -s --block-size=1M "$root" | cut -f1) * 5 / 4 + 256))M "$dir/disk"
	mke2fs -q -t ext2 -L gmem -d "$root" "$dir/disk" 2>"$dir/mke2fs.err" || die "mke2fs: $(cat "$dir/mke2fs.err")"
	cp "$top/selftests/machine/secureboot-init" "$dir/payload/gmem/init"
	{
		echo "mkdir /gmem"
		(cd "$dir/payload" && find gmem -mindepth 1 -type d -printf 'mkdir /%p\n' -o -type f -printf "write $dir/payload/%p /%p\nsif /%p mode 0100755\n")
	} | debugfs -w -f - "$dir/disk" >"$dir/debugfs.log" 2>&1
	options+=(-D "$dir/disk")
	words="root=LABEL=gmem rw init=/gmem/init console=ttyS0 no_timer_check"
fi
[ -r "$kernel" ] || die "cannot read the kernel $kernel"
[ -r "$initrd" ] || die "cannot read the initramfs $initrd"

# The disk that the firmware starts from; shim's name for what it starts is GRUB's.
truncate -s $(($(stat -Lc %s "$kernel" "$dir/initrd" | awk '{ s += $1 } END { print int(s / 1048576) }') + 48))M "$dir/esp"
mkfs.vfat -F 32 -n ESP "$dir/esp" >/dev/null
mmd -i "$dir/esp" ::EFI ::EFI/BOOT ::EFI/debian ::loader ::loader/entries
first=BOOTX64.EFI
if [ -n "$shim" ]; then
	mcopy -i "$dir/esp" "$shim/shimx64.efi" ::EFI/BOOT/BOOTX64.EFI
	mcopy -i "$dir/esp" "$shim/mmx64.efi" ::EFI/BOOT
	first=grubx64.efi
fi
if is_unified; then
	mcopy -i "$dir/esp" "$kernel" ::EFI/BOOT/$first
else
	boot=/usr/lib/systemd/boot/efi/systemd-bootx64.efi
	words+=" panic=$panic printk.devkmsg=on rcupdate.rcu_cpu_stall_timeout=60 $append"
	if [ $grub = 1 ]; then
		boot=$shim/grubx64.efi
		printf 'linux /vmlinuz %s\ninitrd /initrd\nboot\n' "$words" >"$dir/grub.cfg"
		mcopy -i "$dir/esp" "$dir/grub.cfg" ::EFI/debian/grub.cfg
	elif [ $signed = 1 ]; then
		env "${key[@]}" "$top/scripts/package/sign.sh" $boot "$dir/boot.efi" 2>"$dir/sign.err" || die "$(cat "$dir/sign.err")"
		boot=$dir/boot.efi
	fi
	printf 'timeout 0\n' >"$dir/loader.conf"
	printf 'title gmem\nlinux /vmlinuz\ninitrd /initrd\noptions %s\n' "$words" >"$dir/gmem.conf"
	mcopy -i "$dir/esp" "$boot" ::EFI/BOOT/$first
	mcopy -i "$dir/esp" "$dir/loader.conf" ::loader/loader.conf
	mcopy -i "$dir/esp" "$dir/gmem.conf" ::loader/entries/gmem.conf
	mcopy -i "$dir/esp" "$kernel" ::vmlinuz
	mcopy -i "$dir/esp" "$dir/initrd" ::initrd
fi

rc=0
setpriv --pdeathsig TERM "$top/selftests/machine/machine.sh" -U -p -m "$mem" -s "$silence" "${options[@]}" "$dir/esp" "$dir" 2>"$dir/machine.err" &
machine=$!
wait "$machine" || rc=$?
machine=
[ -z "$keep" ] || cp "$dir/console" "$dir/qemu.err" "$dir/machine.err" "$keep/"
if [ "$rc" -ne 0 ]; then
	cat "$dir/machine.err" >&2
	exit 125
fi
cat "$dir/out"
cat "$dir/err" >&2
exit "$(sed -n 's/^@@ end 1 \([0-9]*\) .*/\1/p' "$dir/report" | tail -n 1)"
