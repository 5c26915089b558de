// SPDX-License-Identifier: GPL-2.0
int pages_to_host(struct page *page, unsigned int nr)
{
	u64 pfn = page_to_pfn(page);
	unsigned int i;
	int rc;

	for (i = 0; i < nr; i++) {
		rc = rmp_make_shared(pfn + i, PG_LEVEL_4K);
		if (rc) {
			snp_leak_pages(pfn + i, nr - i);
			return rc;
		}
		direct_map_return(page, nr); /* bad */
	}
	return 0;
}
