// SPDX-License-Identifier: GPL-2.0
static int kvm_gmem_write_shared(struct inode *inode, pgoff_t index, const void *from)
{
	struct folio *folio = kvm_gmem_get_folio(inode, index);
	void *to;

	if (IS_ERR(folio))
		return PTR_ERR(folio);

	if (!kvm_gmem_is_shared_mem(inode, index)) {
		folio_unlock(folio);
		folio_put(folio);
		return -EPERM;
	}

	to = kmap_local_folio(folio, 0);
	memcpy(to, from, PAGE_SIZE);
	kunmap_local(to);
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}
