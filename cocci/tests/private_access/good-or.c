// SPDX-License-Identifier: GPL-2.0
int map_page(struct kvm_vcpu *vcpu, gfn_t gfn, struct kvm_host_map *map)
{
	if (is_error_gpa(gfn) || kvm_mem_is_private(vcpu->kvm, gfn)) {
		vcpu_unimpl(vcpu, "private page\n");
		return -EINVAL;
	}
	if (kvm_vcpu_map(vcpu, gfn, map))
		return -EFAULT;
	return 0;
}
