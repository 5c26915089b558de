// SPDX-License-Identifier: GPL-2.0
int f(struct page *page, int order)
{
	int i, ret = 0;
	for (i = 0; i < 1 << order; i++) {
		ret = rmp_make_shared(page_to_pfn(page + i), PG_LEVEL_4K);
		if (ret)
			break;
	}
	__free_pages(page, order); /* bad */
	return ret;
}
