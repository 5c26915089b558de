// SPDX-License-Identifier: GPL-2.0
static int end_cmd(struct page *page, unsigned long pa)
{
	int ret;

	ret = snp_reclaim_pages(pa, 1, true);
	if (ret == 0)
		pr_debug("reclaimed\n");
	else
		free_page((unsigned long)page_address(page)); /* bad */
	return ret;
}
