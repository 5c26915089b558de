// SPDX-License-Identifier: GPL-2.0-only
static int assign(u64 pfn, u64 gpa, u32 asid)
{
	if (!rmp_make_private(pfn, gpa, PG_LEVEL_4K, asid, true)) /* bad */
		return -EFAULT;

	return 0;
}

static int make_ready(u64 pfn, unsigned long nr_pages)
{
	int ret;

	ret = direct_map_get(pfn, nr_pages); /* bad */
	if (!ret)
		goto err;

	return 0;
err:
	pr_warn("PFN 0x%llx: direct map not split\n", pfn);
	return ret;
}

static struct page *firmware_page(struct page *page)
{
	if (!rmp_mark_pages_firmware(page_to_phys(page), 1, false)) { /* bad */
		snp_leak_pages(page_to_pfn(page), 1);
		return NULL;
	}
	return page;
}
