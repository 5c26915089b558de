// SPDX-License-Identifier: GPL-2.0
int platform(struct sev_device *sev, struct page *page, unsigned long pa)
{
	int ret = 0;

	if (sev->snp_initialized) {
		if (rmp_mark_pages_firmware(pa, 1, true)) {
			ret = -EFAULT;
			goto cleanup;
		}
	}

	ret = cmd(pa);

	if (sev->snp_initialized) {
		if (snp_reclaim_pages(pa, 1, true))
			return -EFAULT;
	}
cleanup:
	__free_pages(page, 0);
	return ret;
}
