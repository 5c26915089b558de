// SPDX-License-Identifier: GPL-2.0
static void report(struct kvm *kvm, u64 pfn)
{
	int rc = rmp_make_shared(pfn, PG_LEVEL_4K);

	note_result(kvm, pfn, rc);
}
