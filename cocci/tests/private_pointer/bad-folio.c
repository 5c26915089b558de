// SPDX-License-Identifier: GPL-2.0
static int kvm_gmem_copy_out(struct inode *inode, pgoff_t index, void *to)
{
	struct folio *folio = kvm_gmem_get_folio(inode, index);
	void *from;

	if (IS_ERR(folio))
		return PTR_ERR(folio);

	from = kmap_local_folio(folio, 0); /* bad */
	memcpy(to, from, PAGE_SIZE);
	kunmap_local(from);
	folio_unlock(folio);
	folio_put(folio);
	return 0;
}
