// SPDX-License-Identifier: GPL-2.0
int set_time_page(struct kvm_vcpu *vcpu, gpa_t gpa)
{
	if (!kvm_mem_is_private(vcpu->kvm, gpa_to_gfn(gpa)))
		return 0;

	return kvm_gpc_activate(&vcpu->arch.pv_time, gpa, sizeof(u64)); /* bad */
}
