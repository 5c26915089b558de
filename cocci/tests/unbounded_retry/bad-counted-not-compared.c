// SPDX-License-Identifier: GPL-2.0
int seam(struct tdx *tdx, struct args *args)
{
	u64 err;

	do {
		err = seamcall(TDH_MEM_PAGE_AUG, args);
		tdx->stat.tries++;
	} while (err == TDX_OPERAND_BUSY); /* bad */

	return err ? -EIO : 0;
}
