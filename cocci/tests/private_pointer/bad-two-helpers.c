// SPDX-License-Identifier: GPL-2.0
static int level3(unsigned long pfn) { return *(int *)__va(pfn << PAGE_SHIFT); }
static int level2(unsigned long pfn) { return level3(pfn); }
int top(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	kvm_pfn_t pfn;
	struct page *page;
	int r;
	if (kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL))
		return -1;
	r = level2(pfn); /* bad */
	put_page(page);
	return r;
}
