// SPDX-License-Identifier: GPL-2.0
static void reload(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct vcpu_svm *svm = to_svm(vcpu);
	struct page *refpage;
	kvm_pfn_t new;

	if (kvm_gmem_get_pfn(vcpu->kvm, slot, gfn, &new, &refpage, NULL))
		return;

	read_lock(&vcpu->kvm->mmu_lock);
	svm->vmcb->control.vmsa_pa = pfn_to_hpa(new); /* bad */
	read_unlock(&vcpu->kvm->mmu_lock);
	kvm_release_page_clean(refpage);
}
