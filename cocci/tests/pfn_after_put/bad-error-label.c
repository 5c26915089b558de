// SPDX-License-Identifier: GPL-2.0
int psmash_gfn(struct kvm *kvm, struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page = NULL;
	kvm_pfn_t pfn;
	int rc;

	rc = kvm_gmem_get_pfn(kvm, slot, gfn, &pfn, &page, NULL);
	if (rc)
		return rc;

	if (signal_pending(current)) {
		rc = -EINTR;
		goto out;
	}
	rc = psmash(pfn);
out:
	put_page(page);
	if (rc == PSMASH_FAIL_INUSE)
		rc = psmash(pfn); /* bad */
	return rc;
}
