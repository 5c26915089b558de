// SPDX-License-Identifier: GPL-2.0
static int psmash_few(u64 pfn)
{
	unsigned int n = 0;
	int ret;

	while ((ret = psmash(pfn)) == PSMASH_FAIL_INUSE && ++n < 100)
		cpu_relax();

	return ret;
}
