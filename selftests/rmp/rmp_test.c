// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the RMP and the direct map do to each other, tried on the SNP machine
 * (selftests/emulator) with the base's kernel and with the patched one.
 *
 * KUnit suites: loading the module runs them, /sys/kernel/debug/kunit/SUITE/results
 * has the outcome as KTAP.  selftests/machine/guest/rmp does both.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/cc_platform.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/list_sort.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/prandom.h>
#include <linux/psp-sev.h>
#include <linux/random.h>
#include <linux/set_memory.h>
#include <linux/uaccess.h>
#include <linux/vmstat.h>

#include <asm/msr.h>
#include <asm/pgtable.h>
#include <asm/sev.h>

#include "snp-test.h"

static unsigned int stress_secs = 60;
module_param(stress_secs, uint, 0444);
MODULE_PARM_DESC(stress_secs, "seconds that the stress test runs");

static ulong seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "of the random numbers; 0: another one each time");

static unsigned int bench_mib = 256;
module_param(bench_mib, uint, 0444);
MODULE_PARM_DESC(bench_mib, "MiB that the figures are measured with");

#define BLOCK_ORDER	9
#define BLOCK_PAGES	(1ul << BLOCK_ORDER)

/* The direct map is put back some time after the last page is shared again. */
#define RESTORE_TIMEOUT	(5 * HZ)

/* An ASID that no guest has: there are none. */
#define TEST_ASID	3

/* --- the machine ---------------------------------------------------------- */

static void __iomem *regs;

static void reg_write(unsigned int reg, u64 val) { writeq(val, regs + reg); }
static u64 reg_read(unsigned int reg) { return readq(regs + reg); }

/* refuse() - let the next @count operations fail; see snp-test.h */
static void refuse(unsigned int slot, u64 kind, u64 match, u64 result, u64 skip, u64 count,
		   u64 first_pfn, u64 nr_pages)
{
	unsigned int base = SNP_TEST_SLOT(slot);

	reg_write(base + SNP_TEST_KIND, kind);
	reg_write(base + SNP_TEST_MATCH, match);
	reg_write(base + SNP_TEST_RESULT, result);
	reg_write(base + SNP_TEST_SKIP, skip);
	reg_write(base + SNP_TEST_FIRST, first_pfn << PAGE_SHIFT);
	reg_write(base + SNP_TEST_LAST, nr_pages ? ((first_pfn + nr_pages) << PAGE_SHIFT) - 1 : 0);
	reg_write(base + SNP_TEST_COUNT, count);
}

static void refuse_nothing(void)
{
	reg_write(SNP_TEST_CONTROL, SNP_TEST_CLEAR_FAULTS);
}

/* --- the instructions, without what the kernel does around them ------------ */

static int raw_rmpupdate(u64 pa, struct rmp_state *state)
{
	int ret;

	asm volatile(".byte 0xf2, 0x0f, 0x01, 0xfe"
		     : "=a" (ret) : "a" (pa), "c" (state) : "memory", "cc");
	return ret;
}

static int raw_assign(u64 pfn, u64 gpa, int size, bool immutable)
{
	struct rmp_state state = {
		.gpa = gpa, .assigned = 1, .pagesize = size, .immutable = immutable,
		.asid = immutable ? 0 : TEST_ASID,
	};

	return raw_rmpupdate(pfn << PAGE_SHIFT, &state);
}

static int raw_share(u64 pfn, int size)
{
	struct rmp_state state = { .pagesize = size };

	return raw_rmpupdate(pfn << PAGE_SHIFT, &state);
}

/* --- helpers -------------------------------------------------------------- */

/* A write that may fault: 0 or -EFAULT. */
static int try_write(u64 pfn, u8 val)
{
	u8 *p = pfn_to_kaddr(pfn);

	__put_kernel_nofault(p, &val, u8, fault);
	return 0;
fault:
	return -EFAULT;
}

static int try_read(u64 pfn)
{
	u8 *p = pfn_to_kaddr(pfn), val;

	__get_kernel_nofault(&val, p, u8, fault);
	return 0;
fault:
	return -EFAULT;
}

static bool is_assigned(u64 pfn)
{
	bool assigned = false;
	int level;

	return !snp_lookup_rmpentry(pfn, &assigned, &level) && assigned;
}

static int rmp_level(u64 pfn)
{
	bool assigned;
	int level = 0;

	return snp_lookup_rmpentry(pfn, &assigned, &level) ? 0 : level;
}

static unsigned int map_level(u64 pfn)
{
	unsigned int level = PG_LEVEL_NONE;

	lookup_address((unsigned long)pfn_to_kaddr(pfn), &level);
	return level;
}

static bool wait_for_level(u64 pfn, unsigned int level)
{
	unsigned long end = jiffies + RESTORE_TIMEOUT;

	while (map_level(pfn) != level) {
		if (time_after(jiffies, end))
			return false;
		msleep(50);
	}
	return true;
}

static void free_block(void *pages)
{
	__free_pages(pages, BLOCK_ORDER);
}

/* A 2 MiB block; the test's to its end. */
static u64 alloc_block(struct kunit *test)
{
	struct page *pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, BLOCK_ORDER);

	KUNIT_ASSERT_NOT_NULL(test, pages);
	kunit_add_action(test, free_block, pages);
	return page_to_pfn(pages);
}

/* --- rules: who may write what --------------------------------------------- */

static void test_write_to_assigned(struct kunit *test)
{
	u64 pfn = alloc_block(test) + 7;

	KUNIT_EXPECT_EQ(test, try_write(pfn, 1), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0x1000, PG_LEVEL_4K, TEST_ASID, false), 0);
	KUNIT_EXPECT_TRUE(test, is_assigned(pfn));
	KUNIT_EXPECT_EQ(test, map_level(pfn), (unsigned int)PG_LEVEL_4K);
	KUNIT_EXPECT_EQ(test, try_read(pfn), 0);
	KUNIT_EXPECT_EQ(test, try_write(pfn, 2), -EFAULT);
	KUNIT_EXPECT_EQ(test, try_write(pfn - 1, 2), 0);
	KUNIT_EXPECT_EQ(test, try_write(pfn + 1, 2), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
	KUNIT_EXPECT_FALSE(test, is_assigned(pfn));
	KUNIT_EXPECT_EQ(test, try_write(pfn, 3), 0);
}

/* A write through a 2M mapping needs all of the 2M. */
static void test_write_beside_unsplit(struct kunit *test)
{
	u64 pfn = alloc_block(test);

	if (map_level(pfn) == PG_LEVEL_4K)
		kunit_skip(test, "the block is mapped by 4K pages already");

	KUNIT_ASSERT_EQ(test, raw_assign(pfn + 9, 0x1000, RMP_PG_SIZE_4K, false), 0);
	KUNIT_EXPECT_EQ(test, try_write(pfn + 10, 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, try_read(pfn + 10), 0);
	KUNIT_ASSERT_EQ(test, raw_share(pfn + 9, RMP_PG_SIZE_4K), 0);
	KUNIT_EXPECT_EQ(test, try_write(pfn + 10, 1), 0);
}

static void test_large(struct kunit *test)
{
	u64 pfn = alloc_block(test), i;
	unsigned int level = map_level(pfn);

	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0x200000, PG_LEVEL_2M, TEST_ASID, false), 0);
	KUNIT_EXPECT_EQ(test, rmp_level(pfn + 5), PG_LEVEL_2M);
	KUNIT_EXPECT_EQ(test, map_level(pfn), level);
	for (i = 0; i < BLOCK_PAGES; i += 73)
		KUNIT_EXPECT_EQ(test, try_write(pfn + i, 1), -EFAULT);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_2M), 0);
	for (i = 0; i < BLOCK_PAGES; i += 73)
		KUNIT_EXPECT_EQ(test, try_write(pfn + i, 1), 0);
}

/* What PSMASH took apart is given back page by page, the host using it at once. */
static void test_psmash(struct kunit *test)
{
	u64 pfn = alloc_block(test), i;

	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0x200000, PG_LEVEL_2M, TEST_ASID, false), 0);
	KUNIT_ASSERT_EQ(test, psmash(pfn), 0);
	KUNIT_EXPECT_EQ(test, rmp_level(pfn), PG_LEVEL_4K);
	for (i = 0; i < BLOCK_PAGES; i++) {
		KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn + i, PG_LEVEL_4K), 0);
		KUNIT_ASSERT_EQ(test, try_write(pfn + i, 1), 0);
		if (i + 1 < BLOCK_PAGES)
			KUNIT_ASSERT_EQ(test, try_write(pfn + i + 1, 1), -EFAULT);
	}
}

/* A 2M entry in a block that is in small pages from before, taken apart. */
static void test_psmash_in_small_block(struct kunit *test)
{
	u64 pfn = alloc_block(test), i;

	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0x200000, PG_LEVEL_4K, TEST_ASID, false), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
	/* Not put back yet. */
	KUNIT_EXPECT_EQ(test, map_level(pfn), (unsigned int)PG_LEVEL_4K);
	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0x200000, PG_LEVEL_2M, TEST_ASID, false), 0);
	KUNIT_ASSERT_EQ(test, psmash(pfn), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn + 3, PG_LEVEL_4K), 0);
	/* Long enough for a block that nobody needs small. */
	msleep(2500);
	KUNIT_EXPECT_EQ(test, map_level(pfn), (unsigned int)PG_LEVEL_4K);
	KUNIT_EXPECT_EQ(test, try_write(pfn + 3, 1), 0);
	for (i = 0; i < BLOCK_PAGES; i++)
		KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn + i, PG_LEVEL_4K), 0);
}

/* The codes of the instruction, as documented. */
static void test_refusals(struct kunit *test)
{
	u64 pfn = alloc_block(test);
	struct rmp_state state = { .assigned = 1, .asid = TEST_ASID };

	KUNIT_EXPECT_EQ(test, raw_rmpupdate((pfn << PAGE_SHIFT) + 8, &state), 1);
	state.pagesize = 2;
	KUNIT_EXPECT_EQ(test, raw_rmpupdate(pfn << PAGE_SHIFT, &state), 1);
	state.pagesize = RMP_PG_SIZE_2M;
	KUNIT_EXPECT_EQ(test, raw_rmpupdate((pfn + 1) << PAGE_SHIFT, &state), 1);
	state.pagesize = RMP_PG_SIZE_4K;
	state.rsvd = 1;
	KUNIT_EXPECT_EQ(test, raw_rmpupdate(pfn << PAGE_SHIFT, &state), 1);

	/* overlap, both ways */
	KUNIT_ASSERT_EQ(test, raw_assign(pfn + 3, 0x3000, RMP_PG_SIZE_4K, false), 0);
	KUNIT_EXPECT_EQ(test, raw_assign(pfn, 0x200000, RMP_PG_SIZE_2M, false), 4);
	KUNIT_ASSERT_EQ(test, raw_share(pfn + 3, RMP_PG_SIZE_4K), 0);
	KUNIT_ASSERT_EQ(test, raw_assign(pfn, 0x200000, RMP_PG_SIZE_2M, false), 0);
	KUNIT_EXPECT_EQ(test, raw_share(pfn + 3, RMP_PG_SIZE_4K), 4);
	KUNIT_ASSERT_EQ(test, raw_share(pfn, RMP_PG_SIZE_2M), 0);

	/* immutable, until the firmware lets go of it */
	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn + 4, 0, PG_LEVEL_4K, 0, true), 0);
	KUNIT_EXPECT_EQ(test, raw_share(pfn + 4, RMP_PG_SIZE_4K), 2);
	KUNIT_EXPECT_EQ(test, snp_reclaim_pages((pfn + 4) << PAGE_SHIFT, 1, false), 0);
	KUNIT_EXPECT_FALSE(test, is_assigned(pfn + 4));
}

static struct kunit_case rules_cases[] = {
	KUNIT_CASE(test_write_to_assigned),
	KUNIT_CASE(test_write_beside_unsplit),
	KUNIT_CASE(test_large),
	KUNIT_CASE(test_psmash),
	KUNIT_CASE_SLOW(test_psmash_in_small_block),
	KUNIT_CASE(test_refusals),
	{}
};

/* --- the direct map, split and put back ------------------------------------- */

static void test_split_one(struct kunit *test)
{
	u64 pfn = alloc_block(test), other = alloc_block(test);
	unsigned int level;

	/* It may have been somebody else's a moment ago. */
	wait_for_level(other, PG_LEVEL_2M);
	level = map_level(other);
	if (level < PG_LEVEL_2M)
		kunit_skip(test, "the blocks are mapped by 4K pages already");

	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0, PG_LEVEL_4K, TEST_ASID, false), 0);
	KUNIT_EXPECT_EQ(test, map_level(pfn), (unsigned int)PG_LEVEL_4K);
	/* The block, and no other. */
	KUNIT_EXPECT_LE(test, map_level(other), level);
	KUNIT_EXPECT_GE(test, map_level(other), (unsigned int)PG_LEVEL_2M);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
}

static void test_restored(struct kunit *test)
{
	u64 pfn = alloc_block(test), i;
	unsigned int level = map_level(pfn);

	for (i = 0; i < 32; i++)
		KUNIT_ASSERT_EQ(test, rmp_make_private(pfn + i * 16, i << PAGE_SHIFT, PG_LEVEL_4K,
						       TEST_ASID, false), 0);
	for (i = 0; i < 31; i++)
		KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn + i * 16, PG_LEVEL_4K), 0);
	/* The last one keeps it as it is. */
	msleep(2000);
	KUNIT_EXPECT_EQ(test, map_level(pfn), (unsigned int)PG_LEVEL_4K);
	KUNIT_EXPECT_EQ(test, try_write(pfn, 1), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn + 31 * 16, PG_LEVEL_4K), 0);
#ifdef HAVE_RMP_RANGE
	KUNIT_EXPECT_TRUE(test, wait_for_level(pfn, level));
#else
	kunit_skip(test, "this kernel leaves a block split for good");
#endif
}

/* What somebody else made of one page is not undone. */
static void test_foreign_mapping(struct kunit *test)
{
	u64 pfn = alloc_block(test);
	unsigned int foreign, level = map_level(pfn);
	unsigned long addr = (unsigned long)pfn_to_kaddr(pfn + 9);

	if (level == PG_LEVEL_4K)
		kunit_skip(test, "the block is mapped by 4K pages already");

	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0, PG_LEVEL_4K, TEST_ASID, false), 0);
	KUNIT_ASSERT_EQ(test, set_memory_uc(addr, 1), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
	msleep(2500);
	KUNIT_EXPECT_EQ(test, map_level(pfn), (unsigned int)PG_LEVEL_4K);
	KUNIT_EXPECT_NE(test, pte_flags(*lookup_address(addr, &foreign)) & _PAGE_CACHE_MASK, 0ul);
	KUNIT_ASSERT_EQ(test, set_memory_wb(addr, 1), 0);

	/* Not in the way any more, the next time. */
	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0, PG_LEVEL_4K, TEST_ASID, false), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
#ifdef HAVE_RMP_RANGE
	KUNIT_EXPECT_TRUE(test, wait_for_level(pfn, level));
#endif
}

/* What was small before stays so, whatever its pages are mapped as by now. */
static void test_small_before(struct kunit *test)
{
	u64 pfn = alloc_block(test);
	unsigned long addr = (unsigned long)pfn_to_kaddr(pfn + 9);

	if (map_level(pfn) == PG_LEVEL_4K)
		kunit_skip(test, "the block is mapped by 4K pages already");

	KUNIT_ASSERT_EQ(test, set_memory_uc(addr, 1), 0);
	KUNIT_ASSERT_EQ(test, set_memory_wb(addr, 1), 0);
	KUNIT_ASSERT_EQ(test, map_level(pfn), (unsigned int)PG_LEVEL_4K);
	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0, PG_LEVEL_4K, TEST_ASID, false), 0);
	KUNIT_ASSERT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
	msleep(2500);
	KUNIT_EXPECT_EQ(test, map_level(pfn), (unsigned int)PG_LEVEL_4K);
}

static struct kunit_case directmap_cases[] = {
	KUNIT_CASE(test_split_one),
	KUNIT_CASE_SLOW(test_restored),
	KUNIT_CASE_SLOW(test_foreign_mapping),
	KUNIT_CASE_SLOW(test_small_before),
	{}
};

/* --- stress ------------------------------------------------------------------ */

static struct {
	u64 pfn;		/* a block */
	bool stop;
	unsigned long writes, faults, failures, rounds;
} stress;

/* Even pages are assigned and shared again, odd ones are the host's. */
static int stress_writer(void *data)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, seed + 1);
	while (!READ_ONCE(stress.stop)) {
		u64 pfn = stress.pfn + (prandom_u32_state(&rnd) % (BLOCK_PAGES / 2)) * 2 + 1;

		if (try_write(pfn, stress.writes))
			stress.faults++;
		if (!(++stress.writes % 1024))
			cond_resched();
	}
	return 0;
}

static void test_stress(struct kunit *test)
{
	unsigned long end = jiffies + stress_secs * HZ;
	struct task_struct *writer;
	struct rnd_state rnd;
	DECLARE_BITMAP(assigned, BLOCK_PAGES) = { };

	if (!seed)
		seed = get_random_u32() | 1;
	kunit_info(test, "seed=%lu\n", seed);
	prandom_seed_state(&rnd, seed);

	memset(&stress, 0, sizeof(stress));
	stress.pfn = alloc_block(test);
	writer = kthread_run(stress_writer, NULL, "rmp_writer");
	KUNIT_ASSERT_FALSE(test, IS_ERR(writer));
	get_task_struct(writer);

	while (time_before(jiffies, end)) {
		unsigned int nr = prandom_u32_state(&rnd) % 64 + 1, i;

		while (nr--) {
			i = (prandom_u32_state(&rnd) % (BLOCK_PAGES / 2)) * 2;
			if (test_bit(i, assigned)) {
				if (rmp_make_shared(stress.pfn + i, PG_LEVEL_4K))
					stress.failures++;
			} else if (rmp_make_private(stress.pfn + i, i << PAGE_SHIFT, PG_LEVEL_4K,
						    TEST_ASID, false)) {
				stress.failures++;
			}
			change_bit(i, assigned);
		}
		for_each_set_bit(i, assigned, BLOCK_PAGES) {
			if (rmp_make_shared(stress.pfn + i, PG_LEVEL_4K))
				stress.failures++;
		}
		bitmap_zero(assigned, BLOCK_PAGES);
		stress.rounds++;
		/* Around the time that the kernel waits before it restores. */
		if (!(prandom_u32_state(&rnd) % 4))
			msleep(900 + prandom_u32_state(&rnd) % 200);
	}

	WRITE_ONCE(stress.stop, true);
	kthread_stop_put(writer);
	kunit_info(test, "%lu writes, %lu rounds\n", stress.writes, stress.rounds);
	KUNIT_EXPECT_EQ(test, stress.faults, 0ul);
	KUNIT_EXPECT_EQ(test, stress.failures, 0ul);
	KUNIT_EXPECT_GT(test, stress.rounds, 1ul);
}

static struct kunit_case stress_cases[] = {
	KUNIT_CASE_SLOW(test_stress),
	{}
};

/* --- failures on purpose ------------------------------------------------------ */

static void test_share_fails(struct kunit *test)
{
	u64 pfn = alloc_block(test) + 5;

	KUNIT_ASSERT_EQ(test, rmp_make_private(pfn, 0, PG_LEVEL_4K, TEST_ASID, false), 0);
	refuse(0, SNP_TEST_RMPUPDATE, SNP_TEST_TO_SHARED, 3, 0, 1, pfn, 1);
	KUNIT_EXPECT_NE(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
	KUNIT_EXPECT_TRUE(test, is_assigned(pfn));
	KUNIT_EXPECT_EQ(test, try_write(pfn + 1, 1), 0);
	KUNIT_EXPECT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
}

static void test_assign_fails(struct kunit *test)
{
	u64 pfn = alloc_block(test);
	unsigned int __maybe_unused level = map_level(pfn);

	refuse(0, SNP_TEST_RMPUPDATE, SNP_TEST_TO_ASSIGNED, 3, 0, 1, pfn + 5, 1);
	KUNIT_EXPECT_NE(test, rmp_make_private(pfn + 5, 0, PG_LEVEL_4K, TEST_ASID, false), 0);
	KUNIT_EXPECT_FALSE(test, is_assigned(pfn + 5));
	KUNIT_EXPECT_EQ(test, try_write(pfn + 5, 1), 0);
#ifdef HAVE_RMP_RANGE
	KUNIT_EXPECT_TRUE(test, wait_for_level(pfn, level));
#endif
}

/* The firmware keeps one page of four: that one is lost, and no other. */
static void test_reclaim_fails(struct kunit *test)
{
	u64 pfn = alloc_block(test) + 8, i;

	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, rmp_make_private(pfn + i, 0, PG_LEVEL_4K, 0, true), 0);
	refuse(0, SNP_TEST_PSP, SEV_CMD_SNP_PAGE_RECLAIM, SEV_RET_INVALID_PAGE_STATE, 0,
	       SNP_TEST_FOREVER, pfn + 1, 1);
	KUNIT_EXPECT_NE(test, snp_reclaim_pages(pfn << PAGE_SHIFT, 4, false), 0);
	KUNIT_EXPECT_TRUE(test, is_assigned(pfn + 1));
	KUNIT_EXPECT_EQ(test, try_write(pfn + 1, 1), -EFAULT);
#ifdef HAVE_RMP_RANGE
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, is_assigned(pfn + i), i == 1);
#endif
	refuse_nothing();
	for (i = 0; i < 4; i++) {
		if (is_assigned(pfn + i))
			KUNIT_EXPECT_EQ(test, snp_reclaim_pages((pfn + i) << PAGE_SHIFT, 1, false), 0);
	}
}

/* FAIL_OVERLAP goes away by itself: but the kernel must not wait for that for ever. */
static void test_overlap_for_a_while(struct kunit *test)
{
	u64 pfn = alloc_block(test) + 5;

	refuse(0, SNP_TEST_RMPUPDATE, 0, 4, 0, 50, pfn, 1);
	KUNIT_EXPECT_EQ(test, rmp_make_private(pfn, 0, PG_LEVEL_4K, TEST_ASID, false), 0);
	KUNIT_EXPECT_EQ(test, reg_read(SNP_TEST_SLOT(0) + SNP_TEST_HITS), 50ull);
	KUNIT_EXPECT_EQ(test, rmp_make_shared(pfn, PG_LEVEL_4K), 0);
}

#ifdef HAVE_RMP_RANGE
static void test_overlap_for_ever(struct kunit *test)
{
	u64 pfn = alloc_block(test) + 5;

	refuse(0, SNP_TEST_RMPUPDATE, 0, 4, 0, SNP_TEST_FOREVER, pfn, 1);
	KUNIT_EXPECT_NE(test, rmp_make_private(pfn, 0, PG_LEVEL_4K, TEST_ASID, false), 0);
}

/* Fails at each page in turn: all is as before. */
static void test_range_fails(struct kunit *test)
{
	u64 pfn = alloc_block(test);
	unsigned int level = map_level(pfn);
	unsigned long nr = 24, private;
	u64 i, k;

	for (k = 0; k < nr; k++) {
		refuse(0, SNP_TEST_RMPUPDATE, SNP_TEST_TO_ASSIGNED, 3, 0, 1, pfn + k, 1);
		KUNIT_EXPECT_NE(test, rmp_make_private_range(pfn, 0x1000, nr, PG_LEVEL_2M,
							     TEST_ASID, false, &private), 0);
		KUNIT_EXPECT_EQ(test, private, 0ul);
		for (i = 0; i < nr; i++)
			KUNIT_EXPECT_FALSE(test, is_assigned(pfn + i));
	}
	KUNIT_EXPECT_TRUE(test, wait_for_level(pfn, level));
}

/* Fails, and so does undoing it: what is left is told. */
static void test_range_undo_fails(struct kunit *test)
{
	u64 pfn = alloc_block(test), i;
	unsigned long private;

	refuse(0, SNP_TEST_RMPUPDATE, SNP_TEST_TO_ASSIGNED, 3, 0, 1, pfn + 20, 1);
	refuse(1, SNP_TEST_RMPUPDATE, SNP_TEST_TO_SHARED, 3, 0, 1, pfn + 11, 1);
	KUNIT_EXPECT_NE(test, rmp_make_private_range(pfn, 0x1000, 30, PG_LEVEL_4K, TEST_ASID,
						     false, &private), 0);
	KUNIT_EXPECT_EQ(test, private, 12ul);
	for (i = 0; i < 30; i++)
		KUNIT_EXPECT_EQ(test, is_assigned(pfn + i), i < 12);
	KUNIT_EXPECT_EQ(test, try_write(pfn + 12, 1), 0);
	KUNIT_EXPECT_EQ(test, rmp_make_shared_range(pfn, 12, NULL), 0);
}

/* Stops at the first page that cannot be shared, and goes on after it. */
static void test_share_range_fails(struct kunit *test)
{
	u64 pfn = alloc_block(test);
	unsigned long shared;

	KUNIT_ASSERT_EQ(test, rmp_make_private_range(pfn, 0x1000, 30, PG_LEVEL_4K, TEST_ASID,
						     false, NULL), 0);
	refuse(0, SNP_TEST_RMPUPDATE, SNP_TEST_TO_SHARED, 3, 0, SNP_TEST_FOREVER, pfn + 11, 1);
	KUNIT_EXPECT_NE(test, rmp_make_shared_range(pfn, 30, &shared), 0);
	KUNIT_EXPECT_EQ(test, shared, 11ul);
	KUNIT_EXPECT_EQ(test, rmp_make_shared_range(pfn + 12, 18, &shared), 0);
	KUNIT_EXPECT_EQ(test, shared, 18ul);
	refuse_nothing();
	KUNIT_EXPECT_EQ(test, rmp_make_shared_range(pfn, 30, NULL), 0);
}
#endif

/* What the kernel says about it is no complaint: see selftests/machine/complaints.sh. */
static int faults_init(struct kunit *test)
{
	pr_info("gmem: expect SEV-SNP:\n");
	return 0;
}

static void faults_exit(struct kunit *test)
{
	refuse_nothing();
	pr_info("gmem: expect nothing\n");
}

static struct kunit_case faults_cases[] = {
	KUNIT_CASE(test_share_fails),
	KUNIT_CASE(test_assign_fails),
	KUNIT_CASE(test_reclaim_fails),
	KUNIT_CASE(test_overlap_for_a_while),
#ifdef HAVE_RMP_RANGE
	KUNIT_CASE(test_overlap_for_ever),
	KUNIT_CASE_SLOW(test_range_fails),
	KUNIT_CASE(test_range_undo_fails),
	KUNIT_CASE(test_share_range_fails),
#endif
	{}
};

#ifdef HAVE_RMP_RANGE
/* --- ranges ---------------------------------------------------------------- */

/* 4K, 2M and 4K again, over three blocks that lie side by side. */
static void test_range_mixed(struct kunit *test)
{
	struct page *pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, BLOCK_ORDER + 1);
	u64 pfn, start, i;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	pfn = page_to_pfn(pages);
	/* From the middle of the first block to the end of the second. */
	start = pfn + BLOCK_PAGES / 2;

	KUNIT_EXPECT_EQ(test, rmp_make_private_range(start, start << PAGE_SHIFT,
						     2 * BLOCK_PAGES - BLOCK_PAGES / 2,
						     PG_LEVEL_2M, TEST_ASID, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, rmp_level(start), PG_LEVEL_4K);
	KUNIT_EXPECT_EQ(test, rmp_level(pfn + BLOCK_PAGES), PG_LEVEL_2M);
	KUNIT_EXPECT_EQ(test, try_write(pfn, 1), 0);
	KUNIT_EXPECT_EQ(test, try_write(start, 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, try_write(pfn + BLOCK_PAGES + 3, 1), -EFAULT);

	/* A part of the 2M entry: it is taken apart. */
	KUNIT_EXPECT_EQ(test, rmp_make_shared_range(pfn + BLOCK_PAGES + 2, 4, NULL), 0);
	KUNIT_EXPECT_EQ(test, rmp_level(pfn + BLOCK_PAGES), PG_LEVEL_4K);
	for (i = 0; i < BLOCK_PAGES; i++)
		KUNIT_EXPECT_EQ(test, try_write(pfn + BLOCK_PAGES + i, 1),
				i >= 2 && i < 6 ? 0 : -EFAULT);

	KUNIT_EXPECT_EQ(test, rmp_make_shared_range(pfn, 2 * BLOCK_PAGES, NULL), 0);
	for (i = 0; i < 2 * BLOCK_PAGES; i += 37)
		KUNIT_EXPECT_EQ(test, try_write(pfn + i, 1), 0);
	__free_pages(pages, BLOCK_ORDER + 1);
}

/* One flush of the TLBs, however many blocks have to be split. */
static void test_range_misaligned(struct kunit *test)
{
	u64 pfn = alloc_block(test);

	KUNIT_EXPECT_EQ(test, rmp_make_private_range(pfn, 0x1000, BLOCK_PAGES, PG_LEVEL_2M,
						     TEST_ASID, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, rmp_level(pfn), PG_LEVEL_4K);
	KUNIT_EXPECT_EQ(test, rmp_make_shared_range(pfn, BLOCK_PAGES, NULL), 0);
}

/* The RMP itself, as Zen 3 and 4 have it. */
static u64 raw_entry(u64 pfn)
{
	u64 base, *p, val;

	rdmsrq(MSR_AMD64_RMP_BASE, base);
	p = memremap(base + 0x4000 + pfn * 16, 16, MEMREMAP_WB);
	if (!p)
		return ~0ull;
	val = *p;
	memunmap(p);
	return val;
}

/* All of the firmware's pages have GPA 0: another one makes them metadata. */
static void test_range_firmware(struct kunit *test)
{
	u64 pfn = alloc_block(test), i;

	KUNIT_ASSERT_EQ(test, rmp_make_private_range(pfn, 0, 4, PG_LEVEL_4K, 0, true, NULL), 0);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, raw_entry(pfn + i) & 5, 5ull);
		KUNIT_EXPECT_EQ(test, raw_entry(pfn + i) & GENMASK_ULL(50, 12), 0ull);
	}
	KUNIT_EXPECT_EQ(test, snp_reclaim_pages(pfn << PAGE_SHIFT, 4, false), 0);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_FALSE(test, is_assigned(pfn + i));
}

static struct kunit_case range_cases[] = {
	KUNIT_CASE(test_range_firmware),
	KUNIT_CASE(test_range_mixed),
	KUNIT_CASE(test_range_misaligned),
	{}
};
#endif

/* --- pages for the firmware ---------------------------------------------------- */

#define NR_FIRMWARE	64
/* Pages that others have: of these, one in each block is free. */
#define NR_OTHERS	(128 * BLOCK_PAGES)

static void test_firmware_pages(struct kunit *test)
{
	static void *pages[NR_FIRMWARE];
	static u64 blocks[NR_FIRMWARE];
	unsigned int i, j, nr = 0;
	struct page **others;

	others = kvcalloc(NR_OTHERS, sizeof(*others), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, others);
	for (i = 0; i < NR_OTHERS; i++)
		others[i] = alloc_page(GFP_KERNEL);
	for (i = 0; i < NR_OTHERS; i += BLOCK_PAGES) {
		__free_page(others[i]);
		others[i] = NULL;
	}

	for (i = 0; i < NR_FIRMWARE; i++) {
		pages[i] = snp_alloc_firmware_page(GFP_KERNEL | __GFP_ZERO);
		KUNIT_EXPECT_NOT_NULL(test, pages[i]);
		if (!pages[i])
			continue;
		/* A VMSA at a multiple of 2 MiB is one that some CPUs do not take. */
#ifdef HAVE_RMP_RANGE
		KUNIT_EXPECT_NE(test, PHYS_PFN(__pa(pages[i])) % BLOCK_PAGES, 0ul);
#endif
		for (j = 0; j < nr && blocks[j] != PHYS_PFN(__pa(pages[i])) / BLOCK_PAGES; j++)
			;
		if (j == nr)
			blocks[nr++] = PHYS_PFN(__pa(pages[i])) / BLOCK_PAGES;
	}
	kunit_info(test, "figure firmware_blocks %u\n", nr);
#ifdef HAVE_RMP_RANGE
	KUNIT_EXPECT_LE(test, nr, 2u);
#endif
	for (i = 0; i < NR_FIRMWARE; i++)
		snp_free_firmware_page(pages[i]);
	for (i = 0; i < NR_OTHERS; i++) {
		if (others[i])
			__free_page(others[i]);
	}
	kvfree(others);
}

#ifdef HAVE_RMP_RANGE
/* More than a block has: none is the first of one, and none comes twice. */
static void test_firmware_blocks(struct kunit *test)
{
	unsigned int nr = BLOCK_PAGES + 8, i;
	void **pages;

	pages = kunit_kcalloc(test, nr, sizeof(*pages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages);

	for (i = 0; i < nr; i++) {
		pages[i] = snp_alloc_firmware_page(GFP_KERNEL);
		KUNIT_EXPECT_NOT_NULL(test, pages[i]);
		if (!pages[i])
			continue;
		KUNIT_EXPECT_NE(test, PHYS_PFN(__pa(pages[i])) % BLOCK_PAGES, 0ul);
		KUNIT_EXPECT_TRUE(test, is_assigned(PHYS_PFN(__pa(pages[i]))));
	}
	for (i = 0; i < nr; i++)
		snp_free_firmware_page(pages[i]);
}
#endif

static struct kunit_case firmware_cases[] = {
	KUNIT_CASE(test_firmware_pages),
#ifdef HAVE_RMP_RANGE
	KUNIT_CASE(test_firmware_blocks),
#endif
	{}
};

/* --- figures ------------------------------------------------------------------ */

struct chunk {
	struct list_head list;
	u64 pfn;
};

static int by_pfn(void *priv, const struct list_head *a, const struct list_head *b)
{
	return list_entry(a, struct chunk, list)->pfn > list_entry(b, struct chunk, list)->pfn;
}

static int bench_private(u64 pfn, unsigned long nr, enum pg_level level)
{
#ifdef HAVE_RMP_RANGE
	return rmp_make_private_range(pfn, pfn << PAGE_SHIFT, nr, level, TEST_ASID, false, NULL);
#else
	unsigned long step = level == PG_LEVEL_2M ? BLOCK_PAGES : 1, i;
	int ret = 0;

	for (i = 0; i < nr && !ret; i += step)
		ret = rmp_make_private(pfn + i, (pfn + i) << PAGE_SHIFT, level, TEST_ASID, false);
	return ret;
#endif
}

static int bench_shared(u64 pfn, unsigned long nr, enum pg_level level)
{
#ifdef HAVE_RMP_RANGE
	return rmp_make_shared_range(pfn, nr, NULL);
#else
	unsigned long step = level == PG_LEVEL_2M ? BLOCK_PAGES : 1, i;
	int ret = 0;

	for (i = 0; i < nr && !ret; i += step)
		ret = rmp_make_shared(pfn + i, level);
	return ret;
#endif
}

/* All runs of chunks that lie side by side, one call each. */
static int bench_all(struct list_head *chunks, enum pg_level level,
		     int (*change)(u64, unsigned long, enum pg_level))
{
	u64 start = 0, end = 0;
	struct chunk *c;
	int ret = 0;

	list_for_each_entry(c, chunks, list) {
		if (c->pfn != end) {
			if (end > start)
				ret = ret ?: change(start, end - start, level);
			start = c->pfn;
		}
		end = c->pfn + 2 * BLOCK_PAGES;
	}
	return ret ?: change(start, end - start, level);
}

/* What /proc/vmstat counts, since the last call. */
static void count_events(struct kunit *test, const char *name)
{
	static unsigned long old[NR_VM_EVENT_ITEMS], new[NR_VM_EVENT_ITEMS];
	int i;

	all_vm_events(new);
	if (name) {
		kunit_info(test, "figure %s_splits_2m %lu\n", name,
			   new[DIRECT_MAP_LEVEL2_SPLIT] - old[DIRECT_MAP_LEVEL2_SPLIT]);
		kunit_info(test, "figure %s_tlb_flushes %lu\n", name,
			   new[NR_TLB_REMOTE_FLUSH] - old[NR_TLB_REMOTE_FLUSH]);
	}
	for (i = 0; i < NR_VM_EVENT_ITEMS; i++)
		old[i] = new[i];
}

static void bench(struct kunit *test, struct list_head *chunks, enum pg_level level,
		  const char *name)
{
	unsigned int small = 0;
	struct chunk *c;
	u64 t0, t1, t2;

	count_events(test, NULL);
	t0 = ktime_get_ns();
	KUNIT_ASSERT_EQ(test, bench_all(chunks, level, bench_private), 0);
	t1 = ktime_get_ns();
	KUNIT_ASSERT_EQ(test, bench_all(chunks, level, bench_shared), 0);
	t2 = ktime_get_ns();
	count_events(test, name);
	kunit_info(test, "figure %s_private_us %llu\n", name, (t1 - t0) / 1000);
	kunit_info(test, "figure %s_shared_us %llu\n", name, (t2 - t1) / 1000);

	/* How much of it stays small. */
	msleep(4000);
	list_for_each_entry(c, chunks, list) {
		small += map_level(c->pfn) == PG_LEVEL_4K;
		small += map_level(c->pfn + BLOCK_PAGES) == PG_LEVEL_4K;
	}
	kunit_info(test, "figure %s_blocks_left_small %u\n", name, small);
#ifdef HAVE_RMP_RANGE
	KUNIT_EXPECT_EQ(test, small, 0u);
#endif
}

static void test_figures(struct kunit *test)
{
	unsigned int i, runs = 0;
	struct chunk *c, *tmp;
	LIST_HEAD(chunks);
	u64 end = 0;

	for (i = 0; i < bench_mib / 4; i++) {
		struct page *pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, BLOCK_ORDER + 1);

		KUNIT_ASSERT_NOT_NULL(test, pages);
		c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, c);
		c->pfn = page_to_pfn(pages);
		list_add(&c->list, &chunks);
	}
	list_sort(NULL, &chunks, by_pfn);
	list_for_each_entry(c, &chunks, list) {
		runs += c->pfn != end;
		end = c->pfn + 2 * BLOCK_PAGES;
	}
	kunit_info(test, "figure ranges %u\n", runs);

	/* By 2M first: on the base, the other leaves nothing large. */
	bench(test, &chunks, PG_LEVEL_2M, "2m");
	bench(test, &chunks, PG_LEVEL_4K, "4k");

	list_for_each_entry_safe(c, tmp, &chunks, list)
		__free_pages(pfn_to_page(c->pfn), BLOCK_ORDER + 1);
}

static struct kunit_case figures_cases[] = {
	KUNIT_CASE_SLOW(test_figures),
	{}
};

/* --- all of it ----------------------------------------------------------------- */

#define SUITE(n, x...) static struct kunit_suite n##_suite = { .name = "rmp_" #n, .test_cases = n##_cases, x }
SUITE(rules);
SUITE(directmap);
SUITE(stress);
SUITE(faults, .init = faults_init, .exit = faults_exit);
SUITE(firmware);
SUITE(figures);
#ifdef HAVE_RMP_RANGE
SUITE(range);
#endif

static char *suite = "rules";
module_param(suite, charp, 0444);
MODULE_PARM_DESC(suite, "rules, directmap, stress, faults, firmware, figures or range");

static bool run = true;
module_param(run, bool, 0444);
MODULE_PARM_DESC(run, "run the suite now, or leave it to its file \"run\" in debugfs");

static struct kunit_suite *all[] = {
	&rules_suite, &directmap_suite, &stress_suite, &faults_suite, &firmware_suite,
	&figures_suite,
#ifdef HAVE_RMP_RANGE
	&range_suite,
#endif
};
static struct kunit_suite *chosen[1];

static int __init rmp_test_init(void)
{
	struct pci_dev *psp;
	unsigned int i;

	if (!cc_platform_has(CC_ATTR_HOST_SEV_SNP)) {
		pr_err("rmp_test: this is no SNP host\n");
		return -ENODEV;
	}

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (!strcmp(all[i]->name + strlen("rmp_"), suite))
			chosen[0] = all[i];
	}
	if (!chosen[0]) {
		pr_err("rmp_test: there is no suite %s\n", suite);
		return -EINVAL;
	}

	psp = pci_get_device(PCI_VENDOR_ID_AMD, 0x14ca, NULL);
	if (!psp)
		return -ENODEV;
	regs = ioremap(pci_resource_start(psp, 2) + SNP_TEST_OFFSET, SNP_TEST_SIZE);
	pci_dev_put(psp);
	if (!regs)
		return -ENOMEM;
	if (reg_read(SNP_TEST_ID) != SNP_TEST_ID_VALUE) {
		pr_err("rmp_test: the machine has no test registers\n");
		iounmap(regs);
		return -ENODEV;
	}

	return __kunit_test_suites_init(chosen, 1, run);
}

static void __exit rmp_test_exit(void)
{
	__kunit_test_suites_exit(chosen, 1);
	iounmap(regs);
}

module_init(rmp_test_init);
module_exit(rmp_test_exit);
MODULE_DESCRIPTION("Tests of the RMP and the direct map");
MODULE_LICENSE("GPL");
