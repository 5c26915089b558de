// SPDX-License-Identifier: GPL-2.0
int gmem_convert(struct folio *folio)
{
	u64 pfn = folio_pfn(folio);
	int rc;

	rc = rmp_make_shared(pfn, PG_LEVEL_4K);
	if (rc) {
		snp_leak_pages(pfn, 1);
		return rc;
	}
	kvm_gmem_map_direct(folio);
	return 0;
}
