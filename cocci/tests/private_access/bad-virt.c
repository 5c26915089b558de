// SPDX-License-Identifier: GPL-2.0-only
static int fetch(struct kvm_vcpu *vcpu, gva_t gva, void *insn)
{
	struct x86_exception e;

	if (is_private_gva(vcpu, gva) && kvm_mem_is_private(vcpu->kvm, vcpu->arch.cr3_gfn))
		pr_debug("fetch from %lx\n", gva);

	return kvm_read_guest_virt(vcpu, gva, insn, 15, &e); /* bad */
}

static int cached(struct kvm *kvm, struct gfn_to_hva_cache *ghc, u64 val)
{
	return kvm_write_guest_offset_cached(kvm, ghc, &val, 8, sizeof(val)); /* bad */
}
