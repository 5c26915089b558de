// SPDX-License-Identifier: GPL-2.0
int emulate(struct kvm_vcpu *vcpu, unsigned long nr)
{
	switch (nr) {
	case KVM_HC_MAP_GPA_RANGE:
		return kvm_psc_hypercall(vcpu);
	default:
		return -KVM_ENOSYS;
	}
}
