// SPDX-License-Identifier: GPL-2.0
static int make(struct kvm *kvm, u64 pfn, enum pg_level level)
{
	if (KVM_BUG_ON(rmp_make_shared(pfn, level), kvm)) {
		snp_leak_pages(pfn, 1);
		return -EIO;
	}
	return 0;
}
