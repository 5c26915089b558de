// SPDX-License-Identifier: GPL-2.0
int f(struct kvm *kvm, struct kvm_memory_slot *slot, struct foo *foo)
{
	if (kvm_gmem_get_pfn(kvm, slot, foo->gfn, &foo->pfn, &foo->page, NULL))
		return -1;
	put_page(foo->page);
	use(foo->pfn); /* bad */
	return 0;
}
