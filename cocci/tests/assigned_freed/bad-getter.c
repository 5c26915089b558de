// SPDX-License-Identifier: GPL-2.0-only
static void *context_create(struct kvm *kvm)
{
	void *context = snp_alloc_firmware_page(GFP_KERNEL_ACCOUNT);

	if (!context)
		return NULL;

	if (issue_create(kvm, context)) {
		snp_free_firmware_page(context);
		return NULL;
	}
	return context;
}

static int start(struct kvm *kvm, struct info *info)
{
	info->context = context_create(kvm);
	return info->context ? 0 : -ENOMEM;
}

static void stop(struct info *info)
{
	if (decommission(info->context))
		free_page((unsigned long)info->context); /* bad */
	else
		snp_free_firmware_page(info->context);
}
