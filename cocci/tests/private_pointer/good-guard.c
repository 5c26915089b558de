// SPDX-License-Identifier: GPL-2.0
static int sev_gmem_fill(gmem_pfn_t pfn, struct page *src_page)
{
	void *src;

	CLASS(kvm_gmem_access, dst)(pfn);
	if (IS_ERR(dst))
		return PTR_ERR(dst);

	src = kmap_local_page(src_page);
	memcpy(dst, src, PAGE_SIZE);
	kunmap_local(src);
	return 0;
}

static void sev_gmem_flush(gmem_pfn_t pfn, unsigned int nr_pages)
{
	void *addr = kvm_gmem_address(pfn);

	if (!IS_ERR(addr))
		clflush_cache_range(addr, nr_pages << PAGE_SHIFT);
}
