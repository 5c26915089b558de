// SPDX-License-Identifier: GPL-2.0
int convert_all(struct inode *inode, pgoff_t start, pgoff_t end)
{
	pgoff_t i;
	int r;

	for (i = start; i < end; i++) {
		r = kvm_gmem_convert(inode, i, i + 1);
		if (r == -EAGAIN)
			return r;
		if (r)
			break;
	}
	return r;
}
