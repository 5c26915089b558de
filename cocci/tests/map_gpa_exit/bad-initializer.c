// SPDX-License-Identifier: GPL-2.0
int queue(struct psc_queue *q, gpa_t gpa)
{
	struct hypercall_args call = { .nr = KVM_HC_MAP_GPA_RANGE, .a0 = gpa }; /* bad */

	return kfifo_put(&q->fifo, call);
}
