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
	if (snp_reclaim_pages(page_to_phys(page), 1 << order, true)) {
		pr_warn("bounce buffer not reclaimed\n");
		free_bounce(page, order); /* bad */
		return -EFAULT;
	}

	free_bounce(page, order);
	return 0;
}

static int drop_bounce(struct page *page)
{
	int rc;

	rc = snp_reclaim_pages(page_to_phys(page), 1, false);
	free_bounce(page, 0); /* bad */
	return rc;
}
