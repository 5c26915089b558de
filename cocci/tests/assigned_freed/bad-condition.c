// SPDX-License-Identifier: GPL-2.0
int status(struct sev_device *sev, struct page *page)
{
	unsigned long pa = page_to_phys(page);
	int ret;

	if (rmp_mark_pages_firmware(pa, 1, true))
		return -EFAULT;

	ret = cmd(sev, pa);
	__free_pages(page, 0); /* bad */
	return ret;
}
