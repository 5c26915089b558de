// SPDX-License-Identifier: GPL-2.0
int snp_copy_certs(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, struct page *src_page)
{
	struct page *page;
	kvm_pfn_t pfn;
	void *certs;
	int r;

	r = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
	if (r)
		return r;

	certs = kmap_local_page(src_page);
	r = parse_certs(certs);
	kunmap_local(certs);

	r = r ?: rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, 3, false);
	kvm_release_page_clean(page);
	return r;
}
