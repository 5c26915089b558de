// SPDX-License-Identifier: GPL-2.0
void gmem_give_back(kvm_pfn_t first, kvm_pfn_t nr)
{
	kvm_pfn_t cur, last = first + nr;

	for (cur = first; cur < last; cur++) {
		int err = rmp_make_shared(cur, PG_LEVEL_4K);

		if (err) {
			snp_leak_pages(cur, 1);
			continue;
		}
		clflush_cache_range(pfn_to_kaddr(cur), PAGE_SIZE);
	}
}
