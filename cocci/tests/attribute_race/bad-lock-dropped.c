// SPDX-License-Identifier: GPL-2.0
static void use_page(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, gfn_t gfn, unsigned long seq, kvm_pfn_t pfn)
{
	struct kvm *kvm = vcpu->kvm;
	bool stale;

	read_lock(&kvm->mmu_lock);
	stale = mmu_invalidate_retry_gfn(kvm, seq, gfn);
	read_unlock(&kvm->mmu_lock);

	if (stale)
		kvm_make_request(KVM_REQ_VMSA_PAGE_RELOAD, vcpu);
	else
		to_svm(vcpu)->vmcb->control.vmsa_pa = pfn_to_hpa(pfn); /* bad */
}
