// SPDX-License-Identifier: GPL-2.0
int top(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	kvm_pfn_t pfn;
	struct page *page;
	if (kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL))
		return -1;
	return *(int *)(page_offset_base + (pfn << PAGE_SHIFT)); /* bad */
}
