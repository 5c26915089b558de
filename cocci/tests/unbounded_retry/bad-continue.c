// SPDX-License-Identifier: GPL-2.0
int update(u64 pfn, struct rmp_state *state)
{
	while (true) {
		int ret = issue(pfn, state);

		if (ret == RMPUPDATE_FAIL_OVERLAP) /* bad */
			continue;
		return ret;
	}
}
