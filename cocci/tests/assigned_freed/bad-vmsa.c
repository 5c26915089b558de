// SPDX-License-Identifier: GPL-2.0
static int launch_vcpu(struct kvm_vcpu *vcpu, u32 asid)
{
	struct vcpu_svm *svm = to_svm(vcpu);
	u64 pfn = __pa(svm->sev_es.vmsa) >> PAGE_SHIFT;
	int r;

	r = rmp_make_private(pfn, INITIAL_VMSA_GPA, PG_LEVEL_4K, asid, true);
	if (r)
		return r;
	return launch_cmd(vcpu, pfn);
}

void free_vcpu(struct kvm_vcpu *vcpu)
{
	struct vcpu_svm *svm = to_svm(vcpu);

	if (vcpu->arch.guest_state_protected)
		sev_flush_encrypted_page(vcpu, svm->sev_es.vmsa);

	snp_pool_free_page(virt_to_page(svm->sev_es.vmsa)); /* bad */
}
