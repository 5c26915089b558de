// SPDX-License-Identifier: GPL-2.0
static int end_cmd(struct page *page, unsigned long pa)
{
	int ret;

	ret = snp_reclaim_pages(pa, 1, true);
	if (ret)
		pr_err("lost a page\n");
	else
		__free_page(page);
	return ret;
}
