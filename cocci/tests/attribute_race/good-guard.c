// SPDX-License-Identifier: GPL-2.0
int check_and_map(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;

	guard(mutex)(&kvm->slots_lock);

	if (!kvm_mem_is_private(kvm, gfn))
		return -EINVAL;
	return kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
}
