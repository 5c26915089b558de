// SPDX-License-Identifier: GPL-2.0
/*
 * Does the SNP machine (selftests/emulator) do what hardware is said to do?  These
 * are tests of the emulator, on any kernel, with SEV-SNP initialized (kvm-amd
 * loaded); rmp_test.c has those of the kernel.
 *
 * Every write is one that may fault: it goes through the exception table, so that
 * the kernel lives on.  "Raw" updates are RMPUPDATEs that this module issues by
 * itself; the kernel's own rmp_make_private() splits the direct map before.
 *
 * Loading the module runs the KUnit suite snp_machine.  modprobe machine_test oops=1
 * does one write that nobody catches.
 */

#include <kunit/test.h>
#include <linux/cc_platform.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/pci.h>
#include <linux/psp-sev.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <asm/asm.h>
#include <asm/msr.h>
#include <asm/pgtable.h>
#include <asm/sev.h>
#include <asm/svm.h>
#include <asm/trapnr.h>

#include "snp-test.h"

static bool oops;
module_param(oops, bool, 0);
MODULE_PARM_DESC(oops, "write to a page that is not the hypervisor's, and die");

static int gmem = -1;
module_param(gmem, int, 0);
MODULE_PARM_DESC(gmem, "... to a page of this file, a guest_memfd of the process that loads the module");

static unsigned int index;
module_param(index, uint, 0);
MODULE_PARM_DESC(index, "... which one");

#define ASID		1
#define GPA		0x100000000ull
#define BLOCK_ORDER	9
#define BLOCK_PAGES	(1 << BLOCK_ORDER)

/* What RMPUPDATE and PSMASH leave in EAX. */
#define FAIL_INPUT	1
#define FAIL_PERMISSION	2
#define FAIL_INUSE	3
#define FAIL_OVERLAP	4
#define FAIL_NOT_2M	7

static void __iomem *test_regs;

/* --- accesses: 0, or the number of the exception ---------------------------- */

#define access(insn, ...)						\
({									\
	unsigned long __trap = 0;					\
									\
	asm volatile("1:" insn "\n2:"					\
		     _ASM_EXTABLE_FAULT(1b, 2b)				\
		     : "+a" (__trap)					\
		     : __VA_ARGS__					\
		     : "memory", "cc");					\
	(int)__trap;							\
})

static int write_u8(void *p)
{
	return access("movb $0x5a, %1", "m" (*(u8 *)p));
}

static int write_u64(void *p)
{
	return access("movq $0x5a, %1", "m" (*(u64 *)p));
}

static int read_u8(void *p)
{
	return access("testb $0, %1", "m" (*(u8 *)p));
}

static int atomic_inc_u32(void *p)
{
	return access("lock incl %1", "m" (*(u32 *)p));
}

static int cmpxchg_u64(void *p)
{
	/* RAX may be anything: a failing one writes, too. */
	return access("lock xaddq %%rbx, %1", "m" (*(u64 *)p), "b" (0));
}

static int string_fill(void *p, unsigned long n, unsigned long *left)
{
	unsigned long trap = 0, rdi = (unsigned long)p;

	/* AL is what is stored: 0. */
	asm volatile("1: rep stosb\n2:" _ASM_EXTABLE_FAULT(1b, 2b)
		     : "+a" (trap), "+D" (rdi), "+c" (n) : : "memory");
	*left = n;
	return trap;
}

/* --- RMP ------------------------------------------------------------------ */

static int raw_update(u64 pa, bool assigned, bool size_2m, u32 asid,
		      bool immutable)
{
	struct rmp_state state = {
		.gpa = assigned && asid ? GPA : 0,
		.assigned = assigned,
		.pagesize = size_2m,
		.immutable = immutable,
		.asid = asid,
	};
	int ret;

	asm volatile(".byte 0xf2, 0x0f, 0x01, 0xfe"
		     : "=a" (ret) : "a" (pa), "c" (&state) : "memory", "cc");
	return ret;
}

static int raw_private(u64 pa, bool size_2m)
{
	return raw_update(pa, true, size_2m, ASID, false);
}

static int raw_shared(u64 pa, bool size_2m)
{
	return raw_update(pa, false, size_2m, 0, false);
}

static int raw_psmash(u64 pa)
{
	int ret;

	asm volatile(".byte 0xf3, 0x0f, 0x01, 0xff"
		     : "=a" (ret) : "a" (pa) : "memory", "cc");
	return ret;
}

static int reclaim(u64 pa)
{
	struct sev_data_snp_page_reclaim data = { .paddr = pa };
	int err = 0;

	return sev_do_cmd(SEV_CMD_SNP_PAGE_RECLAIM, &data, &err) ? err ?: -1 : 0;
}

/* A block of 2 MiB, mapped as a whole by the direct map if there is such a one. */
struct block {
	struct page *page;
	void *va;
	u64 pa;
};

static int block_level(struct block *b)
{
	unsigned int level = 0;

	lookup_address((unsigned long)b->va, &level);
	return level;
}

static void block_free(void *data)
{
	struct block *b = data;
	int i;

	/* A test that failed may have left something. */
	for (i = 0; i < BLOCK_PAGES; i++) {
		bool assigned;
		int level;

		if (snp_lookup_rmpentry(page_to_pfn(b->page) + i, &assigned, &level) ||
		    !assigned)
			continue;
		reclaim(b->pa + i * PAGE_SIZE);
		if (level > PG_LEVEL_4K)
			raw_shared(b->pa, true);
		else
			raw_shared(b->pa + i * PAGE_SIZE, false);
	}
	__free_pages(b->page, BLOCK_ORDER);
}

static struct block *block_alloc(struct kunit *test, bool large)
{
	struct block *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	struct page *kept[64];
	int n = 0;

	KUNIT_ASSERT_NOT_NULL(test, b);
	/* The direct map of some may be split already. */
	for (;;) {
		b->page = alloc_pages(GFP_KERNEL, BLOCK_ORDER);
		if (!b->page)
			break;
		b->va = page_address(b->page);
		b->pa = page_to_phys(b->page);
		if (!large || block_level(b) >= PG_LEVEL_2M || n == ARRAY_SIZE(kept))
			break;
		kept[n++] = b->page;
	}
	while (n)
		__free_pages(kept[--n], BLOCK_ORDER);
	KUNIT_ASSERT_NOT_NULL(test, b->page);
	kunit_add_action(test, block_free, b);
	if (large && block_level(b) < PG_LEVEL_2M)
		kunit_skip(test, "the direct map has no large page left");
	return b;
}

/* --- tests ---------------------------------------------------------------- */

static void read_write_4k(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	u64 pfn, pa;
	bool assigned;
	int level;
	u8 *va;

	KUNIT_ASSERT_NOT_NULL(test, page);
	pfn = page_to_pfn(page);
	pa = page_to_phys(page);
	va = page_address(page);
	va[17] = 42;

	KUNIT_EXPECT_EQ(test, write_u8(va), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, GPA, PG_LEVEL_4K, ASID, false), 0);
	KUNIT_EXPECT_EQ(test, snp_lookup_rmpentry(pfn, &assigned, &level), 0);
	KUNIT_EXPECT_TRUE(test, assigned);
	KUNIT_EXPECT_EQ(test, level, PG_LEVEL_4K);

	KUNIT_EXPECT_EQ(test, read_u8(va), 0);
	KUNIT_EXPECT_EQ(test, va[17], 42);
	/* Readable, and in the TLB as that: a write must still fault. */
	KUNIT_EXPECT_EQ(test, write_u8(va), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, write_u8(va + PAGE_SIZE - 1), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, atomic_inc_u32(va), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, cmpxchg_u64(va), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, va[17], 42);

	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
	KUNIT_EXPECT_EQ(test, write_u8(va), 0);
	KUNIT_EXPECT_EQ(test, atomic_inc_u32(va), 0);
	KUNIT_EXPECT_EQ(test, cmpxchg_u64(va), 0);
	KUNIT_EXPECT_EQ(test, va[0], 0x5b);
	KUNIT_EXPECT_EQ(test, raw_shared(pa, false), 0);
	__free_page(page);
}

/* Stores that reach from one page to the next */
static void crossing(struct kunit *test)
{
	struct block *b = block_alloc(test, false);
	u8 *edge = b->va + 2 * PAGE_SIZE;
	unsigned long left;

	memset(edge - 16, 0xcc, 32);
	/* The kernel's way: the mapping is 4K afterwards. */
	KUNIT_ASSERT_EQ(test, rmp_make_private(page_to_pfn(b->page) + 2, GPA,
					       PG_LEVEL_4K, ASID, false), 0);
	KUNIT_EXPECT_EQ(test, write_u64(edge - 8), 0);
	KUNIT_EXPECT_EQ(test, edge[-8], 0x5a);
	KUNIT_EXPECT_EQ(test, write_u64(edge - 4), X86_TRAP_PF);
	/* All or nothing */
	KUNIT_EXPECT_EQ(test, edge[-4], 0x00);
	KUNIT_EXPECT_EQ(test, edge[0], 0xcc);
	memset(edge - 16, 0xcc, 16);
	KUNIT_EXPECT_EQ(test, atomic_inc_u32(edge - 2), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, edge[-2], 0xcc);
	/* A string instruction stops where it has to. */
	KUNIT_EXPECT_EQ(test, string_fill(edge - 16, 32, &left), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, left, 16);
	KUNIT_EXPECT_EQ(test, edge[-1], 0x00);
	KUNIT_EXPECT_EQ(test, edge[0], 0xcc);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(page_to_pfn(b->page) + 2, PG_LEVEL_4K), 0);
	KUNIT_EXPECT_EQ(test, write_u64(edge - 4), 0);
	KUNIT_EXPECT_EQ(test, string_fill(edge - 16, 32, &left), 0);
}

/* Writing through a 2M mapping asks about all of the 2M. */
static void rule_2m(struct kunit *test)
{
	struct block *b = block_alloc(test, true);
	u64 pfn = page_to_pfn(b->page);
	u8 *neighbour = b->va + 7 * PAGE_SIZE;
	u8 *last = b->va + (BLOCK_PAGES - 1) * PAGE_SIZE;

	KUNIT_EXPECT_EQ(test, write_u8(neighbour), 0);
	KUNIT_ASSERT_EQ(test, raw_private(b->pa + 5 * PAGE_SIZE, false), 0);
	KUNIT_EXPECT_GE(test, block_level(b), PG_LEVEL_2M);
	KUNIT_EXPECT_EQ(test, write_u8(neighbour), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, write_u8(last), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, write_u8(b->va), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, read_u8(neighbour), 0);
	KUNIT_ASSERT_EQ(test, raw_shared(b->pa + 5 * PAGE_SIZE, false), 0);
	KUNIT_EXPECT_EQ(test, write_u8(neighbour), 0);
	KUNIT_EXPECT_EQ(test, write_u8(last), 0);

	/* The first page of the block, whose entry has the count */
	KUNIT_ASSERT_EQ(test, raw_private(b->pa, false), 0);
	KUNIT_EXPECT_EQ(test, write_u8(last), X86_TRAP_PF);
	KUNIT_ASSERT_EQ(test, raw_shared(b->pa, false), 0);
	KUNIT_EXPECT_EQ(test, write_u8(last), 0);

	/* Assigned as 2M: no page of it, by whatever mapping */
	KUNIT_ASSERT_EQ(test, raw_private(b->pa, true), 0);
	KUNIT_EXPECT_EQ(test, write_u8(b->va), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, write_u8(last), X86_TRAP_PF);
	KUNIT_ASSERT_EQ(test, raw_shared(b->pa, true), 0);
	KUNIT_EXPECT_EQ(test, write_u8(last), 0);

	/* Through 4K mappings, each page is for itself. */
	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn + 5, GPA, PG_LEVEL_4K, ASID, false), 0);
	KUNIT_EXPECT_EQ(test, block_level(b), PG_LEVEL_4K);
	KUNIT_EXPECT_EQ(test, write_u8(neighbour), 0);
	KUNIT_EXPECT_EQ(test, write_u8(b->va), 0);
	KUNIT_EXPECT_EQ(test, write_u8(b->va + 5 * PAGE_SIZE), X86_TRAP_PF);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn + 5, PG_LEVEL_4K), 0);
	KUNIT_EXPECT_EQ(test, write_u8(b->va + 5 * PAGE_SIZE), 0);
}

static void psmash_2m(struct kunit *test)
{
	struct block *b = block_alloc(test, false);
	u64 pfn = page_to_pfn(b->page);
	bool assigned;
	int level, i;

	KUNIT_EXPECT_EQ(test, raw_psmash(b->pa), FAIL_NOT_2M);
	KUNIT_EXPECT_EQ(test, raw_psmash(b->pa + PAGE_SIZE), FAIL_INPUT);
	KUNIT_ASSERT_EQ(test, raw_private(b->pa, true), 0);
	KUNIT_EXPECT_EQ(test, snp_lookup_rmpentry(pfn + 9, &assigned, &level), 0);
	KUNIT_EXPECT_TRUE(test, assigned);
	KUNIT_EXPECT_EQ(test, level, PG_LEVEL_2M);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa + 9 * PAGE_SIZE, false), FAIL_OVERLAP);
	KUNIT_EXPECT_EQ(test, psmash(pfn), 0);
	KUNIT_EXPECT_EQ(test, snp_lookup_rmpentry(pfn + 9, &assigned, &level), 0);
	KUNIT_EXPECT_TRUE(test, assigned);
	KUNIT_EXPECT_EQ(test, level, PG_LEVEL_4K);
	KUNIT_EXPECT_EQ(test, write_u8(b->va + 9 * PAGE_SIZE), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, psmash(pfn), FAIL_NOT_2M);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa, true), FAIL_OVERLAP);
	for (i = 0; i < BLOCK_PAGES; i++)
		KUNIT_ASSERT_EQ(test, raw_shared(b->pa + i * PAGE_SIZE, false), 0);
	KUNIT_EXPECT_EQ(test, write_u8(b->va + 9 * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, raw_private(b->pa, true), 0);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa, true), 0);
}

static void refusals(struct kunit *test)
{
	struct block *b = block_alloc(test, false);

	KUNIT_EXPECT_EQ(test, raw_private(b->pa + 8, false), FAIL_INPUT);
	KUNIT_EXPECT_EQ(test, raw_private(b->pa + PAGE_SIZE, true), FAIL_INPUT);
	KUNIT_EXPECT_EQ(test, raw_private(1ull << 45, false), FAIL_INPUT);
	KUNIT_EXPECT_EQ(test, raw_update(b->pa, true, false, 1 << 20, false), FAIL_INPUT);
	KUNIT_EXPECT_EQ(test, raw_update(b->pa, false, false, ASID, false), FAIL_INPUT);

	/* No memory: the hypervisor's for good */
	KUNIT_EXPECT_EQ(test, raw_private(0xfee00000, false), FAIL_PERMISSION);

	/* A page of the firmware's: only after it was reclaimed */
	KUNIT_ASSERT_EQ(test, raw_update(b->pa, true, false, 0, true), 0);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa, false), FAIL_PERMISSION);
	KUNIT_EXPECT_EQ(test, raw_private(b->pa, false), FAIL_PERMISSION);
	KUNIT_EXPECT_EQ(test, raw_private(b->pa, true), FAIL_PERMISSION);
	KUNIT_EXPECT_EQ(test, reclaim(b->pa | 1), SEV_RET_INVALID_PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, reclaim(b->pa), 0);
	KUNIT_EXPECT_EQ(test, write_u8(b->va), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa, false), 0);
	KUNIT_EXPECT_EQ(test, write_u8(b->va), 0);

	KUNIT_ASSERT_EQ(test, raw_private(b->pa + 3 * PAGE_SIZE, false), 0);
	KUNIT_EXPECT_EQ(test, raw_private(b->pa, true), FAIL_OVERLAP);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa, true), FAIL_OVERLAP);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa + 3 * PAGE_SIZE, false), 0);
	/* Nothing of it left a trace. */
	KUNIT_EXPECT_EQ(test, raw_private(b->pa, true), 0);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa, true), 0);
}

/* The table itself is the firmware's. */
static void table(struct kunit *test)
{
	u64 base;
	u8 *va;

	rdmsrq(MSR_AMD64_RMP_BASE, base);
	va = memremap(base, PAGE_SIZE, MEMREMAP_WB);
	KUNIT_ASSERT_NOT_NULL(test, va);
	KUNIT_EXPECT_EQ(test, read_u8(va), 0);
	KUNIT_EXPECT_EQ(test, write_u8(va), X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, raw_shared(base, false), FAIL_PERMISSION);
	memunmap(va);
}

/* --- another processor ---------------------------------------------------- */

struct remote {
	void *va;
	int trap;
};

static void remote_write(void *data)
{
	struct remote *r = data;

	r->trap = write_u8(r->va);
}

/*
 * What another processor's TLB knows is gone when RMPUPDATE is done, though
 * nobody asked for it.
 */
static void other_cpu(struct kunit *test)
{
	struct block *b = block_alloc(test, false);
	struct remote r = { .va = b->va + 3 * PAGE_SIZE };
	int cpu, other, i;

	cpu = get_cpu();
	other = cpumask_any_but(cpu_online_mask, cpu);
	put_cpu();
	if (other >= nr_cpu_ids)
		kunit_skip(test, "needs two processors");

	for (i = 0; i < 200; i++) {
		r.trap = -1;
		smp_call_function_single(other, remote_write, &r, 1);
		KUNIT_ASSERT_EQ(test, r.trap, 0);
		KUNIT_ASSERT_EQ(test, raw_private(b->pa + 3 * PAGE_SIZE, false), 0);
		smp_call_function_single(other, remote_write, &r, 1);
		KUNIT_ASSERT_EQ(test, r.trap, X86_TRAP_PF);
		KUNIT_ASSERT_EQ(test, raw_shared(b->pa + 3 * PAGE_SIZE, false), 0);
	}
}

struct hammer {
	u32 *word;
	bool stop;
	u64 writes, faults;
};

static int hammer_fn(void *data)
{
	struct hammer *h = data;

	while (!READ_ONCE(h->stop)) {
		if (atomic_inc_u32(h->word))
			h->faults++;
		else
			h->writes++;
		cond_resched();
	}
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

/*
 * A processor writes all the time to a page that another one makes private and
 * shared again: while it is private its contents stand still.
 */
static void race(struct kunit *test)
{
	struct block *b = block_alloc(test, false);
	struct hammer h = { .word = b->va };
	struct task_struct *t;
	int i, moved = 0, other;

	other = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());
	if (other >= nr_cpu_ids)
		kunit_skip(test, "needs two processors");
	*h.word = 0;
	t = kthread_create_on_cpu(hammer_fn, &h, other, "machine_test/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	wake_up_process(t);
	for (i = 0; i < 3000; i++) {
		u32 before, after;

		if (raw_private(b->pa, false))
			break;
		before = READ_ONCE(*h.word);
		udelay(i % 50);
		after = READ_ONCE(*h.word);
		moved += before != after;
		if (raw_shared(b->pa, false))
			break;
		udelay(i % 20);
	}
	WRITE_ONCE(h.stop, true);
	kthread_stop(t);
	KUNIT_EXPECT_EQ(test, i, 3000);
	KUNIT_EXPECT_EQ(test, moved, 0);
	KUNIT_EXPECT_EQ(test, (u64)*h.word, h.writes);
	KUNIT_EXPECT_GT(test, h.writes, 0);
	KUNIT_EXPECT_GT(test, h.faults, 0);
	kunit_info(test, "%llu writes, %llu faults", h.writes, h.faults);
}

/* --- page walks, SVM ------------------------------------------------------ */

static u64 counter(unsigned int reg)
{
	return test_regs ? readq(test_regs + reg) : 0;
}

/*
 * A page of page tables that is not the hypervisor's: it can be walked, but an A
 * or D bit cannot be set in it.
 */
static void walk(struct kunit *test)
{
	/* So large that a page of entries is all its own. */
	void *area = vmalloc(3 * PMD_SIZE);
	unsigned long va = ALIGN((unsigned long)area, PMD_SIZE) + 8 * PAGE_SIZE;
	u64 table_pa, before = counter(SNP_TEST_HOST_WALK_FAULTS);
	int accessed, read_trap, dirty_trap, write_trap, after_trap;
	unsigned int level;
	pte_t *pte, old;

	KUNIT_ASSERT_NOT_NULL(test, area);
	pte = lookup_address(va, &level);
	if (!pte || level != PG_LEVEL_4K) {
		vfree(area);
		kunit_skip(test, "vmalloc() gave large pages");
	}
	old = *pte;
	table_pa = __pa(pte) & PAGE_MASK;

	/* The kernel writes nothing to this page of entries meanwhile. */
	local_irq_disable();
	/* A and D set: nothing to write */
	asm volatile("invlpg (%0)" : : "r" (va) : "memory");
	KUNIT_EXPECT_EQ(test, raw_private(table_pa, false), 0);
	accessed = write_u8((void *)va);
	KUNIT_EXPECT_EQ(test, raw_shared(table_pa, false), 0);

	/* A clear: even to read is to write */
	*(volatile pteval_t *)pte = pte_val(old) & ~(_PAGE_ACCESSED | _PAGE_DIRTY);
	asm volatile("invlpg (%0)" : : "r" (va) : "memory");
	KUNIT_EXPECT_EQ(test, raw_private(table_pa, false), 0);
	read_trap = read_u8((void *)va);
	KUNIT_EXPECT_EQ(test, raw_shared(table_pa, false), 0);
	after_trap = read_u8((void *)va);

	/* D clear: reading is fine, writing is not */
	*(volatile pteval_t *)pte = (pte_val(old) & ~_PAGE_DIRTY) | _PAGE_ACCESSED;
	asm volatile("invlpg (%0)" : : "r" (va) : "memory");
	KUNIT_EXPECT_EQ(test, raw_private(table_pa, false), 0);
	dirty_trap = read_u8((void *)va);
	write_trap = write_u8((void *)va);
	KUNIT_EXPECT_EQ(test, raw_shared(table_pa, false), 0);
	*(volatile pteval_t *)pte = pte_val(old);
	asm volatile("invlpg (%0)" : : "r" (va) : "memory");
	local_irq_enable();

	KUNIT_EXPECT_EQ(test, accessed, 0);
	KUNIT_EXPECT_EQ(test, read_trap, X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, after_trap, 0);
	KUNIT_EXPECT_EQ(test, dirty_trap, 0);
	KUNIT_EXPECT_EQ(test, write_trap, X86_TRAP_PF);
	KUNIT_EXPECT_EQ(test, write_u8((void *)va), 0);
	if (test_regs)
		KUNIT_EXPECT_EQ(test, counter(SNP_TEST_HOST_WALK_FAULTS) - before, 2);
	vfree(area);
}

/* A write that faults leaves no mark that the page was written to. */
static void no_dirty(struct kunit *test)
{
	void *area = vmalloc(PAGE_SIZE);
	unsigned int level;
	pte_t *pte, old;
	int trap;
	u64 pa;

	KUNIT_ASSERT_NOT_NULL(test, area);
	pte = lookup_address((unsigned long)area, &level);
	KUNIT_ASSERT_EQ(test, level, PG_LEVEL_4K);
	old = *pte;
	pa = vmalloc_to_pfn(area) << PAGE_SHIFT;
	local_irq_disable();
	*(volatile pteval_t *)pte = pte_val(old) & ~_PAGE_DIRTY;
	asm volatile("invlpg (%0)" : : "r" (area) : "memory");
	KUNIT_EXPECT_EQ(test, raw_private(pa, false), 0);
	trap = write_u8(area);
	KUNIT_EXPECT_FALSE(test, pte_val(*pte) & _PAGE_DIRTY);
	KUNIT_EXPECT_EQ(test, raw_shared(pa, false), 0);
	KUNIT_EXPECT_EQ(test, write_u8(area), 0);
	KUNIT_EXPECT_TRUE(test, pte_val(*pte) & _PAGE_DIRTY);
	*(volatile pteval_t *)pte = pte_val(old);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, trap, X86_TRAP_PF);
	vfree(area);
}

/* Pages for the processor's own state must be the hypervisor's. */
static void svm_pages(struct kunit *test)
{
	struct block *b = block_alloc(test, false);
	u64 efer, hsave, pa = b->pa + 2 * PAGE_SIZE;
	int save, load, run, msr, msr_after, save_after;

	KUNIT_ASSERT_EQ(test, raw_private(pa, false), 0);
	local_irq_disable();
	rdmsrq(MSR_EFER, efer);
	wrmsrq(MSR_EFER, efer | EFER_SVME);
	rdmsrq(MSR_VM_HSAVE_PA, hsave);
	save = 0;
	asm volatile("mov %1, %%rax\n1: vmsave %%rax\nxor %%eax, %%eax\n2:"
		     _ASM_EXTABLE_FAULT(1b, 2b) : "=&a" (save) : "r" (pa) : "memory");
	asm volatile("mov %1, %%rax\n1: vmload %%rax\nxor %%eax, %%eax\n2:"
		     _ASM_EXTABLE_FAULT(1b, 2b) : "=&a" (load) : "r" (pa) : "memory");
	asm volatile("mov %1, %%rax\n1: vmrun %%rax\nxor %%eax, %%eax\n2:"
		     _ASM_EXTABLE_FAULT(1b, 2b) : "=&a" (run) : "r" (pa) : "memory");
	msr = wrmsrq_safe(MSR_VM_HSAVE_PA, pa);
	raw_shared(pa, false);
	asm volatile("mov %1, %%rax\n1: vmsave %%rax\nxor %%eax, %%eax\n2:"
		     _ASM_EXTABLE_FAULT(1b, 2b) : "=&a" (save_after) : "r" (pa) : "memory");
	msr_after = wrmsrq_safe(MSR_VM_HSAVE_PA, pa);
	wrmsrq(MSR_VM_HSAVE_PA, hsave);
	wrmsrq(MSR_EFER, efer);
	local_irq_enable();

	KUNIT_EXPECT_EQ(test, save, X86_TRAP_GP);
	KUNIT_EXPECT_EQ(test, load, X86_TRAP_GP);
	KUNIT_EXPECT_EQ(test, run, X86_TRAP_GP);
	KUNIT_EXPECT_EQ(test, msr, -EIO);
	KUNIT_EXPECT_EQ(test, save_after, 0);
	KUNIT_EXPECT_EQ(test, msr_after, 0);
}

static void syscfg(struct kunit *test)
{
	u64 before, after;

	/* Once SNP is on, nobody but the firmware turns it off. */
	rdmsrq(MSR_AMD64_SYSCFG, before);
	KUNIT_EXPECT_TRUE(test, before & MSR_AMD64_SYSCFG_SNP_EN);
	wrmsrq_safe(MSR_AMD64_SYSCFG, before & ~MSR_AMD64_SYSCFG_SNP_EN);
	rdmsrq(MSR_AMD64_SYSCFG, after);
	KUNIT_EXPECT_EQ(test, before, after);
}

/* --- faults on purpose ---------------------------------------------------- */

static void rule(int slot, u64 kind, u64 match, u64 result, u64 skip, u64 count,
		 u64 first, u64 last)
{
	void __iomem *r = test_regs + SNP_TEST_SLOT(slot);

	writeq(0, r + SNP_TEST_COUNT);
	writeq(kind, r + SNP_TEST_KIND);
	writeq(match, r + SNP_TEST_MATCH);
	writeq(result, r + SNP_TEST_RESULT);
	writeq(skip, r + SNP_TEST_SKIP);
	writeq(first, r + SNP_TEST_FIRST);
	writeq(last, r + SNP_TEST_LAST);
	writeq(count, r + SNP_TEST_COUNT);
}

static void injected(struct kunit *test)
{
	struct block *b;
	u64 refused, done, pa;

	if (!test_regs)
		kunit_skip(test, "the PSP has no test registers");
	b = block_alloc(test, false);
	pa = b->pa + PAGE_SIZE;
	refused = counter(SNP_TEST_UPDATE_REFUSED(FAIL_INUSE));
	done = counter(SNP_TEST_UPDATE_4K_ASSIGN);

	/* After one that passes, two that do not, in this page only */
	rule(0, SNP_TEST_RMPUPDATE, SNP_TEST_TO_ASSIGNED, FAIL_INUSE, 1, 2, pa,
	     pa + PAGE_SIZE - 1);
	KUNIT_EXPECT_EQ(test, raw_private(b->pa, false), 0);
	KUNIT_EXPECT_EQ(test, raw_private(pa, false), 0);
	KUNIT_EXPECT_EQ(test, raw_shared(pa, false), 0);
	KUNIT_EXPECT_EQ(test, raw_private(pa, false), FAIL_INUSE);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa, false), 0);
	KUNIT_EXPECT_EQ(test, write_u8(b->va + PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, raw_private(b->pa, true), FAIL_INUSE);
	KUNIT_EXPECT_EQ(test, raw_private(pa, false), 0);
	KUNIT_EXPECT_EQ(test, raw_shared(pa, false), 0);
	KUNIT_EXPECT_EQ(test, counter(SNP_TEST_SLOT(0) + SNP_TEST_HITS), 2);
	KUNIT_EXPECT_EQ(test, counter(SNP_TEST_UPDATE_REFUSED(FAIL_INUSE)) - refused, 2);
	KUNIT_EXPECT_EQ(test, counter(SNP_TEST_UPDATE_4K_ASSIGN) - done, 3);

	/* A page that is busy until further notice; 2M pages are none of its business */
	rule(1, SNP_TEST_RMPUPDATE, SNP_TEST_4K, FAIL_INUSE, 0, SNP_TEST_FOREVER, pa, pa);
	KUNIT_EXPECT_EQ(test, raw_private(pa, false), FAIL_INUSE);
	KUNIT_EXPECT_EQ(test, raw_private(pa, false), FAIL_INUSE);
	KUNIT_EXPECT_EQ(test, raw_private(b->pa, true), 0);
	rule(2, SNP_TEST_PSMASH, 0, FAIL_INUSE, 0, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, raw_psmash(b->pa), FAIL_INUSE);
	KUNIT_EXPECT_EQ(test, raw_shared(b->pa, true), 0);

	/* A lost race: the kernel tries again until it wins. */
	rule(1, SNP_TEST_RMPUPDATE, 0, FAIL_OVERLAP, 0, 5, 0, 0);
	KUNIT_EXPECT_EQ(test, rmp_make_private(page_to_pfn(b->page), GPA, PG_LEVEL_4K,
					       ASID, false), 0);
	KUNIT_EXPECT_EQ(test, counter(SNP_TEST_SLOT(1) + SNP_TEST_HITS), 5);
	KUNIT_EXPECT_EQ(test, rmp_make_shared(page_to_pfn(b->page), PG_LEVEL_4K), 0);

	/* The PSP does not give a page back, then it does. */
	KUNIT_ASSERT_EQ(test, raw_update(pa, true, false, 0, true), 0);
	rule(0, SNP_TEST_PSP, SEV_CMD_SNP_PAGE_RECLAIM, SEV_RET_INVALID_PAGE_STATE,
	     0, 1, pa, pa);
	KUNIT_EXPECT_EQ(test, reclaim(pa), SEV_RET_INVALID_PAGE_STATE);
	KUNIT_EXPECT_EQ(test, raw_shared(pa, false), FAIL_PERMISSION);
	KUNIT_EXPECT_EQ(test, reclaim(pa), 0);
	KUNIT_EXPECT_EQ(test, raw_shared(pa, false), 0);

	writeq(SNP_TEST_CLEAR_FAULTS, test_regs + SNP_TEST_CONTROL);
	KUNIT_EXPECT_EQ(test, counter(SNP_TEST_SLOT(1) + SNP_TEST_HITS), 0);
}

/*
 * Commands from before SNP write to their buffer: the driver hands it to the
 * firmware before, and has to get it back.
 */
static void legacy_command(struct kunit *test)
{
	u64 assigned = counter(SNP_TEST_UPDATE_4K_ASSIGN);
	u64 shared = counter(SNP_TEST_UPDATE_4K_SHARE);
	struct sev_user_data_status status = {};
	struct sev_data_snp_commit unknown = { .len = sizeof(unknown) };
	int err = 0;

	KUNIT_EXPECT_EQ(test, sev_platform_status(&status, &err), 0);
	KUNIT_EXPECT_EQ(test, status.api_major, 1);
	KUNIT_EXPECT_EQ(test, status.api_minor, 55);
	KUNIT_EXPECT_EQ(test, status.state, SEV_STATE_INIT);
	if (test_regs) {
		KUNIT_EXPECT_EQ(test, counter(SNP_TEST_UPDATE_4K_ASSIGN) - assigned, 1);
		KUNIT_EXPECT_EQ(test, counter(SNP_TEST_UPDATE_4K_SHARE) - shared, 1);
	}

	KUNIT_EXPECT_EQ(test, sev_do_cmd(SEV_CMD_SNP_COMMIT, &unknown, &err), -EIO);
	KUNIT_EXPECT_EQ(test, err, SEV_RET_INVALID_COMMAND);
}

/* The firmware writes to no page that is not its own. */
static void firmware_pages(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct sev_data_snp_addr buf;
	u64 pa;
	int err = 0;

	KUNIT_ASSERT_NOT_NULL(test, page);
	pa = page_to_phys(page);
	buf.address = pa;
	KUNIT_EXPECT_EQ(test, sev_do_cmd(SEV_CMD_SNP_PLATFORM_STATUS, &buf, &err), -EIO);
	KUNIT_EXPECT_EQ(test, err, SEV_RET_INVALID_PAGE_STATE);
	KUNIT_EXPECT_EQ(test, *(u8 *)page_address(page), 0);
	KUNIT_ASSERT_EQ(test, raw_update(pa, true, false, 0, true), 0);
	KUNIT_EXPECT_EQ(test, sev_do_cmd(SEV_CMD_SNP_PLATFORM_STATUS, &buf, &err), 0);
	KUNIT_EXPECT_EQ(test, *(u8 *)page_address(page), 1);
	KUNIT_EXPECT_EQ(test, reclaim(pa), 0);
	KUNIT_EXPECT_EQ(test, raw_shared(pa, false), 0);
	__free_page(page);
}

static void trace(struct kunit *test)
{
	u64 n, e, calls;

	if (!test_regs)
		kunit_skip(test, "the PSP has no test registers");
	n = counter(SNP_TEST_PSP_COMMANDS);
	calls = counter(SNP_TEST_PSP_CALLS(SEV_CMD_SNP_PAGE_RECLAIM));
	KUNIT_EXPECT_EQ(test, counter(SNP_TEST_STATE), SNP_TEST_SNP_ENABLED |
			SNP_TEST_SNP_INIT | SNP_TEST_SEV_INIT);
	KUNIT_EXPECT_EQ(test, reclaim(1ull << 45), SEV_RET_INVALID_PAGE_STATE);
	KUNIT_EXPECT_EQ(test, counter(SNP_TEST_PSP_COMMANDS), n + 1);
	KUNIT_EXPECT_EQ(test, counter(SNP_TEST_PSP_CALLS(SEV_CMD_SNP_PAGE_RECLAIM)), calls + 1);
	e = counter(SNP_TEST_TRACE(n + 1));
	KUNIT_EXPECT_EQ(test, SNP_TEST_TRACE_SEQ(e), n + 1);
	KUNIT_EXPECT_EQ(test, SNP_TEST_TRACE_COMMAND(e), SEV_CMD_SNP_PAGE_RECLAIM);
	KUNIT_EXPECT_EQ(test, SNP_TEST_TRACE_STATUS(e), SEV_RET_INVALID_PAGE_STATE);
}

/* --- the suite ------------------------------------------------------------ */

static int machine_suite_init(struct kunit_suite *suite)
{
	struct pci_dev *pdev = pci_get_device(PCI_VENDOR_ID_AMD, 0x14ca, NULL);

	if (pdev) {
		test_regs = ioremap(pci_resource_start(pdev, 2) + SNP_TEST_OFFSET,
				    SNP_TEST_SIZE);
		pci_dev_put(pdev);
	}
	if (test_regs && readq(test_regs + SNP_TEST_ID) != SNP_TEST_ID_VALUE) {
		iounmap(test_regs);
		test_regs = NULL;
	}
	return 0;
}

static void machine_suite_exit(struct kunit_suite *suite)
{
	if (test_regs)
		iounmap(test_regs);
	test_regs = NULL;
}

static int machine_test_init(struct kunit *test)
{
	u64 cfg = 0;

	if (cc_platform_has(CC_ATTR_HOST_SEV_SNP))
		rdmsrq(MSR_AMD64_SYSCFG, cfg);
	if (!(cfg & MSR_AMD64_SYSCFG_SNP_EN))
		kunit_skip(test, "SEV-SNP is not initialized");
	return 0;
}

static struct kunit_case machine_cases[] = {
	KUNIT_CASE(read_write_4k),
	KUNIT_CASE(crossing),
	KUNIT_CASE(rule_2m),
	KUNIT_CASE(psmash_2m),
	KUNIT_CASE(refusals),
	KUNIT_CASE(table),
	KUNIT_CASE(other_cpu),
	KUNIT_CASE_SLOW(race),
	KUNIT_CASE(walk),
	KUNIT_CASE(no_dirty),
	KUNIT_CASE(svm_pages),
	KUNIT_CASE(syscfg),
	KUNIT_CASE(injected),
	KUNIT_CASE(legacy_command),
	KUNIT_CASE(firmware_pages),
	KUNIT_CASE(trace),
	{}
};

static struct kunit_suite machine_suite = {
	.name = "snp_machine",
	.suite_init = machine_suite_init,
	.suite_exit = machine_suite_exit,
	.init = machine_test_init,
	.test_cases = machine_cases,
};

/*
 * debugfs: snp_machine/update, for a program in the machine: "1 ADDRESS" makes a
 * page private, "0 ADDRESS" shared; reading gives what was in EAX.
 */
static struct dentry *debugfs;
static int last_code;

static ssize_t update_write(struct file *file, const char __user *buf, size_t len,
			    loff_t *pos)
{
	char text[40] = "";
	unsigned int assign;
	u64 pa;

	if (len >= sizeof(text) || copy_from_user(text, buf, len))
		return -EINVAL;
	if (sscanf(text, "%u %llx", &assign, &pa) != 2)
		return -EINVAL;
	last_code = assign ? raw_private(pa, false) : raw_shared(pa, false);
	return len;
}

static ssize_t update_read(struct file *file, char __user *buf, size_t len,
			   loff_t *pos)
{
	char text[16];

	return simple_read_from_buffer(buf, len, pos, text,
				       sprintf(text, "%d\n", last_code));
}

static const struct file_operations update_fops = {
	.owner = THIS_MODULE,
	.write = update_write,
	.read = update_read,
};

/* What is got here is kept: there is nothing after this. */
static struct page *__init page_for_oops(void)
{
	struct folio *folio;
	struct file *file;

	if (gmem < 0)
		return alloc_page(GFP_KERNEL);

	file = fget(gmem);
	if (!file)
		return NULL;

	folio = filemap_get_folio(file->f_mapping, index);
	return IS_ERR(folio) ? NULL : folio_page(folio, 0);
}

static int __init rmp_oops(void)
{
	struct page *page = page_for_oops();

	if (!page || rmp_make_private(page_to_pfn(page), GPA, PG_LEVEL_4K, ASID, false))
		return -EIO;
	pr_info("machine_test: writing to a private page\n");
	WRITE_ONCE(*(u64 *)page_address(page), 1);
	pr_err("machine_test: still alive\n");
	return -EIO;
}

/*
 * The suite runs when its module is loaded; what init returns comes first.
 */
static int __init machine_init(void)
{
	if (oops)
		return rmp_oops();
	if (cc_platform_has(CC_ATTR_HOST_SEV_SNP)) {
		debugfs = debugfs_create_dir("snp_machine", NULL);
		debugfs_create_file("update", 0600, debugfs, NULL, &update_fops);
	}
	return 0;
}
module_init(machine_init);

static void __exit machine_exit(void)
{
	debugfs_remove(debugfs);
}
module_exit(machine_exit);

kunit_test_suite(machine_suite);

MODULE_DESCRIPTION("KUnit tests of the SNP machine");
MODULE_LICENSE("GPL");
