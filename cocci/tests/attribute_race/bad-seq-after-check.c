// SPDX-License-Identifier: GPL-2.0
static int resolve(struct kvm_vcpu *vcpu, struct fault *f)
{
	struct kvm *kvm = vcpu->kvm;
	unsigned long attrs;

	attrs = kvm_get_memory_attributes(kvm, f->gfn); /* bad */
	if (!(attrs & KVM_MEMORY_ATTRIBUTE_PRIVATE))
		return RET_PF_INVALID;

	f->mmu_seq = kvm->mmu_invalidate_seq;
	smp_rmb();

	return kvm_gmem_get_pfn(kvm, f->slot, f->gfn, &f->pfn, &f->page, NULL);
}
