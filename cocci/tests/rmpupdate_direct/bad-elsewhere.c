// SPDX-License-Identifier: GPL-2.0
int sev_convert(struct kvm *kvm, u64 pfn, gfn_t gfn)
{
	struct rmp_state state = {
		.gpa = gfn_to_gpa(gfn),
		.asid = sev_get_asid(kvm),
		.assigned = 1,
	};

	return rmpupdate(pfn, &state); /* bad */
}
