// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has the host write to private memory of a VM that the RMP keeps for the guest, and
 * die: a VM with a page of guest_memfd, for machine_test to assign and to write to.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define GPA	0x200000000ull
#define SIZE	0x10000ull
#define PAGE	3

/* Of linux/kvm.h; the distribution's is too old. */
struct region {
	uint32_t slot, flags;
	uint64_t guest_phys_addr, memory_size, userspace_addr, guest_memfd_offset;
	uint32_t guest_memfd, pad1;
	uint64_t pad2[14];
};

struct attributes {
	uint64_t address, size, attributes, flags;
};

struct create {
	uint64_t size, flags, reserved[6];
};

#define CREATE_VM			_IO(0xae, 0x01)
#define SET_USER_MEMORY_REGION2		_IOW(0xae, 0x49, struct region)
#define SET_MEMORY_ATTRIBUTES		_IOW(0xae, 0xd2, struct attributes)
#define CREATE_GUEST_MEMFD		_IOWR(0xae, 0xd4, struct create)
#define SW_PROTECTED_VM			1
#define MEM_GUEST_MEMFD			(1u << 2)
#define ATTRIBUTE_PRIVATE		(1ull << 3)

int main(void)
{
	struct attributes attributes = { .address = GPA, .size = SIZE, .attributes = ATTRIBUTE_PRIVATE };
	struct region region = { .flags = MEM_GUEST_MEMFD, .guest_phys_addr = GPA, .memory_size = SIZE };
	struct create create = { .size = SIZE };
	int kvm = open("/dev/kvm", O_RDWR), vm, fd;
	char command[100];

	vm = ioctl(kvm, CREATE_VM, SW_PROTECTED_VM);
	if (vm < 0)
		err(1, "make a VM");
	fd = ioctl(vm, CREATE_GUEST_MEMFD, &create);
	if (fd < 0)
		err(1, "make a guest_memfd");
	region.guest_memfd = fd;
	region.userspace_addr = (uintptr_t)mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
						MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ioctl(vm, SET_USER_MEMORY_REGION2, &region))
		err(1, "make a memslot");
	if (ioctl(vm, SET_MEMORY_ATTRIBUTES, &attributes))
		err(1, "make it private");
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, PAGE * 4096, 4096))
		err(1, "have a page of memory");

	/* The module gets at the file by its number, in the process that loads it. */
	if (fcntl(fd, F_SETFD, 0))
		err(1, "keep the file open");
	snprintf(command, sizeof(command), "modprobe machine_test oops=1 gmem=%d index=%d", fd, PAGE);
	return system(command);
}
