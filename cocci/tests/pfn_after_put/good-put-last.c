// SPDX-License-Identifier: GPL-2.0
int vmsa_level(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	bool assigned;
	kvm_pfn_t pfn;
	int level, r;

	if (kvm_gmem_get_pfn(vcpu->kvm, slot, gfn, &pfn, &page, NULL))
		return -EFAULT;

	r = snp_lookup_rmpentry(pfn, &assigned, &level);
	kvm_release_page_unused(page);
	return r ? -EIO : level;
}
