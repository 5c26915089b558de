// SPDX-License-Identifier: GPL-2.0
int psmash_gfn(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;
	int rc;

	rc = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
	if (rc)
		return rc;
	rc = psmash(pfn);
	put_page(page);
	if (rc)
		pr_warn_ratelimited("PFN %llx: %d\n", pfn, rc);
	return rc;
}
