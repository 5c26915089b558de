// SPDX-License-Identifier: GPL-2.0
int snp_get_cmd(struct kvm *kvm, gpa_t gpa, struct snp_cmd *cmd)
{
	bool assigned;
	int level;

	if (snp_lookup_rmpentry(gpa_to_pfn(kvm, gpa), &assigned, &level))
		return -EFAULT;

	if (kvm_read_guest(kvm, gpa, cmd, sizeof(*cmd))) /* bad */
		return -EFAULT;
	return 0;
}
