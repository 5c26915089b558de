// SPDX-License-Identifier: GPL-2.0
int top(struct kvm_vcpu *vcpu, struct kvm_page_fault *fault)
{
	u64 *p;
	if (!fault->is_private)
		return 0;
	p = kmap_local_page(fault->refcounted_page); /* bad */
	*p = 0;
	return 0;
}
