// SPDX-License-Identifier: GPL-2.0-only
static int assign(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	int rc;

	rc = rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), false); /* bad */
	if (rc > 0) {
		pr_err_ratelimited("GFN %llx: %d\n", gfn, rc);
		return -EINVAL;
	}

	return 0;
}

static bool give_back(u64 pfn)
{
	if (rmp_make_shared(pfn, PG_LEVEL_4K) == 1) /* bad */
		return false;

	return true;
}
