// SPDX-License-Identifier: GPL-2.0
int f(struct page *page)
{
	int ret;
	ret = rmp_make_private(page_to_pfn(page), 0, PG_LEVEL_4K, 0, true);
	if (ret) {
		__free_page(page);
		return ret;
	}
	if (copy_from_user(a, b, c)) {
		ret = -EFAULT;
		goto out;
	}
	return 0;
out:
	__free_page(page); /* bad */
	return ret;
}
