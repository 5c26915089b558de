// SPDX-License-Identifier: GPL-2.0-only
static int populate(struct populate_args *args, u64 pfn, u64 gpa, u32 asid)
{
	args->rmp_error = rmp_make_private(pfn, gpa, PG_LEVEL_4K, asid, true);
	if (args->rmp_error)
		return -EIO;

	return launch(args, pfn);
}

static bool is_ready(u64 pfn)
{
	int ret;

	ret = direct_map_track(pfn);
	if (ret)
		return false;

	return true;
}
