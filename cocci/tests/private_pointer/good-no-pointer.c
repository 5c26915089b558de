// SPDX-License-Identifier: GPL-2.0
static int kvm_gmem_show(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn, struct seq_file *m)
{
	struct page *page;
	kvm_pfn_t pfn;
	int r = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);

	if (r)
		return r;
	seq_printf(m, "%llx %llx nid %d\n", gfn, pfn_to_hpa(pfn), page_to_nid(page));
	kvm_release_page_unused(page);
	return 0;
}
