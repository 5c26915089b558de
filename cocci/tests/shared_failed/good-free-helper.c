// SPDX-License-Identifier: GPL-2.0-only
static void free_bounce(struct page *page, unsigned int order)
{
	if (order)
		__free_pages(page, order);
	else
		__free_page(page);
}

static int unmap_bounce(struct page *page, unsigned int order)
{
	int rc;

	rc = snp_reclaim_pages(page_to_phys(page), 1 << order, true);
	if (rc)
		return rc;

	free_bounce(page, order);
	return 0;
}

static void drop_all(struct page *page, unsigned int nr)
{
	for (; nr; nr--, page++) {
		if (rmp_make_shared(page_to_pfn(page), PG_LEVEL_4K)) {
			snp_leak_pages(page_to_pfn(page), 1);
			continue;
		}
		free_bounce(page, 0);
	}
}
