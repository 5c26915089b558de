// SPDX-License-Identifier: GPL-2.0
int block_free(struct page *page, unsigned int nr)
{
	u64 pfn = page_to_pfn(page);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (rmp_make_shared(pfn + i, PG_LEVEL_4K)) {
			snp_leak_pages(pfn + i, nr - i);
			return -EIO;
		}
	}
	direct_map_return(page, nr);
	return 0;
}
