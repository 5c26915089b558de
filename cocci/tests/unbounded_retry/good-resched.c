// SPDX-License-Identifier: GPL-2.0
int convert(struct inode *inode, pgoff_t start, pgoff_t end)
{
	int r;

	do {
		r = kvm_gmem_convert(inode, start, end);
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	} while (r == -EAGAIN);

	return r;
}
