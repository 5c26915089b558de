// SPDX-License-Identifier: GPL-2.0
static int drop_large(u64 pfn, struct rmp_state *state)
{
	int rc = rmpupdate(pfn, state);

	direct_map_put_large(pfn); /* bad */
	return rc;
}
