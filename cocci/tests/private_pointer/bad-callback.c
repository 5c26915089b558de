// SPDX-License-Identifier: GPL-2.0
static int tdx_post_populate(struct kvm *kvm, gfn_t gfn, kvm_pfn_t dst, struct page *src, void *arg)
{
	void *from = kmap_local_page(src);
	void *to = kmap_local_pfn(dst);

	memcpy(to, from, PAGE_SIZE);
	kunmap_local(to);
	kunmap_local(from);
	return tdh_add(arg, gfn);
}

static int load_page(struct kvm *kvm, gfn_t gfn, kvm_pfn_t pfn, struct page *from, void *opaque)
{
	memcpy_page(pfn_to_page(pfn), 0, from, 0, PAGE_SIZE); /* bad */
	return 0;
}

long load(struct kvm *kvm, gfn_t gfn, void __user *src, long n)
{
	return kvm_gmem_populate(kvm, gfn, src, n, false, load_page, NULL);
}
