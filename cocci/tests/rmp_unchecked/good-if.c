// SPDX-License-Identifier: GPL-2.0
static int snp_convert(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	if (rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), false))
		return -EINVAL;

	return 0;
}
