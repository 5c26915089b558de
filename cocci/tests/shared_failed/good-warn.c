// SPDX-License-Identifier: GPL-2.0
int warned(struct kvm *kvm, u64 pfn)
{
	int ret = rmp_make_shared(pfn, PG_LEVEL_4K);

	if (WARN_ONCE(ret, "pfn %llx: %d\n", pfn, ret)) {
		snp_leak_pages(pfn, 1);
		return -EIO;
	}
	free_page((unsigned long)pfn_to_kaddr(pfn));
	return 0;
}
