// SPDX-License-Identifier: GPL-2.0
int f(u64 pfn)
{
	int rc;
	if (x)
		rc = rmp_make_shared(pfn, 1); /* bad */
	else
		rc = 0;
	return 0;
}
