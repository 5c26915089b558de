// SPDX-License-Identifier: GPL-2.0
int pin_backing(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, struct page **pages, int n)
{
	unsigned long hva = slot->userspace_addr + ((gfn - slot->base_gfn) << PAGE_SHIFT);
	struct page *page;
	kvm_pfn_t pfn;

	if (!kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL)) {
		put_page(page);
		return 0;
	}
	return pin_user_pages_fast(hva, n, FOLL_WRITE | FOLL_LONGTERM, pages); /* bad */
}
