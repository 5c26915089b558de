// SPDX-License-Identifier: GPL-2.0
void unmake(u64 start, unsigned long n)
{
	u64 pfn;

	for (pfn = start; pfn < start + n; pfn++)
		(void)rmp_make_shared(pfn, PG_LEVEL_4K); /* bad */
}
