// SPDX-License-Identifier: GPL-2.0
int psp_wait(struct psp *psp, int cmd)
{
	unsigned long end = jiffies + HZ;
	int rc;

	for (;;) {
		rc = psp_send(psp, cmd);
		if (rc != -EBUSY)
			return rc;
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		usleep_range(10, 20);
	}
}
