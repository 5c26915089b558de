// SPDX-License-Identifier: GPL-2.0
int f(struct kvm_vcpu *vcpu, bool x)
{
	WRITE_ONCE(vcpu->run->hypercall.nr, KVM_HC_MAP_GPA_RANGE); /* bad */
	return 0;
}
