// SPDX-License-Identifier: GPL-2.0
int g(struct inode *inode)
{
	struct folio *folio;
	do {
		folio = kvm_gmem_get_folio(inode, 0);
	} while (IS_ERR(folio) && PTR_ERR(folio) == -EAGAIN); /* bad */
	return 0;
}
