// SPDX-License-Identifier: GPL-2.0
int swap_pages(struct folio *old, struct folio *new)
{
	kvm_gmem_map_direct(old);

	if (rmp_make_shared(folio_pfn(new), PG_LEVEL_4K)) {
		kvm_gmem_leak_folio(new);
		return -EIO;
	}
	return 0;
}
