// SPDX-License-Identifier: GPL-2.0
static int give(struct page *page, u64 gpa, u32 asid)
{
	unsigned long done;
	int err = rmp_make_private_range(page_to_pfn(page), gpa, 1, PG_LEVEL_4K, asid, /* bad */
					 false, &done);

	set_page_private(page, gpa);
	return 0;
}
