// SPDX-License-Identifier: GPL-2.0
static void restore(struct folio *f)
{
	kvm_gmem_map_direct(f);
}
int g(struct folio *f)
{
	restore(f); /* bad */
	if (rmp_make_shared(folio_pfn(f), 1)) {
		kvm_gmem_leak_folio(f);
		return -EIO;
	}
	return 0;
}
