// SPDX-License-Identifier: GPL-2.0
static int raise_exit(struct kvm_vcpu *vcpu, u64 nr, u64 a0, u64 a1)
{
	struct kvm_run *run = vcpu->run;

	run->hypercall.nr = nr;
	run->hypercall.args[0] = a0;
	run->hypercall.args[1] = a1;
	return 0;
}

int convert(struct kvm_vcpu *vcpu, gpa_t gpa)
{
	return raise_exit(vcpu, KVM_HC_MAP_GPA_RANGE, gpa, 1); /* bad */
}
