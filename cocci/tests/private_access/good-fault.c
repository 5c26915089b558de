// SPDX-License-Identifier: GPL-2.0
static int faultin(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	if (fault->is_private)
		return kvm_mmu_faultin_pfn_gmem(vcpu, fault);

	fault->pfn = __kvm_faultin_pfn(fault->slot, fault->gfn, FOLL_NOWAIT, NULL, NULL);
	return RET_PF_CONTINUE;
}
