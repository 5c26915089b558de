// SPDX-License-Identifier: GPL-2.0
int reclaim_page(struct page *page)
{
	int err;

	err = set_direct_map_default_noflush(page); /* bad */
	if (err)
		return err;

	if (rmp_make_shared(page_to_pfn(page), PG_LEVEL_4K)) {
		snp_leak_pages(page_to_pfn(page), 1);
		return -EIO;
	}
	return 0;
}
