// SPDX-License-Identifier: GPL-2.0-only
/// Look at a private/shared attribute inside the section in which it is used.
///
/// Without slots_lock, mmu_lock or the file's invalidate lock, an attribute is old as soon as
/// it is read.  So: take mmu_invalidate_seq, smp_rmb(), look at the attribute, get the
/// page, take mmu_lock, ask mmu_invalidate_retry_gfn(), install the page, drop the lock.
///
// Confidence: Moderate
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: Names tell what looks, gets and installs.
// Words: kvm_mem_is_private|memory_attributes|kvm_range_is_|kvm_mem_range_is_|mmu_invalidate_(seq|retry)|is_page_fault_stale|faultin_pfn|gmem_get_pfn
// Options: --no-includes --include-headers
// Requires: 1.1.0

virtual report
virtual org
virtual context

@initialize:python@
@@
seen = set()

@initialize:python depends on report@
@@
def say(p, text):
	if (p.file, p.line) not in seen:
		seen.add((p.file, p.line))
		coccilib.report.print_report(p, "%s, in %s()" % (text, p.current_element))

@initialize:python depends on org@
@@
def say(p, text):
	coccilib.org.print_todo(p, "%s, in %s()" % (text, p.current_element))

// Looked at, and acted upon: neither locked, nor after the sequence was taken.
@early exists@
identifier fn, check =~ "^(kvm_mem_is_private|kvm_(gmem_)?get_memory_attributes|kvm_range_has_memory_attributes|kvm_range_is_(private|shared)|kvm_mem_range_is_[a-z]+)$", lock =~ "^(mutex_lock[a-z_]*|(read|write|spin)_lock[a-z_]*|KVM_MMU_LOCK|filemap_invalidate_lock(_shared)?|down_(read|write)|kvm_gmem_invalidate_(start|lock)|guard|scoped_guard|lockdep_assert[a-z_]*)$", act =~ "^(kvm_gmem_get_pfn|kvm_gmem_populate|kvm_tdp_mmu_map[a-z_]*|rmp_make_(private|shared)[a-z_]*|psmash|snp_rmptable_psmash|kvm_arch_gmem_(make_private|invalidate|reclaim)|sev_gmem_make_[a-z]+|mmu_set_spte|make_spte|direct_map|tdh_mem_page_[a-z]+|_*kvm_gmem_[a-z_]*pfn|_*kvm_mmu_faultin_pfn[a-z_]*|__?kvm_faultin_pfn)$";
expression k;
position p;
@@
fn(...)
{
... when != lock(...)
    when != guard(...)(...)
    when != k->mmu_invalidate_seq
    when any
* check@p(...)
... when any
act(...)
... when any
}

@script:python depends on report || org@
p << early.p;
check << early.check;
act << early.act;
@@
say(p[0], "%s() may be outdated when %s() acts on it" % (check, act))

// The page was got before the sequence was taken.
@late exists@
identifier fn, get =~ "^(kvm_gmem_get_pfn|kvm_mmu_faultin_pfn[a-z_]*|__?kvm_faultin_pfn|__?kvm_mmu_faultin_pfn[a-z_]*)$";
expression k, l, s;
position p;
@@
fn(...)
{
... when != k->mmu_invalidate_seq
get(...)
... when any
* s =@p <+... l->mmu_invalidate_seq ...+>
... when any
}

@script:python depends on report || org@
p << late.p;
get << late.get;
@@
say(p[0], "mmu_invalidate_seq taken after %s()" % get)

// Nothing keeps the reads in order.
@order exists@
identifier get =~ "^(kvm_gmem_get_pfn|kvm_mmu_faultin_pfn[a-z_]*|__?kvm_faultin_pfn|kvm_mem_is_private|kvm_get_memory_attributes)$", mb =~ "^(smp_(r)?mb|smp_load_acquire|rmb|mb)$";
expression s, l;
position p;
@@
* s =@p <+... l->mmu_invalidate_seq ...+>
... when != mb()
get(...)

@script:python depends on report || org@
p << order.p;
get << order.get;
@@
say(p[0], "no smp_rmb() between mmu_invalidate_seq and %s()" % get)

// Installed without asking.
@unasked exists@
identifier get =~ "^(kvm_gmem_get_pfn|kvm_mmu_faultin_pfn[a-z_]*|__?kvm_faultin_pfn|__?kvm_mmu_faultin_pfn[a-z_]*)$", stale =~ "^(is_page_fault_stale|mmu_invalidate_retry(_gfn)?)$", install =~ "^(make_spte|mmu_set_spte|mmu_spte_(set|update)|tdp_mmu_set_spte[a-z_]*|kvm_tdp_mmu_map[a-z_]*|direct_map|set_spte[a-z_]*|tdh_mem_page_(aug|add)|tdx_mem_page_(aug|add)[a-z_]*)$";
position p;
@@
get(...)
... when != stale(...)
* install@p(...)

@script:python depends on report || org@
p << unasked.p;
install << unasked.install;
@@
say(p[0], "%s() without mmu_invalidate_retry_gfn()" % install)

@unaskedstore exists@
identifier get =~ "^kvm_gmem_get_pfn$", stale =~ "^(is_page_fault_stale|mmu_invalidate_retry(_gfn)?)$", f =~ "_pa$|_hpa$|spte|_addr$|root";
expression pfn, x;
position p;
@@
get(..., &pfn, ...)
... when != stale(...)
(
* x->f =@p <+... pfn ...+>
|
* x.f =@p <+... pfn ...+>
)

@unaskedwrite exists@
identifier get =~ "^kvm_gmem_get_pfn$", stale =~ "^(is_page_fault_stale|mmu_invalidate_retry(_gfn)?)$", f =~ "^vmcs_write|^(WRITE_ONCE|smp_store_release|make_spte|[a-z_]*set_spte[a-z_]*)$";
expression pfn;
position p;
@@
get(..., &pfn, ...)
... when != stale(...)
* f@p(..., <+... pfn ...+>, ...)

@script:python depends on report || org@
p << unaskedwrite.p;
f << unaskedwrite.f;
@@
say(p[0], "%s() without mmu_invalidate_retry_gfn()" % f)

@script:python depends on report || org@
p << unaskedstore.p;
f << unaskedstore.f;
@@
say(p[0], "%s set without mmu_invalidate_retry_gfn()" % f)

// Asked where it tells nothing.
@unlocked exists@
identifier get =~ "^(kvm_gmem_get_pfn|kvm_mmu_faultin_pfn[a-z_]*|__?kvm_faultin_pfn|__?kvm_mmu_faultin_pfn[a-z_]*)$", stale =~ "^(is_page_fault_stale|mmu_invalidate_retry(_gfn)?)$", lock =~ "^((read|write|spin)_lock[a-z_]*|KVM_MMU_LOCK|guard|scoped_guard|lockdep_assert[a-z_]*)$";
position p;
@@
get(...)
... when != lock(...)
    when != guard(...)(...)
* stale@p(...)

@script:python depends on report || org@
p << unlocked.p;
stale << unlocked.stale;
@@
say(p[0], "%s() outside mmu_lock" % stale)

// Asked, and the lock dropped before it is used.
@dropped exists@
identifier stale =~ "^(is_page_fault_stale|mmu_invalidate_retry(_gfn)?)$", unlock =~ "^((read|write|spin)_unlock[a-z_]*|KVM_MMU_UNLOCK)$", install =~ "^(make_spte|mmu_set_spte|mmu_spte_(set|update)|tdp_mmu_set_spte[a-z_]*|kvm_tdp_mmu_map[a-z_]*|direct_map|set_spte[a-z_]*|kvm_map_[a-z_]*|tdh_mem_page_(aug|add)|tdx_mem_page_(aug|add)[a-z_]*|[a-z_]*_map_(private_)?(gfn|pfn)[a-z_]*|psmash|snp_rmptable_psmash|rmp_make_(private|shared)[a-z_]*|kvm_arch_gmem_make_private|sev_gmem_make_private)$";
position p;
@@
stale(...)
... when != install(...)
unlock(...)
... when != stale(...)
* install@p(...)

@script:python depends on report || org@
p << dropped.p;
install << dropped.install;
@@
say(p[0], "%s() after mmu_lock was dropped" % install)

@droppedstore exists@
identifier stale =~ "^(is_page_fault_stale|mmu_invalidate_retry(_gfn)?)$", unlock =~ "^((read|write|spin)_unlock[a-z_]*|KVM_MMU_UNLOCK)$", f =~ "_pa$|_hpa$|spte|root", conv =~ "^pfn_to|PFN";
expression x;
position p;
@@
stale(...)
... when any
unlock(...)
... when != stale(...)
(
* x->f =@p <+... conv(...) ...+>
|
* x.f =@p <+... conv(...) ...+>
)

@script:python depends on report || org@
p << droppedstore.p;
f << droppedstore.f;
@@
say(p[0], "%s set after mmu_lock was dropped" % f)
