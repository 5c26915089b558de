// SPDX-License-Identifier: GPL-2.0-only
static int split_all(u64 pfn, u64 end)
{
	int ret;

	while (pfn < end) {
		ret = split_one(pfn);
		if (ret == -ENOMEM) /* bad */
			continue;
		if (ret)
			return ret;

		pfn += PTRS_PER_PMD;
	}
	return 0;
}
