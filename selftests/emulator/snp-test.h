/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The test registers of the SNP machine: make the RMP instructions and the PSP
 * fail on purpose, and see what they were asked to do.
 *
 * They are in BAR 2 of the PSP (PCI 1022:14ca), from SNP_TEST_OFFSET on, and only
 * there if QEMU was started with -global amd-psp.x-test=on (selftests/machine/machine.sh -S
 * does that).  Check SNP_TEST_ID before anything else: without the option the
 * range reads as zero.  No driver uses this part of the BAR, so a module may
 * ioremap() it (pci_resource_start(pdev, 2) + SNP_TEST_OFFSET, SNP_TEST_SIZE), and a
 * program may mmap() /sys/bus/pci/devices/.../resource2, while ccp is bound.
 *
 * Every register is 64 bits wide, little-endian; aligned accesses of 4 or 8
 * bytes.  All is zero after a reset of the machine.  An access takes effect
 * before the next instruction of the processor that made it.
 */
#ifndef SNP_TEST_H
#define SNP_TEST_H

#define SNP_TEST_OFFSET		0x80000
#define SNP_TEST_SIZE		0x10000

#define SNP_TEST_ID		0x000		/* ro: SNP_TEST_ID_VALUE */
#define SNP_TEST_ID_VALUE	0x3154534554504e53ull	/* the bytes "SNPTEST1" */
#define SNP_TEST_CONTROL	0x008		/* wo */
#define   SNP_TEST_CLEAR_COUNTERS	0x1	/* the counters and the trace */
#define   SNP_TEST_CLEAR_FAULTS		0x2	/* all slots */
#define SNP_TEST_STATE		0x010		/* ro */
#define   SNP_TEST_SNP_ENABLED		0x1	/* SYSCFG.SNPEn of the first processor */
#define   SNP_TEST_SNP_INIT		0x2	/* the PSP's SNP state is INIT */
#define   SNP_TEST_SEV_INIT		0x4	/* the PSP's legacy state is INIT or WORKING */
#define SNP_TEST_RMP_BASE	0x018		/* ro: first byte, of the bookkeeping */
#define SNP_TEST_RMP_END	0x020		/* ro: last byte */
#define SNP_TEST_RMP_PAGES	0x028		/* ro: pages covered, from address 0 */

/*
 * Faults: SNP_TEST_SLOTS slots, each a rule.  An operation that a rule matches is
 * refused with the rule's result instead of being done: nothing is changed, and
 * none of the usual checks is made before.  The lowest slot that refuses wins.
 * Write COUNT last: it arms the slot.  0 there takes it out of use.
 */
#define SNP_TEST_SLOTS		8
#define SNP_TEST_SLOT(n)	(0x100 + (n) * 0x40)
#define SNP_TEST_KIND		0x00
#define   SNP_TEST_PSP			1	/* commands of the PSP */
#define   SNP_TEST_RMPUPDATE		2
#define   SNP_TEST_PSMASH		3
#define SNP_TEST_MATCH		0x08		/* 0: any */
						/* PSP: the command's number */
						/* RMPUPDATE: a mask, where */
#define   SNP_TEST_TO_ASSIGNED		0x1	/* only to assigned = 1 */
#define   SNP_TEST_TO_SHARED		0x2	/* only to assigned = 0 */
#define   SNP_TEST_4K			0x4	/* only of 4K */
#define   SNP_TEST_2M			0x8	/* only of 2M */
						/* (both of a pair: the same as none) */
#define SNP_TEST_RESULT		0x10		/* status (PSP) or code (EAX) */
#define SNP_TEST_SKIP		0x18		/* let so many that match pass first */
#define SNP_TEST_COUNT		0x20		/* then refuse so many; counts down */
#define   SNP_TEST_FOREVER		(~0ull)	/* until cleared: does not count */
#define SNP_TEST_FIRST		0x28		/* system physical addresses from this */
#define SNP_TEST_LAST		0x30		/* to this byte; 0: any address */
						/* A 2M operation matches if its 2M overlap. */
						/* PSP: PAGE_RECLAIM's address; other */
						/* commands match any range. */
#define SNP_TEST_HITS		0x38		/* ro: refused by this slot; arming zeroes it */

/*
 * A page that is "in use" (FAIL_INUSE, 3) is a rule of kind RMPUPDATE with result 3,
 * its address, and SNP_TEST_FOREVER; a lost race on a 2M head is result 4 with a
 * small count (Linux tries for ever again on 4: never with SNP_TEST_FOREVER).
 */

/* Counters (ro). */
#define SNP_TEST_UPDATE_4K_ASSIGN	0x400	/* RMPUPDATEs done */
#define SNP_TEST_UPDATE_4K_SHARE	0x408
#define SNP_TEST_UPDATE_2M_ASSIGN	0x410
#define SNP_TEST_UPDATE_2M_SHARE	0x418
#define SNP_TEST_UPDATE_REFUSED(code)	(0x420 + 8 * (code))	/* by code, 1 to 7 */
#define SNP_TEST_PSMASH_DONE		0x460
#define SNP_TEST_PSMASH_REFUSED		0x468
#define SNP_TEST_RMPREADS		0x470
#define SNP_TEST_TLB_FLUSHES		0x478	/* of all processors, for an RMP change */
#define SNP_TEST_HOST_FAULTS		0x480	/* #PF with the RMP bit */
#define SNP_TEST_HOST_WALK_FAULTS	0x488	/* ... of these, for an A or D bit */
#define SNP_TEST_NESTED_FAULTS		0x490	/* #VMEXIT(NPF) with the RMP bit */
#define SNP_TEST_SVM_FAULTS		0x498	/* #GP: VMCB or HSAVE page not hypervisor's */
#define SNP_TEST_PSP_COMMANDS		0x4a0
#define SNP_TEST_PSP_FAILED		0x4a8	/* ... of these, ended with another status than 0 */
#define SNP_TEST_PSP_CALLS(cmd)		(0x800 + 8 * ((cmd) & 0xff))	/* by command */

/*
 * Trace of the PSP's commands (ro): the last SNP_TEST_TRACE_SIZE.  The nth since the
 * counters were cleared (n from 1 to SNP_TEST_PSP_COMMANDS) is at SNP_TEST_TRACE(n).
 */
#define SNP_TEST_TRACE_SIZE	4096
#define SNP_TEST_TRACE(n)	(0x8000 + 8 * (((n) - 1) % SNP_TEST_TRACE_SIZE))
#define   SNP_TEST_TRACE_SEQ(e)		((e) >> 32)		/* n; 0: nothing there */
#define   SNP_TEST_TRACE_STATUS(e)	(((e) >> 16) & 0xffff)
#define   SNP_TEST_TRACE_COMMAND(e)	((e) & 0xffff)

#endif
