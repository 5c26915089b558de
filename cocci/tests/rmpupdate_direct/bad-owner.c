// SPDX-License-Identifier: GPL-2.0
static int rmpupdate(u64 pfn, struct rmp_state *state)
{
	return issue(pfn << PAGE_SHIFT, state);
}

int rmp_make_private(u64 pfn, u64 gpa, enum pg_level level, u32 asid, bool immutable)
{
	struct rmp_state state;

	memset(&state, 0, sizeof(state));
	state.assigned = 1;
	state.asid = asid;
	state.immutable = immutable;
	state.gpa = gpa;
	state.pagesize = PG_LEVEL_TO_RMP(level);

	return rmpupdate(pfn, &state); /* bad */
}
