// SPDX-License-Identifier: GPL-2.0
int sev_convert(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	return rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), false);
}
