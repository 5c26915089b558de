// SPDX-License-Identifier: GPL-2.0
static int tdp_fault(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	int r;

	r = kvm_mmu_faultin_pfn(vcpu, fault, ACC_ALL);
	if (r != RET_PF_CONTINUE)
		return r;

	read_lock(&vcpu->kvm->mmu_lock);
	r = kvm_tdp_mmu_map(vcpu, fault); /* bad */
	read_unlock(&vcpu->kvm->mmu_lock);
	return r;
}
