// SPDX-License-Identifier: GPL-2.0
int mark(u64 pfn, unsigned int npages)
{
	int rc = 0, i;

	for (i = 0; i < npages; i++, pfn++) {
		rc = rmp_make_private(pfn, 0, PG_LEVEL_4K, 0, true);
		if (rc)
			goto cleanup;
	}
	return 0;

cleanup:
	snp_reclaim_pages(pfn << PAGE_SHIFT, i, true);
	return rc;
}
