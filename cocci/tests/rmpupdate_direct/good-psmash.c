// SPDX-License-Identifier: GPL-2.0
static int smash(kvm_pfn_t pfn)
{
	return psmash(pfn & ~(KVM_PAGES_PER_HPAGE(PG_LEVEL_2M) - 1));
}
