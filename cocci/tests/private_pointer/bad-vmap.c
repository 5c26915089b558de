// SPDX-License-Identifier: GPL-2.0
static void *kvm_gmem_vmap(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, int n)
{
	struct page **pages = kvcalloc(n, sizeof(*pages), GFP_KERNEL);
	struct page *page;
	kvm_pfn_t pfn;
	int i;

	if (!pages)
		return NULL;
	for (i = 0; i < n; i++) {
		if (kvm_gmem_get_pfn(kvm, slot, gfn + i, &pfn, &page, NULL))
			break;
		pages[i] = page;
	}
	return vmap(pages, i, VM_MAP, PAGE_KERNEL); /* bad */
}
