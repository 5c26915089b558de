// SPDX-License-Identifier: GPL-2.0-only
static int take_apart(u64 pfn)
{
	int ret;

	do {
		ret = psmash(pfn); /* bad */
	} while (ret);

	return ret;
}

static int give_back(u64 pfn)
{
again:
	if (rmp_make_shared(pfn, PG_LEVEL_4K)) { /* bad */
		cpu_relax();
		goto again;
	}
	return 0;
}

static void give_back_too(u64 pfn)
{
	for (;;) {
		if (!rmp_make_shared(pfn, PG_LEVEL_4K)) /* bad */
			break;
	}
}
