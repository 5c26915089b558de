// SPDX-License-Identifier: GPL-2.0
int map_ghcb(struct kvm_vcpu *vcpu, gpa_t gpa, struct kvm_host_map *map)
{
	if (vcpu->arch.guest_state_protected && kvm_vcpu_map(vcpu, gpa_to_gfn(gpa), map)) /* bad */
		return -EINVAL;
	return 0;
}

bool is_ours(struct kvm *kvm, gfn_t gfn)
{
	return kvm_mem_is_private(kvm, gfn);
}
