// SPDX-License-Identifier: GPL-2.0
void f(struct folio *folio)
{
	set_direct_map_valid_noflush(folio_page(folio, 0), 1, true); /* bad */
	kvm_arch_gmem_invalidate(folio_pfn(folio), folio_pfn(folio) + 1);
}
