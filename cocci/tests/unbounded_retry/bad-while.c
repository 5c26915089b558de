// SPDX-License-Identifier: GPL-2.0
int convert(struct inode *inode, pgoff_t start, pgoff_t end)
{
	int r;

	while ((r = kvm_gmem_convert(inode, start, end)) == -EAGAIN) /* bad */
		cpu_relax();

	return r;
}
