// SPDX-License-Identifier: GPL-2.0-only
void snp_stop(void)
{
	u64 syscfg;

	direct_map_forget_rmp(); /* bad */

	rdmsrq(MSR_AMD64_SYSCFG, syscfg);
	if (syscfg & MSR_AMD64_SYSCFG_SNP_EN)
		return;

	clear_table();
}
