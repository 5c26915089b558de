// SPDX-License-Identifier: GPL-2.0-only
static void free_bounce(struct page *page, unsigned int order)
{
	if (order)
		__free_pages(page, order);
	else
		__free_page(page);
}

static struct page *firmware_pages(gfp_t gfp, int order)
{
	struct page *page = alloc_pages(gfp, order);
	unsigned long stuck;

	if (!page)
		return NULL;

	if (mark_pages_firmware(page_to_phys(page), 1 << order, &stuck)) {
		free_bounce(page, order); /* bad */
		return NULL;
	}
	return page;
}

static int bounce(struct page *page, int order)
{
	int rc;

	rc = rmp_mark_pages_firmware(page_to_phys(page), 1 << order, true);
	if (rc)
		return rc;

	free_bounce(page, order); /* bad */
	return 0;
}
