// SPDX-License-Identifier: GPL-2.0
struct tdx_pending {
	struct list_head list;
	struct page *target;
	gfn_t gfn;
};

int tdx_queue(struct kvm *kvm, struct kvm_memory_slot *slot, struct tdx_pending *pend)
{
	kvm_pfn_t pfn;

	return kvm_gmem_get_pfn(kvm, slot, pend->gfn, &pfn, &pend->target, NULL);
}

void tdx_flush_one(struct tdx_pending *p)
{
	clear_page(page_address(p->target)); /* bad */
	list_del(&p->list);
}
