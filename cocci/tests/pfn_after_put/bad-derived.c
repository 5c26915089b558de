// SPDX-License-Identifier: GPL-2.0
static int set_vmsa(struct vcpu_svm *svm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct kvm *kvm = svm->vcpu.kvm;
	struct page *page;
	kvm_pfn_t pfn;
	hpa_t hpa;

	if (kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL))
		return -EINVAL;

	hpa = pfn_to_hpa(pfn);
	kvm_release_page_clean(page);

	svm->vmcb->control.vmsa_pa = hpa; /* bad */
	return 0;
}
