// SPDX-License-Identifier: GPL-2.0
static int to_host(struct vm_area *area, unsigned long i)
{
	int rc;

	rc = rmp_make_shared_range(area->pfn + i, 1, NULL);
	if (rc)
		pr_err("pfn %lx stays\n", area->pfn + i);
	return rc;
}

void area_destroy(struct vm_area *area)
{
	unsigned long i;

	for (i = 0; i < area->nr; i++)
		to_host(area, i); /* bad */
}
