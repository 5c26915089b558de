// SPDX-License-Identifier: GPL-2.0
u64 seam(struct args *args)
{
	unsigned int n = 0;
	u64 err;

	while ((err = seamcall(TDH_MEM_PAGE_AUG, args)) == TDX_OPERAND_BUSY && n++ < 100)
		cpu_relax();
	return err;
}
