// SPDX-License-Identifier: GPL-2.0-only
static int rmp_fault_word(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, u64 *word)
{
	unsigned long hva = slot->userspace_addr + ((gfn - slot->base_gfn) << PAGE_SHIFT);

	if (!kvm_mem_is_private(kvm, gfn))
		return 0;

	return get_user(*word, (u64 __user *)hva); /* bad */
}

static int rmp_fault_copy(struct kvm *kvm, struct kvm_memory_slot *slot, void *buf)
{
	return copy_from_user(buf, (void __user *)slot->userspace_addr, PAGE_SIZE); /* bad */
}
