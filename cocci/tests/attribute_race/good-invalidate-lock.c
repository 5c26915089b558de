// SPDX-License-Identifier: GPL-2.0
long fill(struct kvm *kvm, struct file *file, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;
	long ret = -EINVAL;

	filemap_invalidate_lock(file->f_mapping);
	if (kvm_mem_is_private(kvm, gfn))
		ret = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
	filemap_invalidate_unlock(file->f_mapping);
	return ret;
}
