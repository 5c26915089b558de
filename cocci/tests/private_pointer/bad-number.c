// SPDX-License-Identifier: GPL-2.0
static int snp_adopt(struct kvm *kvm, gfn_t gfn, gmem_pfn_t pfn, void *opaque)
{
	kvm_pfn_t number = kvm_gmem_pfn_to_log(pfn);
	void *at;

	at = kmap_local_pfn(number); /* bad */
	memset(at, 0, PAGE_SIZE);
	kunmap_local(at);
	return 0;
}

long snp_adopt_all(struct kvm *kvm, gfn_t gfn, void __user *src, long n)
{
	return kvm_gmem_populate(kvm, gfn, src, n, false, snp_adopt, NULL);
}
