#!/bin/bash
# An example for make vm: a program that starts others and opens files of its own, here
# Debian's QEMU, which boots a small Linux inside the machine by the machine's KVM.
#
#   KERNEL=... MEM=... selftests/examples/nested-qemu.sh     (variables as for make vm)
#
# It prints what that Linux says, a line, and ends with the status of that QEMU.  Ten seconds.

# shellcheck source=scripts/lib/lib.sh
. "$(dirname "$0")/../../scripts/lib/lib.sh"

no_arguments "$@"
need qemu-system-x86_64 cpio busybox
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The small Linux: the machine's own kernel, and busybox with a script.
export KERNEL=${KERNEL:-patched}
kernel=$("$top/selftests/machine/build.sh" kernel slim "$KERNEL")/bzImage
mkdir -p "$tmp/root/bin" "$tmp/root/proc"
cp "$(command -v busybox)" "$tmp/root/bin/busybox"
cat >"$tmp/root/init" <<'END_OF_INIT'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
echo "inside: Linux $(/bin/busybox uname -r), $(/bin/busybox grep -m1 -o hypervisor /proc/cpuinfo)"
/bin/busybox poweroff -f
END_OF_INIT
chmod +x "$tmp/root/init"
(cd "$tmp/root" && find . | cpio --quiet -o -H newc -R 0:0) >"$tmp/initrd"

# QEMU needs these of its own files: one that it does not find it names.
firmware=(/usr/share/seabios/bios-256k.bin /usr/share/qemu/{kvmvapic,linuxboot_dma}.bin)

# With more than this old processor the small Linux does not get to its init: what the emulated
# SVM tells it of XSAVE does not fit (seen with QEMU 7.2, -cpu host and EPYC-Milan).
FILES="'$kernel' '$tmp/initrd' ${firmware[*]}" \
	RUN="qemu-system-x86_64 -accel kvm -cpu kvm64,-vme -m 256 -nodefaults -no-user-config -no-reboot
		-display none -serial stdio -kernel '$kernel' -initrd '$tmp/initrd'
		-append 'console=ttyS0 quiet panic=-1'" \
	"$top/selftests/machine/vm.sh"
