// SPDX-License-Identifier: GPL-2.0-only
static int take_apart(kvm_pfn_t pfn)
{
	int ret;

	ret = psmash(pfn & ~(PTRS_PER_PMD - 1)); /* bad */
	if (ret < 0)
		return ret;

	return 0;
}
