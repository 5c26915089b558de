// SPDX-License-Identifier: GPL-2.0
static void release(struct page *page)
{
	if (!snp_reclaim_pages(page_to_phys(page), 1, false))
		__free_page(page);
}
