// SPDX-License-Identifier: GPL-2.0
static int snp_request(struct kvm_vcpu *vcpu, gpa_t gpa, u64 npages)
{
	return kvm_psc_request(vcpu, gpa, npages, KVM_MAP_GPA_RANGE_ENCRYPTED, snp_done);
}
