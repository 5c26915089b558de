// SPDX-License-Identifier: GPL-2.0
static struct page *firmware_pages(gfp_t gfp, int order)
{
	struct page *page = alloc_pages(gfp, order);
	unsigned long done;
	int err;

	if (!page)
		return NULL;

	err = rmp_make_private_range(page_to_pfn(page), 0, 1ul << order, PG_LEVEL_4K, 0, true, &done);
	if (err) {
		__free_pages(page, order); /* bad */
		return NULL;
	}
	return page;
}
