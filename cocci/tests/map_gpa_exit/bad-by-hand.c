// SPDX-License-Identifier: GPL-2.0
static int snp_request(struct kvm_vcpu *vcpu, gpa_t gpa, u64 npages)
{
	vcpu->run->exit_reason = KVM_EXIT_HYPERCALL;
	vcpu->run->hypercall.nr = KVM_HC_MAP_GPA_RANGE; /* bad */
	vcpu->run->hypercall.args[0] = gpa;
	vcpu->run->hypercall.args[1] = npages;
	vcpu->arch.complete_userspace_io = snp_done;
	return 0;
}
