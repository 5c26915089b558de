// SPDX-License-Identifier: GPL-2.0
void gmem_range(u64 pfn, u64 end)
{
	for (; pfn < end; pfn++) {
		if (rmp_make_shared(pfn, PG_LEVEL_4K)) {
			snp_leak_pages(pfn, 1);
			continue;
		}
		kvm_gmem_map_direct(page_folio(pfn_to_page(pfn)));
	}
}
