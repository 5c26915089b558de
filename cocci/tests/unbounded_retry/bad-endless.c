// SPDX-License-Identifier: GPL-2.0
int psp_wait(struct psp *psp, int cmd)
{
	int rc;

	for (;;) {
		rc = psp_send(psp, cmd);
		if (rc != -EBUSY) /* bad */
			break;
		udelay(10);
	}
	return rc;
}
