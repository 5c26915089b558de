// SPDX-License-Identifier: GPL-2.0
void gmem_give_back(kvm_pfn_t first, kvm_pfn_t nr)
{
	kvm_pfn_t cur, last = first + nr;

	for (cur = first; cur < last; cur++) {
		int err = rmp_make_shared(cur, PG_LEVEL_4K); /* bad */

		if (err) {
			pr_warn_ratelimited("pfn %llx: %d\n", cur, err);
			continue;
		}
		clflush_cache_range(pfn_to_kaddr(cur), PAGE_SIZE);
	}
}
