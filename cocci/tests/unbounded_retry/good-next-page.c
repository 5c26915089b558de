// SPDX-License-Identifier: GPL-2.0-only
static int give_back(u64 pfn, u64 end)
{
	for (; pfn < end; pfn++) {
		if (rmp_make_shared(pfn, PG_LEVEL_4K))
			snp_leak_pages(pfn, 1);
	}
	return 0;
}

static int each(struct kvm *kvm, struct list_head *pages)
{
	struct entry *entry;

	list_for_each_entry(entry, pages, list) {
		u64 pfn = page_to_pfn(entry->page);

		if (rmp_make_private(pfn, entry->gpa, PG_LEVEL_4K, 1, false))
			return -EFAULT;
	}
	return 0;
}

static int range(u64 first, unsigned long nr, unsigned long step)
{
	u64 pfn;

	for (pfn = first; pfn < first + nr; pfn += step) {
		if (psmash(pfn))
			return -EFAULT;
	}
	return 0;
}
