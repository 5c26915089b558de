// SPDX-License-Identifier: GPL-2.0
static void insist(u64 pfn, u32 asid)
{
	while (rmp_make_private(pfn, 0, PG_LEVEL_4K, asid, false)) /* bad */
		cpu_relax();
}
