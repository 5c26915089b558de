// SPDX-License-Identifier: GPL-2.0-only
static int assign(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	int rc;

	rc = rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), false); /* bad */
	if (rc == -ENODEV)
		return rc;

	rc = track_assigned(kvm, gfn);
	return rc;
}
