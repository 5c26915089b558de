// SPDX-License-Identifier: GPL-2.0
int smash_all(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, gfn_t end)
{
	struct page *page;
	kvm_pfn_t pfn;
	int rc;

	for (; gfn < end; gfn++) {
		rc = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
		if (rc)
			return rc;
		rc = psmash(pfn);
		put_page(page);
		if (rc)
			return rc;
	}
	return 0;
}
