// SPDX-License-Identifier: GPL-2.0
int kvm_gmem_fault_in(struct inode *inode, struct kvm_memory_slot *slot, pgoff_t index)
{
	struct folio *folio;

	folio = kvm_gmem_get_folio(inode, index);
	if (IS_ERR(folio))
		return PTR_ERR(folio);

	if (!folio_test_uptodate(folio)) {
		clear_highpage(folio_page(folio, 0));
		folio_mark_uptodate(folio);
	}

	folio_unlock(folio);
	folio_put(folio);
	return 0;
}
