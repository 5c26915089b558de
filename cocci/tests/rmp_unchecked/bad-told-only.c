// SPDX-License-Identifier: GPL-2.0-only
static struct page *firmware_page(gfp_t gfp)
{
	struct page *page = snp_pool_alloc_page(NUMA_NO_NODE, gfp);

	if (!page)
		return NULL;

	if (rmp_mark_pages_firmware(page_to_phys(page), 1, false)) /* bad */
		pr_warn("page not given to the firmware\n");

	return page;
}

static int assign(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	int rc;

	rc = rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), false); /* bad */
	if (rc) {
		pr_err_ratelimited("GFN %llx: %d\n", gfn, rc);
	}

	return 0;
}
