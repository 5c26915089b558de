// SPDX-License-Identifier: GPL-2.0
int emulate(struct kvm_vcpu *vcpu, bool convert)
{
	unsigned long nr = KVM_HC_KICK_CPU;

	if (convert)
		nr = KVM_HC_MAP_GPA_RANGE; /* bad */
	vcpu->run->hypercall.nr = nr;
	return 0;
}
