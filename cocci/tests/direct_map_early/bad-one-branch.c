// SPDX-License-Identifier: GPL-2.0
int convert_one(struct folio *f, bool firmware)
{
	if (firmware)
		kvm_arch_gmem_map_direct(folio_page(f, 0), 1); /* bad */

	if (snp_page_reclaim(f->kvm, folio_pfn(f)))
		return -EIO;

	if (!firmware)
		kvm_arch_gmem_map_direct(folio_page(f, 0), 1);
	return 0;
}
