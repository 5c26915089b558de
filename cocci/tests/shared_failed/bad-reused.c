// SPDX-License-Identifier: GPL-2.0
int recycle(struct buf *b, u64 pfn)
{
	int err;

	err = rmp_make_shared_range(pfn, b->nr, NULL);
	if (err < 0)
		pr_err("recycle: %d\n", err);

	list_add(&b->list, &b->pool->free); /* bad */
	return err;
}
