// SPDX-License-Identifier: GPL-2.0
bool wants_private(struct kvm_vcpu *vcpu, gpa_t gpa, u64 *error_code)
{
	if (kvm_mem_is_private(vcpu->kvm, gpa_to_gfn(gpa)))
		*error_code |= PFERR_PRIVATE_ACCESS;
	return *error_code & PFERR_PRIVATE_ACCESS;
}
