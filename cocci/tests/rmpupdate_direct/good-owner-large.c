// SPDX-License-Identifier: GPL-2.0-only
static int rmpupdate(u64 pfn, struct rmp_state *state)
{
	return issue(pfn << PAGE_SHIFT, state);
}

static unsigned long fill(u64 pfn, unsigned long nr, struct rmp_state *state)
{
	unsigned long done;

	for (done = 0; done < nr; done++) {
		if (rmpupdate(pfn + done, state))
			break;
	}
	return done;
}

/* What is large needs nothing. */
int rmp_make_private_range(u64 pfn, u64 large, unsigned long nr, struct rmp_state *state)
{
	int ret;

	ret = direct_map_get(pfn, nr);
	if (ret)
		return ret;

	if (fill(pfn, nr, state) < nr)
		return -EFAULT;
	return fill(large, 1, state) ? 0 : -EFAULT;
}
