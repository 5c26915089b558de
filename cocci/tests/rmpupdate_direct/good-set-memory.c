// SPDX-License-Identifier: GPL-2.0
int enc_buffer(unsigned long addr, int pages)
{
	int ret = set_memory_4k(addr, pages);

	return ret ?: set_memory_decrypted(addr, pages);
}
