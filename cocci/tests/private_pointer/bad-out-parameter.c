// SPDX-License-Identifier: GPL-2.0
int get(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, kvm_pfn_t *out)
{
	struct page *page;
	return kvm_gmem_get_pfn(kvm, slot, gfn, out, &page, NULL);
}
int top(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	kvm_pfn_t pfn;
	if (get(kvm, slot, gfn, &pfn))
		return -1;
	return *(int *)pfn_to_kaddr(pfn); /* bad */
}
