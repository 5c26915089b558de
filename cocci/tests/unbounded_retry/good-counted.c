// SPDX-License-Identifier: GPL-2.0
static int smash(u64 pfn)
{
	unsigned int tries = 0;
	int ret;

	do {
		ret = psmash(pfn);
		if (ret != PSMASH_FAIL_INUSE)
			break;
		cpu_relax();
	} while (++tries < MAX_TRIES);

	return ret;
}
