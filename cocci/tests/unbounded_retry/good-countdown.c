// SPDX-License-Identifier: GPL-2.0
int prepare(struct kvm *kvm, gfn_t gfn)
{
	int tries = 3;
	int r;

again:
	r = fault_in(kvm, gfn);
	if (r == -EAGAIN && --tries)
		goto again;
	return r;
}
