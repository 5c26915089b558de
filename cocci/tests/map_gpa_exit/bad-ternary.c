// SPDX-License-Identifier: GPL-2.0
int f(struct kvm_vcpu *vcpu, bool x)
{
	vcpu->run->hypercall.nr = x ? KVM_HC_MAP_GPA_RANGE : 0; /* bad */
	return 0;
}
