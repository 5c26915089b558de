// SPDX-License-Identifier: GPL-2.0
static int snp_context_create(struct kvm_sev_info *sev, struct page *page)
{
	int rc;

	rc = rmp_make_private(page_to_pfn(page), 0, PG_LEVEL_4K, 0, true);
	if (rc)
		goto e_free;

	rc = sev_do_cmd(SEV_CMD_SNP_GCTX_CREATE, page_address(page), &sev->fw_error);
	if (!rc)
		return 0;

	if (snp_reclaim_pages(page_to_phys(page), 1, false))
		return -EIO;
e_free:
	__free_page(page);
	return rc;
}
