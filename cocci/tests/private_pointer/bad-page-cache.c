// SPDX-License-Identifier: GPL-2.0-only
static u8 *kvm_gmem_byte(struct kvm_memory_slot *slot, struct file *file, gpa_t gpa)
{
	struct folio *folio;
	u8 *addr;

	folio = filemap_get_folio(file->f_mapping, kvm_gmem_get_index(slot, gpa_to_gfn(gpa)));
	if (IS_ERR(folio))
		return NULL;

	addr = folio_address(folio) + offset_in_page(gpa); /* bad */
	folio_put(folio);
	return addr;
}
