// SPDX-License-Identifier: GPL-2.0
static int snp_done(struct kvm_vcpu *vcpu)
{
	u64 ret = READ_ONCE(vcpu->run->hypercall.ret);

	if (vcpu->run->hypercall.nr != KVM_HC_MAP_GPA_RANGE)
		return -EINVAL;
	return ret ? -EIO : 1;
}
