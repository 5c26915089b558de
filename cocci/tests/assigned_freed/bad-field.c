// SPDX-License-Identifier: GPL-2.0
static int resp_init(struct kvm_sev_info *sev)
{
	sev->guest_resp_buf = snp_alloc_firmware_page(GFP_KERNEL_ACCOUNT);

	return sev->guest_resp_buf ? 0 : -ENOMEM;
}

static void resp_cleanup(struct kvm_sev_info *info)
{
	if (!info->guest_resp_buf)
		return;

	__free_page(virt_to_page(info->guest_resp_buf)); /* bad */
	info->guest_resp_buf = NULL;
}
