// SPDX-License-Identifier: GPL-2.0
int g(u64 pfn)
{
	int rc;
	bool again;
	do {
		rc = psmash(pfn);
		again = rc == PSMASH_FAIL_INUSE; /* bad */
	} while (again);
	return 0;
}
