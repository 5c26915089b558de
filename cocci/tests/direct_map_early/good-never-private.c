// SPDX-License-Identifier: GPL-2.0
int undo(u64 pfn, unsigned long nr)
{
	int ret = direct_map_get(pfn, nr);

	if (ret)
		return ret;
	ret = hook(pfn);
	if (ret)
		direct_map_put(pfn, nr);
	return ret;
}
