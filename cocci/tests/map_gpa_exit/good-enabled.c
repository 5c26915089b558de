// SPDX-License-Identifier: GPL-2.0
bool may(struct kvm *kvm)
{
	return user_exit_on_hypercall(kvm, KVM_HC_MAP_GPA_RANGE);
}
