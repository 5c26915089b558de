// SPDX-License-Identifier: GPL-2.0-only
void snp_stop(void)
{
	u64 syscfg;

	rdmsrq(MSR_AMD64_SYSCFG, syscfg);
	if (syscfg & MSR_AMD64_SYSCFG_SNP_EN)
		return;

	direct_map_forget_rmp();
	clear_table();
}
