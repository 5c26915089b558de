// SPDX-License-Identifier: GPL-2.0
static int launch_vcpu(struct kvm_vcpu *vcpu, u32 asid)
{
	struct vcpu_svm *svm = to_svm(vcpu);
	u64 pfn = __pa(svm->sev_es.vmsa) >> PAGE_SHIFT;

	return rmp_make_private(pfn, INITIAL_VMSA_GPA, PG_LEVEL_4K, asid, true);
}

void free_vcpu(struct kvm_vcpu *vcpu)
{
	struct vcpu_svm *svm = to_svm(vcpu);

	if (is_sev_snp_guest(vcpu)) {
		u64 pfn = __pa(svm->sev_es.vmsa) >> PAGE_SHIFT;

		if (kvm_rmp_make_shared(vcpu->kvm, pfn, PG_LEVEL_4K))
			return;
	}

	snp_pool_free_page(virt_to_page(svm->sev_es.vmsa));
}
