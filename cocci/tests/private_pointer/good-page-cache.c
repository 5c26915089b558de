// SPDX-License-Identifier: GPL-2.0-only
static void *firmware_page(struct file *image, pgoff_t index)
{
	struct folio *folio = read_mapping_folio(image->f_mapping, index, image);

	if (IS_ERR(folio))
		return NULL;

	return folio_address(folio);
}

static int assign(u64 pfn, u64 gpa, u32 asid)
{
	return rmp_make_private(pfn, gpa, PG_LEVEL_4K, asid, false);
}
