// SPDX-License-Identifier: GPL-2.0
static int give(struct page *page, u64 gpa, u32 asid)
{
	int rc;

	rc = rmp_make_private(page_to_pfn(page), gpa, PG_LEVEL_4K, asid, false);
	if (rc) {
		__free_page(page);
		return rc;
	}

	return 0;
}
