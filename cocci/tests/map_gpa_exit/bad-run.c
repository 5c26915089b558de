// SPDX-License-Identifier: GPL-2.0
int tdx_request(struct vcpu_tdx *tdx, u64 gpa, u64 size)
{
	struct kvm_run *run = tdx->vcpu.run;

	run->hypercall.ret = 0;
	run->hypercall.nr = KVM_HC_MAP_GPA_RANGE; /* bad */
	run->hypercall.args[0] = gpa;
	run->hypercall.args[1] = size >> PAGE_SHIFT;
	run->exit_reason = KVM_EXIT_HYPERCALL;
	return 0;
}
