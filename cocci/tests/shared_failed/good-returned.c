// SPDX-License-Identifier: GPL-2.0
static int drop_page(struct page *page)
{
	int rc;

	rc = rmp_make_shared(page_to_pfn(page), PG_LEVEL_4K);
	if (rc) {
		snp_leak_pages(page_to_pfn(page), 1);
		return rc;
	}

	__free_page(page);
	return 0;
}
