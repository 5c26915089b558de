// SPDX-License-Identifier: GPL-2.0
static int hand_back(u64 pfn)
{
	struct rmp_state state;

	memset(&state, 0, sizeof(state));
	if (rmpupdate(pfn, &state)) { /* bad */
		snp_leak_pages(pfn, 1);
		return -EIO;
	}
	return 0;
}
