// SPDX-License-Identifier: GPL-2.0
static int rmpupdate(u64 pfn, struct rmp_state *state)
{
	int ret = adjust_direct_map(pfn, state->pagesize);

	if (ret)
		return ret;
	return issue(pfn << PAGE_SHIFT, state);
}

int rmp_make_private(u64 pfn, u64 gpa, enum pg_level level, u32 asid, bool immutable)
{
	struct rmp_state state = { .assigned = 1, .gpa = gpa, .asid = asid };

	return rmpupdate(pfn, &state);
}
