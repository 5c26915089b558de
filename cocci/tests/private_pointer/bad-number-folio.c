// SPDX-License-Identifier: GPL-2.0
static void sev_gmem_wipe(gmem_pfn_t pfn)
{
	struct folio *folio = kvm_gmem_pfn_to_folio(pfn);

	folio_lock(folio);
	memset(folio_address(folio), 0, PAGE_SIZE); /* bad */
	folio_unlock(folio);
}
