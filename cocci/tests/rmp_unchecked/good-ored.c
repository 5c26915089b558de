// SPDX-License-Identifier: GPL-2.0
int both(u64 a, u64 b)
{
	int ret;

	ret = rmp_make_shared(a, PG_LEVEL_4K);
	ret = ret ?: rmp_make_shared(b, PG_LEVEL_4K);
	if (ret)
		snp_leak_pages(a, 1);
	return ret;
}
