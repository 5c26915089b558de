// SPDX-License-Identifier: GPL-2.0-only
static int rmpupdate(u64 pfn, struct rmp_state *state)
{
	return issue(pfn << PAGE_SHIFT, state);
}

int rmp_make_private_range(u64 pfn, unsigned long nr, struct rmp_state *state)
{
	int ret;

	ret = nr > 1 ? direct_map_get(pfn, nr) : 0; /* bad */
	if (ret)
		return ret;

	return rmpupdate(pfn, state);
}

int rmp_make_private_quick(u64 pfn, struct rmp_state *state)
{
	if (!direct_map_is_small(pfn) && direct_map_get(pfn, 1)) /* bad */
		return -ENOMEM;

	return rmpupdate(pfn, state);
}
