// SPDX-License-Identifier: GPL-2.0-only
static void free_vmsa(struct kvm_vcpu *vcpu)
{
	struct vcpu_svm *svm = to_svm(vcpu);

	snp_pool_free_page(virt_to_page(svm->sev_es.vmsa)); /* bad */

	if (is_sev_snp_guest(vcpu)) {
		u64 pfn = __pa(svm->sev_es.vmsa) >> PAGE_SHIFT;

		if (kvm_rmp_make_shared(vcpu->kvm, pfn, PG_LEVEL_4K))
			pr_err("PFN 0x%llx stays assigned\n", pfn);
	}
}

static void free_one(struct page *page)
{
	__free_page(page); /* bad */
	if (snp_reclaim_pages(page_to_phys(page), 1, false))
		pr_err("not reclaimed\n");
}
