// SPDX-License-Identifier: GPL-2.0
static int read_pdptr(struct kvm_vcpu *vcpu, gpa_t gpa, u64 *pdpte)
{
	return kvm_vcpu_read_guest(vcpu, gpa, pdpte, sizeof(*pdpte));
}
