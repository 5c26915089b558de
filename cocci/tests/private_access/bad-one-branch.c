// SPDX-License-Identifier: GPL-2.0
int get_word(struct kvm *kvm, gfn_t gfn, bool check, u32 *word)
{
	if (check && kvm_mem_is_private(kvm, gfn))
		return -EPERM;

	return kvm_read_guest_page(kvm, gfn, word, 0, sizeof(*word)); /* bad */
}
