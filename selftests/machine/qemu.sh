# shellcheck shell=bash
# Sourced by machine.sh: QEMU's command line, from the options that machine.sh has read.
# shellcheck disable=SC2154 # its variables

# commas NAME: as QEMU wants a file's name inside an option that has commas of its own.
commas() { printf '%s' "${1//,/,,}"; }

# qemu_command: sets the array "qemu".  It looks at variables only, and changes no file.
qemu_command() {
	local machine=q35 cpu=EPYC-Milan,+svm,+npt folder p half dir_c
	dir_c=$(commas "$dir")
	qemu=(qemu-system-x86_64)
	if [ -n "$emulator" ]; then
		# Firmware and boot code are the distribution's.
		qemu=("$emulator/qemu-system-x86_64")
		for folder in /usr/share/seabios /usr/share/qemu; do qemu+=(-L "$folder"); done
	fi
	if [ "$snp" = 1 ]; then
		# Linux uses SNP only with an IOMMU, and if nobody says that there is a hypervisor.
		machine+=,x-snp-host=on cpu+=,-hypervisor
		qemu+=(-device amd-iommu -global amd-psp.x-test=on)
	fi
	# A panic then ends QEMU at once (panic=-1).
	[ -n "$answers" ] || qemu+=(-no-reboot)
	if [ "$exact" = 1 ]; then
		qemu+=(-accel "tcg,thread=single" -icount "shift=0,sleep=off")
	else
		qemu+=(-accel "tcg,thread=multi")
	fi
	qemu+=(-nodefaults -no-user-config -display none
		-machine "$machine" -cpu "$cpu" -smp "$cpus" -m "$mem"
		-device virtio-serial-pci
		-chardev "file,id=report,path=$dir_c/report"
		-device "virtserialport,chardev=report,name=report")
	if [ "$interactive" = 1 ]; then
		# ctrl-c is the guest's; ctrl-a x leaves, ctrl-a c is QEMU's monitor.
		qemu+=(-chardev "stdio,id=console,mux=on,signal=off" -serial chardev:console -mon "chardev=console")
	elif [ -n "$answers" ]; then
		qemu+=(-chardev "stdio,id=console,signal=off,logfile=$dir_c/console" -serial chardev:console)
	else
		qemu+=(-serial "file:$dir/console")
	fi
	if [ "$ports" = 1 ]; then
		for p in out err; do
			qemu+=(-chardev "file,id=$p,path=$dir_c/$p" -device "virtserialport,chardev=$p,name=$p")
		done
	fi
	if [ -n "$disk" ]; then
		qemu+=(-drive "if=none,id=disk,format=raw,file=$(commas "$disk")" -device "virtio-blk-pci,drive=disk")
	fi
	if [ "$numa" = 1 ]; then
		# A processor has its caches to itself, as in two sockets.
		half=$((mem / 2))
		qemu+=(-smp "$cpus,sockets=2"
			-object "memory-backend-ram,id=m0,size=${half}M"
			-object "memory-backend-ram,id=m1,size=$((mem - half))M"
			-numa "node,nodeid=0,memdev=m0,cpus=0-$((cpus / 2 - 1))"
			-numa "node,nodeid=1,memdev=m1,cpus=$((cpus / 2))-$((cpus - 1))")
	fi
	# -q comes after all that it may replace.
	qemu+=("${words[@]}")
	if [ "$uefi" = 1 ]; then
		# What the kernel is told is on the disk.  The flash memory has the keys, and only the
		# firmware's own mode (smm) may write it.
		qemu+=(-machine smm=on -global "driver=cfi.pflash01,property=secure,value=on"
			-drive "if=pflash,unit=0,format=raw,readonly=on,file=$ovmf/OVMF_CODE_4M.secboot.fd"
			-drive "if=pflash,unit=1,format=raw,file=$(commas "$vars")"
			-drive "if=none,id=esp,format=raw,file=$(commas "$kernel")"
			-device "virtio-blk-pci,drive=esp,bootindex=1")
	else
		qemu+=(-kernel "$kernel" -initrd "$dir/initrd" -append "$(kernel_words)")
	fi
}

# kernel_words: the kernel's command line.
#   no_timer_check          on a busy host an emulated timer is late, but not broken
#   rcu_cpu_stall_timeout   an emulated processor stands still while the host is busy
#   tsc_early_khz           see tsc-khz.c
#   tsc_tolerance_ppm       two measurements of the TSC differ, and the emulated SVM
#                           cannot scale it
#   force_emulation_prefix  two of upstream's tests want it
kernel_words() {
	echo "console=ttyS0 panic=-1 no_timer_check printk.devkmsg=on" \
		"rcupdate.rcu_cpu_stall_timeout=60 tsc_early_khz=$khz" \
		"kvm.tsc_tolerance_ppm=20000 kvm.force_emulation_prefix=1${append:+ $append}"
}

# tsc_khz: the rate of the host's time stamp counter, which is the guest's (see tsc-khz.c).
tsc_khz() {
	local prog tmp
	prog=$cache/bin/tsc-khz-$(key <"$top/selftests/machine/tsc-khz.c")
	if ! in_cache "$prog"; then
		need gcc
		tmp=$(scratch)
		gcc -O2 -o "$tmp/tsc-khz" "$top/selftests/machine/tsc-khz.c"
		publish "$tmp/tsc-khz" "$prog"
		rm -rf "$tmp"
	fi
	"$prog"
}
