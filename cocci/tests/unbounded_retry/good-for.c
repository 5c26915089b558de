// SPDX-License-Identifier: GPL-2.0
int psp_wait(struct psp *psp, int cmd)
{
	int i, rc = -EBUSY;

	for (i = 0; i < 10; i++) {
		rc = psp_send(psp, cmd);
		if (rc != -EBUSY)
			break;
		udelay(10);
	}
	return rc;
}
