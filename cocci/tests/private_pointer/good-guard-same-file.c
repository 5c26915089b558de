// SPDX-License-Identifier: GPL-2.0
/* The guard is in the same file as its user. */
void *kvm_gmem_address(gmem_pfn_t pfn)
{
	return page_address(pfn_to_page(ACCESS_PRIVATE(&pfn, val)));
}

int kvm_gmem_get_pfn(struct kvm *kvm, gfn_t gfn, gmem_pfn_t *pfn)
{
	struct folio *folio = __kvm_gmem_get_pfn(kvm, gfn, pfn);
	void *addr;

	if (!folio_test_uptodate(folio)) {
		addr = kvm_gmem_address(*pfn);
		if (IS_ERR(addr))
			return PTR_ERR(addr);
		clear_highpage(folio_page(folio, 0));
	}
	return 0;
}
