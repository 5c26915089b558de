// SPDX-License-Identifier: GPL-2.0
static int snp_take(struct kvm *kvm, gmem_pfn_t pfn, u64 gpa)
{
	int ret;

	ret = rmp_make_private(kvm_gmem_pfn_to_rmp(pfn), gpa, PG_LEVEL_4K, sev_get_asid(kvm), true);
	if (ret)
		return ret;

	clear_page(pfn_to_kaddr(kvm_gmem_pfn_to_rmp(pfn))); /* bad */
	return 0;
}
