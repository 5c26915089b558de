// SPDX-License-Identifier: GPL-2.0
static int kvm_gmem_scrub(struct inode *inode, pgoff_t index)
{
	struct folio *folio = kvm_gmem_get_folio(inode, index);
	int err = 0;

	if (IS_ERR(folio))
		return PTR_ERR(folio);

	if (kvm_gmem_is_shared_mem(inode, index)) {
		err = -EBUSY;
		goto unlock;
	}

	folio_zero_range(folio, 0, PAGE_SIZE); /* bad */
unlock:
	folio_unlock(folio);
	folio_put(folio);
	return err;
}
