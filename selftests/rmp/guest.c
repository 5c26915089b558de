// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that is no SNP guest, on the SNP machine: what becomes of its writes to a
 * page that is not the hypervisor's.  Needs machine_test.ko loaded; TAP.
 *
 * Also: pages that a processor holds while it runs a guest cannot be updated.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE		4096ul
#define BLOCK		(512 * PAGE)
#define MSR_VM_HSAVE_PA	0xc0010117
#define FAIL_INUSE	3

/* mov byte [0x1000], 0x5a; hlt -- and then: jmp to itself */
static const uint8_t code[] = { 0xc6, 0x06, 0x00, 0x10, 0x5a, 0xf4, 0xeb, 0xfe };
#define SPIN		6

static int n, bad;
static int vcpu;
static struct kvm_run *run;
static uint8_t *mem;

static void ok(int good, const char *name)
{
	printf("%sok %d %s\n", good ? "" : "not ", ++n, name);
	bad |= !good;
}

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t pa_of(void *va)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t e = 0;

	if (fd < 0 || pread(fd, &e, 8, (uintptr_t)va / PAGE * 8) != 8 || !(e >> 63))
		die("pagemap");
	close(fd);
	return (e & ((1ull << 55) - 1)) * PAGE;
}

/*
 * block() - 2 MiB of memory in one piece: as long as one of its pages is private, and the direct
 * map not split for it, the kernel's own writes to any other page there would be violations
 */
static void *block(void)
{
	uint8_t *area = mmap(NULL, 2 * BLOCK, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *start = (uint8_t *)(((uintptr_t)area + BLOCK - 1) & -BLOCK);

	if (area == MAP_FAILED || madvise(start, BLOCK, MADV_HUGEPAGE))
		die("a block");
	memset(start, 0, BLOCK);
	errno = ENOMEM;
	if (pa_of(start) % BLOCK || pa_of(start + BLOCK - PAGE) != pa_of(start) + BLOCK - PAGE)
		die("a block in one piece");
	return start;
}

/* update() - RMPUPDATE of a page; what is left in EAX */
static int update(int assign, uint64_t pa)
{
	char text[40] = "";
	int fd = open("/sys/kernel/debug/snp_machine/update", O_RDWR);

	snprintf(text, sizeof(text), "%d %llx\n", assign, (unsigned long long)pa);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die("debugfs snp_machine/update");
	memset(text, 0, sizeof(text));
	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		die("read");
	close(fd);
	return atoi(text);
}

static void nothing(int sig)
{
	(void)sig;
}

/* go() - runs the guest from @ip for at most a second: its exit, or -1 */
static int go(unsigned int ip)
{
	struct itimerspec t = { .it_value.tv_sec = 1 };
	struct kvm_sregs sregs;
	struct kvm_regs regs = { .rip = ip, .rflags = 2 };
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	timer_t timer;
	int ret;

	if (ioctl(vcpu, KVM_GET_SREGS, &sregs))
		die("KVM_GET_SREGS");
	sregs.cs.base = sregs.cs.selector = 0;
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs) || ioctl(vcpu, KVM_SET_REGS, &regs))
		die("KVM_SET_REGS");
	if (timer_create(CLOCK_MONOTONIC, &ev, &timer) || timer_settime(timer, 0, &t, NULL))
		die("timer");
	ret = ioctl(vcpu, KVM_RUN, 0);
	timer_delete(timer);
	return ret ? -1 : (int)run->exit_reason;
}

static void on_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int busy;

/*
 * While the other processor runs the guest, an RMPUPDATE of its host save area: one
 * that would change nothing, should that processor be out of the guest just then.
 */
static void *take_hsave(void *unused)
{
	uint64_t pa = 0;
	int fd, i;

	(void)unused;
	on_cpu(0);
	fd = open("/dev/cpu/1/msr", O_RDONLY);
	if (fd < 0 || pread(fd, &pa, 8, MSR_VM_HSAVE_PA) != 8 || !pa) {
		printf("# VM_HSAVE_PA of processor 1: %s\n", strerror(errno));
		return NULL;
	}
	close(fd);
	usleep(300000);
	for (i = 0; i < 20 && !busy; i++) {
		busy = update(0, pa) == FAIL_INUSE;
		usleep(10000);
	}
	return NULL;
}

int main(void)
{
	struct kvm_userspace_memory_region slot = { .memory_size = 2 * PAGE };
	struct sigaction sa = { .sa_handler = nothing };
	int kvm = open("/dev/kvm", O_RDWR), vm, size;
	pthread_t thread;
	uint64_t pa;

	setvbuf(stdout, NULL, _IOLBF, 0);
	on_cpu(1);
	sigaction(SIGALRM, &sa, NULL);
	if (kvm < 0)
		die("/dev/kvm");
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	mem = block();
	if (vm < 0 || mlock(mem, BLOCK))
		die("VM");
	memcpy(mem, code, sizeof(code));
	slot.userspace_addr = (uintptr_t)mem;
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot))
		die("memory");
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (vcpu < 0 || run == MAP_FAILED)
		die("vCPU");
	pa = pa_of(mem + PAGE);

	ok(go(0) == KVM_EXIT_HLT && mem[PAGE] == 0x5a, "a guest writes to a page of the hypervisor's");
	mem[PAGE] = 0;
	ok(update(1, pa) == 0, "the page is private now");
	/* KVM finds nothing wrong with the mapping, and tries again for ever. */
	ok(go(0) == -1, "the guest does not get past the write");
	ok(mem[PAGE] == 0, "... nothing was written");
	ok(update(0, pa) == 0, "the page is shared again");
	ok(go(0) == KVM_EXIT_HLT && mem[PAGE] == 0x5a, "the guest writes to it");

	if (pthread_create(&thread, NULL, take_hsave, NULL))
		die("thread");
	ok(go(SPIN) == -1, "a guest that runs for a second");
	pthread_join(thread, NULL);
	ok(busy, "... keeps its processor's host save area from being updated");
	printf("1..%d\n", n);
	return bad;
}
