// SPDX-License-Identifier: GPL-2.0
int fault_in(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	fault->mmu_seq = vcpu->kvm->mmu_invalidate_seq; /* bad */

	if (fault->is_private != kvm_mem_is_private(vcpu->kvm, fault->gfn))
		return -EFAULT;

	return __kvm_mmu_faultin_pfn(vcpu, fault);
}
