// SPDX-License-Identifier: GPL-2.0
int populate(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;
	int r = -EINVAL;

	mutex_lock(&kvm->slots_lock);
	if (kvm_range_has_memory_attributes(kvm, gfn, gfn + 1, 8, 8))
		r = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
	mutex_unlock(&kvm->slots_lock);
	return r;
}
