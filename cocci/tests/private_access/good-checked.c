// SPDX-License-Identifier: GPL-2.0
int snp_get_cmd(struct kvm *kvm, gpa_t gpa, struct snp_cmd *cmd)
{
	if (kvm_mem_is_private(kvm, gpa_to_gfn(gpa)))
		return -EFAULT;

	return kvm_read_guest(kvm, gpa, cmd, sizeof(*cmd));
}
