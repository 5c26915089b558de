// SPDX-License-Identifier: GPL-2.0-only
static void free_bounce(struct page *page, unsigned int order)
{
	if (order)
		__free_pages(page, order);
	else
		__free_page(page);
}

static int bounce(struct page *page, int order)
{
	int rc;

	rc = rmp_mark_pages_firmware(page_to_phys(page), 1 << order, true);
	if (rc) {
		free_bounce(page, order);
		return rc;
	}

	rc = snp_reclaim_pages(page_to_phys(page), 1 << order, true);
	if (!rc)
		free_bounce(page, order);
	return rc;
}

static void free_all(struct page *page, unsigned int nr)
{
	for (; nr; nr--, page++) {
		if (!snp_reclaim_pages(page_to_phys(page), 1, false))
			__free_page(page);
	}
}
