// SPDX-License-Identifier: GPL-2.0
static int map_one(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	struct kvm *kvm = vcpu->kvm;
	int r = RET_PF_RETRY;

	r = kvm_mmu_faultin_pfn(vcpu, fault, ACC_ALL);
	if (r != RET_PF_CONTINUE)
		return r;

	if (is_page_fault_stale(vcpu, fault)) /* bad */
		return RET_PF_RETRY;

	write_lock(&kvm->mmu_lock);
	r = direct_map(vcpu, fault);
	write_unlock(&kvm->mmu_lock);
	return r;
}
