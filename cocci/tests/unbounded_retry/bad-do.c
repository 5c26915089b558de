// SPDX-License-Identifier: GPL-2.0
static int smash(u64 pfn)
{
	int ret;

	do {
		ret = psmash(pfn);
	} while (ret == PSMASH_FAIL_INUSE); /* bad */

	return ret;
}
