// SPDX-License-Identifier: GPL-2.0
static int insist(u64 pfn, u32 asid)
{
	unsigned int n = 0;

	while (rmp_make_private(pfn, 0, PG_LEVEL_4K, asid, false)) {
		if (++n > 3)
			return -EIO;
		cpu_relax();
	}
	return 0;
}
