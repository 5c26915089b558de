// SPDX-License-Identifier: GPL-2.0
static bool give_back(struct page *page)
{
	bool worked = !rmp_make_shared(page_to_pfn(page), PG_LEVEL_4K);

	if (worked)
		__free_page(page);
	else
		snp_leak_pages(page_to_pfn(page), 1);
	return worked;
}
