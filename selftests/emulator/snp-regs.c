// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test registers of the SNP machine (snp-test.h), from a shell in it:
 *
 *   snp-regs get OFFSET             one register, in hexadecimal
 *   snp-regs set OFFSET VALUE
 *   snp-regs counters               all counters that are not 0
 *   snp-regs trace                  the PSP's commands: "COMMAND STATUS [* TIMES]"
 *   snp-regs refuse SLOT KIND MATCH RESULT SKIP COUNT [FIRST LAST]
 *                                   arms a rule; COUNT -1 is for ever
 *   snp-regs clear                  all rules, the counters, the trace
 *
 * Numbers as in C.  Works while the PSP's driver is bound; needs no driver.
 */

#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snp-test.h"

static volatile uint8_t *regs;

static uint64_t get(unsigned long off)
{
	return *(volatile uint64_t *)(regs + off);
}

static void set(unsigned long off, uint64_t val)
{
	*(volatile uint64_t *)(regs + off) = val;
}

static int is_psp(const char *dir)
{
	char path[300], text[16] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/device", dir);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (!fgets(text, sizeof(text), f))
		text[0] = 0;
	fclose(f);
	return !strcmp(text, "0x14ca\n");
}

static void find(void)
{
	char path[300];
	glob_t g;
	size_t i;
	int fd;

	glob("/sys/bus/pci/devices/*", 0, NULL, &g);
	for (i = 0; i < g.gl_pathc; i++) {
		if (!is_psp(g.gl_pathv[i]))
			continue;
		snprintf(path, sizeof(path), "%s/enable", g.gl_pathv[i]);
		fd = open(path, O_WRONLY);
		if (fd >= 0) {
			/* Else nobody answers, if no driver has been here. */
			if (write(fd, "1", 1) != 1)
				perror(path);
			close(fd);
		}
		snprintf(path, sizeof(path), "%s/resource2", g.gl_pathv[i]);
		fd = open(path, O_RDWR);
		if (fd < 0)
			break;
		regs = mmap(NULL, SNP_TEST_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			    fd, SNP_TEST_OFFSET);
		if (regs == MAP_FAILED || get(SNP_TEST_ID) != SNP_TEST_ID_VALUE)
			break;
		return;
	}
	fprintf(stderr, "no SNP machine with test registers\n");
	exit(2);
}

static void trace(void)
{
	uint64_t n = get(SNP_TEST_PSP_COMMANDS), i, e, last = 0, times = 0;

	for (i = n > SNP_TEST_TRACE_SIZE ? n - SNP_TEST_TRACE_SIZE + 1 : 1; i <= n + 1; i++) {
		e = i <= n ? get(SNP_TEST_TRACE(i)) & 0xffffffff : ~0ull;
		if (times && e == last) {
			times++;
			continue;
		}
		if (times) {
			printf("%02x %02x", (unsigned int)SNP_TEST_TRACE_COMMAND(last),
			       (unsigned int)SNP_TEST_TRACE_STATUS(last));
			if (times > 1)
				printf(" * %u", (unsigned int)times);
			printf("\n");
		}
		last = e;
		times = 1;
	}
}

static void counters(void)
{
	static const struct {
		unsigned int off;
		const char *name;
	} list[] = {
		{ SNP_TEST_UPDATE_4K_ASSIGN, "RMPUPDATE 4K to assigned" },
		{ SNP_TEST_UPDATE_4K_SHARE, "RMPUPDATE 4K to shared" },
		{ SNP_TEST_UPDATE_2M_ASSIGN, "RMPUPDATE 2M to assigned" },
		{ SNP_TEST_UPDATE_2M_SHARE, "RMPUPDATE 2M to shared" },
		{ SNP_TEST_UPDATE_REFUSED(1), "RMPUPDATE refused: input" },
		{ SNP_TEST_UPDATE_REFUSED(2), "RMPUPDATE refused: permission" },
		{ SNP_TEST_UPDATE_REFUSED(3), "RMPUPDATE refused: in use" },
		{ SNP_TEST_UPDATE_REFUSED(4), "RMPUPDATE refused: overlap" },
		{ SNP_TEST_UPDATE_REFUSED(5), "RMPUPDATE refused: 5" },
		{ SNP_TEST_UPDATE_REFUSED(6), "RMPUPDATE refused: size" },
		{ SNP_TEST_UPDATE_REFUSED(7), "RMPUPDATE refused: 7" },
		{ SNP_TEST_PSMASH_DONE, "PSMASH" },
		{ SNP_TEST_PSMASH_REFUSED, "PSMASH refused" },
		{ SNP_TEST_RMPREADS, "RMPREAD" },
		{ SNP_TEST_TLB_FLUSHES, "flushes of all TLBs" },
		{ SNP_TEST_HOST_FAULTS, "RMP page faults" },
		{ SNP_TEST_HOST_WALK_FAULTS, "RMP page faults, A or D bit" },
		{ SNP_TEST_NESTED_FAULTS, "RMP nested page faults" },
		{ SNP_TEST_SVM_FAULTS, "VMCB or HSAVE faults" },
		{ SNP_TEST_PSP_COMMANDS, "PSP commands" },
		{ SNP_TEST_PSP_FAILED, "PSP commands failed" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (get(list[i].off))
			printf("%-32s %10llu\n", list[i].name,
			       (unsigned long long)get(list[i].off));
}

static uint64_t number(const char *s)
{
	char *end;
	uint64_t n = strtoull(s, &end, 0);

	if (!*s || *end) {
		fprintf(stderr, "%s is not a number\n", s);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv)
{
	unsigned long slot;

	find();
	if (argc == 3 && !strcmp(argv[1], "get")) {
		printf("%#llx\n", (unsigned long long)get(number(argv[2])));
	} else if (argc == 4 && !strcmp(argv[1], "set")) {
		set(number(argv[2]), number(argv[3]));
	} else if (argc == 2 && !strcmp(argv[1], "counters")) {
		counters();
	} else if (argc == 2 && !strcmp(argv[1], "trace")) {
		trace();
	} else if (argc == 2 && !strcmp(argv[1], "clear")) {
		set(SNP_TEST_CONTROL, SNP_TEST_CLEAR_COUNTERS | SNP_TEST_CLEAR_FAULTS);
	} else if ((argc == 8 || argc == 10) && !strcmp(argv[1], "refuse")) {
		slot = SNP_TEST_SLOT(number(argv[2]) % SNP_TEST_SLOTS);
		set(slot + SNP_TEST_COUNT, 0);
		set(slot + SNP_TEST_KIND, number(argv[3]));
		set(slot + SNP_TEST_MATCH, number(argv[4]));
		set(slot + SNP_TEST_RESULT, number(argv[5]));
		set(slot + SNP_TEST_SKIP, number(argv[6]));
		set(slot + SNP_TEST_FIRST, argc == 10 ? number(argv[8]) : 0);
		set(slot + SNP_TEST_LAST, argc == 10 ? number(argv[9]) : 0);
		set(slot + SNP_TEST_COUNT, number(argv[7]));
	} else {
		fprintf(stderr, "see the head of snp-regs.c\n");
		return 2;
	}
	return 0;
}
