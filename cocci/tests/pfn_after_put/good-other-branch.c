// SPDX-License-Identifier: GPL-2.0
static int lookup(struct inode *inode, pgoff_t index, kvm_pfn_t *pfn)
{
	struct folio *folio = kvm_gmem_get_folio(inode, index);

	if (IS_ERR(folio))
		return PTR_ERR(folio);

	if (folio_test_hwpoison(folio)) {
		folio_unlock(folio);
		folio_put(folio);
		return -EHWPOISON;
	}
	*pfn = folio_file_pfn(folio, index);
	return 0;
}
