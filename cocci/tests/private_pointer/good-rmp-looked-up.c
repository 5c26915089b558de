// SPDX-License-Identifier: GPL-2.0
static int sev_gmem_fill(struct kvm *kvm, gfn_t gfn, kvm_pfn_t pfn, struct page *src)
{
	bool assigned = false;
	int level, ret;
	void *dst;

	ret = snp_lookup_rmpentry((u64)pfn, &assigned, &level);
	if (ret || assigned)
		return ret ? -EINVAL : -EEXIST;

	dst = kmap_local_pfn(pfn);
	memcpy_from_page(dst, src, 0, PAGE_SIZE);
	kunmap_local(dst);

	return rmp_make_private(pfn, gfn_to_gpa(gfn), PG_LEVEL_4K, sev_get_asid(kvm), true);
}
