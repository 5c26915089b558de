// SPDX-License-Identifier: GPL-2.0
static int kvm_gmem_pfn_of(struct inode *inode, pgoff_t index, kvm_pfn_t *out)
{
	struct folio *folio;
	unsigned long p;

	folio = kvm_gmem_get_folio(inode, index);
	if (IS_ERR(folio))
		return PTR_ERR(folio);

	p = folio_file_pfn(folio, index);
	folio_unlock(folio);
	folio_put(folio);

	*out = p; /* bad */
	return 0;
}
