// SPDX-License-Identifier: GPL-2.0
int forward(struct kvm_vcpu *vcpu, struct request *req)
{
	memcpy(&vcpu->run->hypercall, &req->call, sizeof(req->call));
	vcpu->run->exit_reason = KVM_EXIT_HYPERCALL; /* bad */
	return 0;
}
