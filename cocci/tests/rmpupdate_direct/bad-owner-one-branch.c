// SPDX-License-Identifier: GPL-2.0
static int rmpupdate(u64 pfn, struct rmp_state *state)
{
	return issue(pfn << PAGE_SHIFT, state);
}

int rmp_assign(u64 pfn, unsigned long nr, bool large)
{
	struct rmp_state st = { .assigned = 1 };
	int ret;

	if (large) {
		ret = direct_map_get(pfn, nr);
		if (ret)
			return ret;
	}
	return rmpupdate(pfn, &st); /* bad */
}
