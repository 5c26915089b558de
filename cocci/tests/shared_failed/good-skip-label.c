// SPDX-License-Identifier: GPL-2.0
void drop_vmsa(struct vcpu_svm *svm)
{
	u64 pfn = __pa(svm->sev_es.vmsa) >> PAGE_SHIFT;

	if (kvm_rmp_make_shared(svm->vcpu.kvm, pfn, PG_LEVEL_4K))
		goto skip;

	__free_page(virt_to_page(svm->sev_es.vmsa));
skip:
	svm->sev_es.vmsa = NULL;
}
