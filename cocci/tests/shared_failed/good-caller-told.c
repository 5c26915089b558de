// SPDX-License-Identifier: GPL-2.0
int to_shared(struct folio *folio)
{
	int rc = rmp_make_shared(folio_pfn(folio), PG_LEVEL_4K);

	if (rc)
		return rc;

	kvm_gmem_map_direct(folio);
	return 0;
}
