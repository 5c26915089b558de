// SPDX-License-Identifier: GPL-2.0
int snp_shrink(u64 pfn, unsigned long nr)
{
	unsigned long n;

	for (n = 0; n < nr; n++) {
		if (rmp_make_shared(pfn + n, PG_LEVEL_4K)) /* bad */
			break;
	}

	pr_debug("gave %lu back\n", n);
	return 0;
}
