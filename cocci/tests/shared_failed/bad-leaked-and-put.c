// SPDX-License-Identifier: GPL-2.0-only
static void give_back(struct folio *folio)
{
	u64 pfn = folio_pfn(folio);
	int rc;

	rc = rmp_make_shared(pfn, PG_LEVEL_4K);
	if (rc) {
		kvm_gmem_leak_folio(folio);
		pr_err("PFN 0x%llx: %d\n", pfn, rc);
		folio_put(folio); /* bad */
	}
}

static void drop(struct page *page)
{
	if (rmp_make_shared(page_to_pfn(page), PG_LEVEL_4K))
		snp_leak_pages(page_to_pfn(page), 1);

	__free_page(page); /* bad */
}
