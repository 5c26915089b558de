// SPDX-License-Identifier: GPL-2.0
bool f(struct page *page)
{
	bool ok = !rmp_make_shared(page_to_pfn(page), PG_LEVEL_4K);
	if (!ok)
		pr_err("x");
	__free_page(page); /* bad */
	return ok;
}
