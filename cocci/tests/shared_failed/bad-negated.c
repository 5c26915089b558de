// SPDX-License-Identifier: GPL-2.0
static int finish_status(struct sev_device *sev, struct page *page, bool locked)
{
	int ret = -EIO;

	if (!snp_reclaim_pages(page_to_phys(page), 1, locked))
		ret = 0;

	put_page(page); /* bad */
	return ret;
}
