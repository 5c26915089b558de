// SPDX-License-Identifier: GPL-2.0
static int sev_gmem_copy_back(struct kvm *kvm, kvm_pfn_t pfn, struct page *src, int err)
{
	if (err && !__snp_page_reclaim(kvm, pfn) && src) {
		void *from = kmap_local_pfn(pfn);

		memcpy_to_page(src, 0, from, PAGE_SIZE);
		kunmap_local(from);
	}
	return err;
}
