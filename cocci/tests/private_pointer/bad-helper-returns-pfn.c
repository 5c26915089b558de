// SPDX-License-Identifier: GPL-2.0
static kvm_pfn_t sev_backing(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page;
	kvm_pfn_t pfn;

	if (kvm_gmem_get_pfn(vcpu->kvm, slot, gfn, &pfn, &page, NULL))
		return KVM_PFN_ERR_FAULT;

	kvm_release_page_unused(page);
	return pfn;
}

int sev_read_vmsa(struct kvm_vcpu *vcpu, struct kvm_memory_slot *slot, gfn_t gfn)
{
	kvm_pfn_t where = sev_backing(vcpu, slot, gfn);
	struct sev_es_save_area *save;

	if (is_error_noslot_pfn(where))
		return -EFAULT;

	save = pfn_to_virt(where); /* bad */
	return save->cpl;
}
