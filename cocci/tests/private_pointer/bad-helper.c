// SPDX-License-Identifier: GPL-2.0
static void *window(struct mapper *m, unsigned long frame)
{
	m->nr++;
	return pfn_to_kaddr(frame);
}

static int fill(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, struct mapper *m)
{
	kvm_pfn_t pfn;
	struct page *page;

	if (kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL))
		return -EFAULT;
	memset(window(m, pfn), 0, 64); /* bad */
	kvm_release_page_clean(page);
	return 0;
}
