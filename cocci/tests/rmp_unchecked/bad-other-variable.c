// SPDX-License-Identifier: GPL-2.0
int sev_setup(struct kvm *kvm, u64 pfn)
{
	int ret, rc;

	ret = sev_guest_init(kvm);
	if (ret)
		return ret;

	rc = snp_page_reclaim(kvm, pfn); /* bad */
	if (ret)
		return ret;

	sev_go(kvm);
	return 0;
}
