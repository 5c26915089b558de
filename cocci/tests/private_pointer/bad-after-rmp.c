// SPDX-License-Identifier: GPL-2.0
static int snp_prepare_vmsa(struct kvm *kvm, u64 pfn, u64 gpa)
{
	int ret;

	ret = rmp_make_private(pfn, gpa, PG_LEVEL_4K, sev_get_asid(kvm), true);
	if (ret)
		return ret;

	memset(pfn_to_kaddr(pfn), 0, PAGE_SIZE); /* bad */
	return 0;
}
