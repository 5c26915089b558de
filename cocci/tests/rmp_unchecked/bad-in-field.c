// SPDX-License-Identifier: GPL-2.0-only
static int populate(struct populate_args *args, u64 pfn, u64 gpa, u32 asid)
{
	args->rmp_error = rmp_make_private(pfn, gpa, PG_LEVEL_4K, asid, true); /* bad */

	return launch(args, pfn);
}

static int give_back(u64 pfn)
{
	struct result res;

	res.code = rmp_make_shared(pfn, PG_LEVEL_4K); /* bad */
	return 0;
}

static int launch_one(struct populate_args *args, u64 pfn, u64 gpa, u32 asid)
{
	int ret;

	args->error = rmp_make_private(pfn, gpa, PG_LEVEL_4K, asid, true); /* bad */
	ret = issue_cmd(args->fd, LAUNCH_UPDATE, &args->error);
	if (ret && args->error == -EFAULT)
		return -EFAULT;

	return ret;
}
