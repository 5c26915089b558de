// SPDX-License-Identifier: GPL-2.0
int kvm_psc_exit(struct kvm_vcpu *vcpu, gpa_t gpa, u64 npages, u64 flags)
{
	vcpu->run->exit_reason = KVM_EXIT_HYPERCALL;
	vcpu->run->hypercall.nr = KVM_HC_MAP_GPA_RANGE;
	vcpu->run->hypercall.args[0] = gpa;
	vcpu->run->hypercall.args[1] = npages;
	vcpu->run->hypercall.args[2] = flags;
	return 0;
}
