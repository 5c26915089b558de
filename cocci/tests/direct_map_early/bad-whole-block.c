// SPDX-License-Identifier: GPL-2.0
void block_free(struct block *b, u64 pfn)
{
	unsigned int i;

	direct_map_put(pfn, PTRS_PER_PMD); /* bad */
	for (i = 0; i < PTRS_PER_PMD; i++) {
		if (rmp_make_shared(pfn + i, PG_LEVEL_4K))
			snp_leak_pages(pfn + i, 1);
	}
	kfree(b);
}
