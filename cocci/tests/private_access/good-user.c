// SPDX-License-Identifier: GPL-2.0-only
static int word(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, u64 *word)
{
	unsigned long hva = slot->userspace_addr + ((gfn - slot->base_gfn) << PAGE_SHIFT);

	if (kvm_mem_is_private(kvm, gfn))
		return -EFAULT;

	return get_user(*word, (u64 __user *)hva);
}

static int ioctl(struct kvm *kvm, void __user *argp)
{
	struct kvm_memory_attributes attrs;

	if (copy_from_user(&attrs, argp, sizeof(attrs)))
		return -EFAULT;
	return 0;
}
