// SPDX-License-Identifier: GPL-2.0
#define VALID_MASK BIT(KVM_HC_MAP_GPA_RANGE)

int enable(struct kvm *kvm, u64 mask)
{
	if (mask & ~VALID_MASK)
		return -EINVAL;
	kvm->arch.hypercall_exit_enabled = mask;
	return 0;
}
