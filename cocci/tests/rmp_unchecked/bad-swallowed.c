// SPDX-License-Identifier: GPL-2.0-only
static int assign(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	int rc;

	rc = rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), false); /* bad */
	if (rc) {
		pr_err_ratelimited("GFN %llx: %d\n", gfn, rc);
		return 0;
	}

	return 1;
}

static int make_ready(u64 pfn)
{
	if (WARN_ON_ONCE(direct_map_track(pfn))) /* bad */
		return 0;

	return mark_ready(pfn);
}
