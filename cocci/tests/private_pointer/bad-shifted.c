// SPDX-License-Identifier: GPL-2.0
int kvm_gmem_checksum(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t start,
		      unsigned long nr, u32 *crc)
{
	struct page *p;
	unsigned long i;
	kvm_pfn_t pfn;
	u64 pa;
	int r;

	for (i = 0; i < nr; i++) {
		r = kvm_gmem_get_pfn(kvm, slot, start + i, &pfn, &p, NULL);
		if (r)
			goto out;
		pa = (u64)pfn << PAGE_SHIFT;
		*crc = crc32(*crc, phys_to_virt(pa), PAGE_SIZE); /* bad */
		kvm_release_page_clean(p);
		cond_resched();
	}
out:
	return r;
}
