// SPDX-License-Identifier: GPL-2.0
static void *get_report(struct sev_device *sev, int *len)
{
	void *buf, *copy = NULL;

	buf = snp_alloc_firmware_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!buf)
		return NULL;

	if (!sev_report(sev, buf, len))
		copy = kmemdup(buf, *len, GFP_KERNEL);

	snp_free_firmware_page(buf);
	return copy;
}
