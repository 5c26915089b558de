// SPDX-License-Identifier: GPL-2.0
int snp_back(u64 pfn, bool large)
{
	if (large)
		return rmp_make_shared(pfn, PG_LEVEL_2M);

	return rmp_make_shared(pfn, PG_LEVEL_4K);
}
