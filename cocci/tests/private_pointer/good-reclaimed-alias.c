// SPDX-License-Identifier: GPL-2.0-only
static void sev_gmem_make_shared(kvm_pfn_t pfn, kvm_pfn_t nr_pages)
{
	u64 first = pfn;

	if (rmp_make_shared(first, PG_LEVEL_4K)) {
		snp_leak_pages(first, nr_pages);
		return;
	}

	clflush_cache_range(__va(pfn_to_hpa(pfn)), PAGE_SIZE);
}
