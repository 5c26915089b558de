// SPDX-License-Identifier: GPL-2.0-only
static int prepare(struct kvm *kvm, struct file *file, pgoff_t index, gfn_t gfn)
{
	struct folio *folio;
	int r;

	folio = kvm_gmem_get_folio(file_inode(file), index);
	if (IS_ERR(folio))
		return PTR_ERR(folio);

	folio_unlock(folio);
	wait_for_user(kvm);
	folio_lock(folio);

	r = kvm_arch_gmem_make_private(kvm, gfn, folio_pfn(folio), 1);

	folio_unlock(folio);
	folio_put(folio);
	return r;
}
