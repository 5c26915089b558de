// SPDX-License-Identifier: GPL-2.0
static int one(u64 pfn)
{
	int rc = rmp_make_shared(pfn, PG_LEVEL_4K);
	if (rc)
		pr_err("no");
	return rc;
}
void f(struct page *page)
{
	if (one(page_to_pfn(page)))
		pr_err("x");
	__free_page(page); /* bad */
}
