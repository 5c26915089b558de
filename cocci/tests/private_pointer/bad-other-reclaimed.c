// SPDX-License-Identifier: GPL-2.0-only
static void *look_at(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;
	void *buf;

	buf = snp_alloc_firmware_page(GFP_KERNEL);
	if (!buf)
		return NULL;

	if (kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL))
		return NULL;

	if (snp_page_reclaim(kvm, PHYS_PFN(__pa(buf))))
		return NULL;

	memcpy(buf, pfn_to_kaddr(pfn), PAGE_SIZE); /* bad */
	kvm_release_page_clean(page);
	return buf;
}
