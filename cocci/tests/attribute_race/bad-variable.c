// SPDX-License-Identifier: GPL-2.0
int f(struct kvm *kvm, gfn_t gfn, struct kvm_memory_slot *slot)
{
	bool priv = kvm_mem_is_private(kvm, gfn); /* bad */
	if (priv)
		return kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
	return 0;
}
