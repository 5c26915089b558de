// SPDX-License-Identifier: GPL-2.0
static int rmpupdate(u64 pfn, struct rmp_state *state)
{
	return issue(pfn << PAGE_SHIFT, state);
}

static unsigned long assign_some(u64 pfn, unsigned long n, struct rmp_state *st)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		if (rmpupdate(pfn + i, st))
			break;
	}
	return i;
}

int rmp_make_private_range(u64 pfn, u64 gpa, unsigned long nr, u32 asid)
{
	struct rmp_state st = { .gpa = gpa, .asid = asid, .assigned = true };
	unsigned long done;
	int ret;

	done = assign_some(pfn, nr, &st); /* bad */
	ret = direct_map_get(pfn, nr);
	if (ret)
		return ret;
	return done == nr ? 0 : -EFAULT;
}
