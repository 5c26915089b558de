// SPDX-License-Identifier: GPL-2.0
static int sev_alloc_vmsa(struct vcpu_svm *svm, u64 gpa)
{
	struct page *page = snp_pool_alloc_page(NUMA_NO_NODE, GFP_KERNEL_ACCOUNT);
	u64 pfn;

	if (!page)
		return -ENOMEM;

	svm->sev_es.vmsa = page_address(page);
	clear_page(svm->sev_es.vmsa);
	pfn = page_to_pfn(page);
	return rmp_make_private(pfn, gpa, PG_LEVEL_4K, 1, true);
}
