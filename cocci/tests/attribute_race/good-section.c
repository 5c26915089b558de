// SPDX-License-Identifier: GPL-2.0
static void reload(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct kvm *kvm = vcpu->kvm;
	unsigned long seq;
	struct page *page;
	kvm_pfn_t pfn;

	seq = kvm->mmu_invalidate_seq;
	smp_rmb();

	if (!kvm_mem_is_private(kvm, gfn))
		return;

	if (kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL))
		return;

	read_lock(&kvm->mmu_lock);
	if (mmu_invalidate_retry_gfn(kvm, seq, gfn))
		kvm_make_request(KVM_REQ_VMSA_PAGE_RELOAD, vcpu);
	else
		to_svm(vcpu)->vmcb->control.vmsa_pa = pfn_to_hpa(pfn);
	read_unlock(&kvm->mmu_lock);
	kvm_release_page_clean(page);
}
