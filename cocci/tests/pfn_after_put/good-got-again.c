// SPDX-License-Identifier: GPL-2.0
int twice(struct kvm *kvm, struct kvm_memory_slot *a, gfn_t gfn, gfn_t other)
{
	struct page *page;
	kvm_pfn_t pfn;

	if (kvm_gmem_get_pfn(kvm, a, gfn, &pfn, &page, NULL))
		return -EFAULT;
	note(pfn);
	put_page(page);

	if (kvm_gmem_get_pfn(kvm, a, other, &pfn, &page, NULL))
		return -EFAULT;
	note(pfn);
	put_page(page);
	return 0;
}
