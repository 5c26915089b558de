// SPDX-License-Identifier: GPL-2.0
static int tell(struct kvm_vcpu *vcpu, gpa_t gpa, u64 val)
{
	if (kvm_mem_is_private(vcpu->kvm, gpa_to_gfn(gpa)))
		return kvm_vcpu_write_guest(vcpu, gpa, &val, sizeof(val)); /* bad */

	return -EINVAL;
}
