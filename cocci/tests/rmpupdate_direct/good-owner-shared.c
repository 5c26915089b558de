// SPDX-License-Identifier: GPL-2.0
static int rmpupdate(u64 pfn, struct rmp_state *state)
{
	return issue(pfn << PAGE_SHIFT, state);
}

int rmp_make_shared(u64 pfn, enum pg_level level)
{
	struct rmp_state state = { };

	state.pagesize = PG_LEVEL_TO_RMP(level);
	return rmpupdate(pfn, &state);
}
