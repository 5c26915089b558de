// SPDX-License-Identifier: GPL-2.0-only
static int assign_all(struct page **pages, unsigned long n, u64 gpa, u32 asid)
{
	unsigned long i;

	for (i = 0; i < n; i++, gpa += PAGE_SIZE) {
		if (rmp_make_private(page_to_pfn(pages[i]), gpa, PG_LEVEL_4K, asid, false)) /* bad */
			continue;

		SetPageUptodate(pages[i]);
	}
	return 0;
}
