// SPDX-License-Identifier: GPL-2.0
int prepare(struct kvm *kvm, gfn_t gfn)
{
	int r;

again:
	r = fault_in(kvm, gfn);
	if (r == -EAGAIN) /* bad */
		goto again;
	if (r < 0)
		return r;
	return note(kvm, gfn);
}
