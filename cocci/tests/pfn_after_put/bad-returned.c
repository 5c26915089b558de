// SPDX-License-Identifier: GPL-2.0
kvm_pfn_t sev_pfn(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *refcounted;
	kvm_pfn_t pfn;
	int r;

	r = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &refcounted, NULL);
	if (r < 0)
		return KVM_PFN_ERR_FAULT;

	put_page(refcounted);
	return pfn; /* bad */
}
