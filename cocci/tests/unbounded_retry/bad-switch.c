// SPDX-License-Identifier: GPL-2.0
int run(struct kvm_vcpu *vcpu, gpa_t gpa)
{
	int r;
retry:
	r = map_gpa(vcpu, gpa);
	switch (r) {
	case -EAGAIN: /* bad */
		goto retry;
	case 0:
		return 1;
	default:
		return r;
	}
}
