// SPDX-License-Identifier: GPL-2.0
int smash_all(u64 pfn, u64 end)
{
	int ret = 0;

	while (pfn < end) {
		ret = psmash(pfn); /* bad */
		pfn += PTRS_PER_PMD;
		cond_resched();
	}

	return ret;
}
