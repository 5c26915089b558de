// SPDX-License-Identifier: GPL-2.0
static int tdx_peek_page(struct kvm_vcpu *vcpu, gfn_t gfn, void *buf)
{
	struct kvm_memory_slot *memslot = kvm_vcpu_gfn_to_memslot(vcpu, gfn);
	struct page *refpage;
	kvm_pfn_t guest_pfn;
	void *vaddr;
	int rc;

	rc = kvm_gmem_get_pfn(vcpu->kvm, memslot, gfn, &guest_pfn, &refpage, NULL);
	if (rc)
		return rc;

	vaddr = kmap_local_pfn(guest_pfn); /* bad */
	memcpy(buf, vaddr, PAGE_SIZE);
	kunmap_local(vaddr);
	put_page(refpage);
	return 0;
}
