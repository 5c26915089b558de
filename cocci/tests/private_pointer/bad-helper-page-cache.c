// SPDX-License-Identifier: GPL-2.0
static struct folio *kvm_gmem_find(struct file *file, pgoff_t index)
{
	return filemap_get_folio(file->f_mapping, index);
}

static u8 kvm_gmem_first_byte(struct file *file, pgoff_t index)
{
	struct folio *folio = kvm_gmem_find(file, index);
	u8 byte;

	if (IS_ERR(folio))
		return 0;

	byte = *(u8 *)folio_address(folio); /* bad */
	folio_put(folio);
	return byte;
}
