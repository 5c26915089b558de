// SPDX-License-Identifier: GPL-2.0-only
static int assign(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	int rc;

	rc = rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), false);
	if (rc)
		pr_err_ratelimited("GFN %llx: %d\n", gfn, rc);

	return rc;
}

static int assign_or_not(u64 pfn, u64 gpa, u32 asid)
{
	int ret;

	ret = rmp_make_private(pfn, gpa, PG_LEVEL_4K, asid, false);
	if (ret == -ENODEV)
		return 0;
	if (ret < 0)
		return ret;

	if (!direct_map_track(pfn))
		return 0;

	return -EBUSY;
}

static int take_apart(kvm_pfn_t pfn)
{
	int ret;

	ret = psmash(pfn);
	if (ret > 0)
		return -EIO;

	return ret;
}
