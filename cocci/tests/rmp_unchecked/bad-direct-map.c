// SPDX-License-Identifier: GPL-2.0
static int assign(u64 pfn, unsigned long n, struct rmp_state *state)
{
	direct_map_get(pfn, n); /* bad */

	return issue(pfn, n, state);
}
