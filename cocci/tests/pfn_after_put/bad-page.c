// SPDX-License-Identifier: GPL-2.0
int node_of(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;
	int r = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);

	if (!r) {
		kvm_release_page_unused(page);
		r = page_to_nid(page); /* bad */
	}
	return r;
}
