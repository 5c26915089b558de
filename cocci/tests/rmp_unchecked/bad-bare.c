// SPDX-License-Identifier: GPL-2.0
static void snp_convert(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	if (!sev_snp_guest(kvm))
		return;

	rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), false); /* bad */
	trace_snp_convert(gfn);
}
