// SPDX-License-Identifier: GPL-2.0
int prepare(struct page *page, u64 gpa, u32 asid)
{
	unsigned long addr = (unsigned long)page_address(page);
	int r;

	r = set_memory_4k(addr, 1); /* bad */
	if (r)
		return r;
	return rmp_make_private(page_to_pfn(page), gpa, PG_LEVEL_4K, asid, false);
}
