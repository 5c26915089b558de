// SPDX-License-Identifier: GPL-2.0
static int reload(struct kvm_vcpu *vcpu, gfn_t gfn, struct kvm_memory_slot *slot)
{
	unsigned long seq = vcpu->kvm->mmu_invalidate_seq;
	kvm_pfn_t pfn;
	struct page *page;

	smp_rmb();
	if (kvm_gmem_get_pfn(vcpu->kvm, slot, gfn, &pfn, &page, NULL))
		return -1;
	vmcs_write64(FOO_ADDR, pfn_to_hpa(pfn)); /* bad */
	kvm_release_page_clean(page);
	return 0;
}
