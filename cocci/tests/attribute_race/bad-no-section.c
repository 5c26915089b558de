// SPDX-License-Identifier: GPL-2.0
int tdx_prepare(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;
	int r;

	if (!kvm_mem_is_private(kvm, gfn)) /* bad */
		return -EINVAL;

	r = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
	if (r)
		return r;
	r = note_pfn(kvm, pfn);
	kvm_release_page_clean(page);
	return r;
}
