// SPDX-License-Identifier: GPL-2.0
static void put_back(struct page *page)
{
	WARN_ON_ONCE(rmp_make_shared(page_to_pfn(page), PG_LEVEL_4K)); /* bad */
	ClearPagePrivate(page);
}
