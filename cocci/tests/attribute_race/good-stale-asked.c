// SPDX-License-Identifier: GPL-2.0
static int tdp_fault(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	int r = kvm_mmu_faultin_pfn(vcpu, fault, ACC_ALL);

	if (r != RET_PF_CONTINUE)
		return r;

	r = RET_PF_RETRY;
	write_lock(&vcpu->kvm->mmu_lock);
	if (is_page_fault_stale(vcpu, fault))
		goto out;
	r = direct_map(vcpu, fault);
out:
	write_unlock(&vcpu->kvm->mmu_lock);
	return r;
}
