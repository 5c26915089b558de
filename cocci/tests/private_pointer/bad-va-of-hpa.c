// SPDX-License-Identifier: GPL-2.0
static void snp_dump_secret(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	kvm_pfn_t pfn;
	struct page *page;
	hpa_t hpa;

	if (kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL) < 0) {
		pr_debug("no page for %llx\n", gfn);
		return;
	}

	hpa = pfn_to_hpa(pfn) + SECRET_OFFSET;
	print_hex_dump_debug("secret: ", DUMP_PREFIX_NONE, 16, 1,
			     __va(hpa), 64, false); /* bad */
	kvm_release_page_unused(page);
}
