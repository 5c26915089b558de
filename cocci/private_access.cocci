// SPDX-License-Identifier: GPL-2.0-only
/// Access guest memory by host mappings only if it is known to be shared.
///
/// kvm_read_guest() and its like, kvm_vcpu_map(), the PFN cache and get_user_pages() go by the
/// userspace address: of private memory, that is other memory (stale, or none), or, where one
/// page serves as both, a fault.  Look at the attribute first, or go through the guard for shared memory.
///
// Confidence: Low
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: Only files that handle private memory (call kvm_mem_is_private(), kvm_gmem_get_pfn(), the RMP's
// functions ...) are looked at.  What checks is known by name.
// Words: is_private|gmem_(get_pfn|get_folio|populate)|rmp_make_|snp_lookup_rmpentry|private_gpa|tdh_mem_page_aug
// Options: --no-includes --include-headers
// Requires: 1.1.0

virtual report
virtual org
virtual context

@initialize:python@
@@
seen = set()

import re
def own(fn):
	return re.match(r"_*(kvm_|gfn_to_|hva_to_)(vcpu_)?(read_guest|write_guest|clear_guest|gfn_to_|map|follow|gpc_|pfn|page|pages|hva)", fn)

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

@handles@
identifier f =~ "^(kvm_mem_is_private|kvm_gmem_(get_pfn|get_folio|populate|is_private_mem)|__kvm_gmem_get_pfn|rmp_make_(private|shared)(_range)?|snp_lookup_rmpentry|vt_is_tdx_private_gpa|kvm_is_private_gpa|tdx_is_private_gpa|tdh_mem_page_aug)$";
@@
f(...)

@handles2@
expression x;
@@
x->is_private

@access depends on handles || handles2 exists@
identifier fn, check =~ "is_private|private_gpa", shared =~ "is_shared|_get_shared|_map_shared|_lock_shared_mem";
identifier f =~ "^_*(kvm_(vcpu_)?(read|write|clear|fetch)_guest[a-z_]*|kvm_read_nested_guest_page|kvm_vcpu_map[a-z_]*|kvm_gpc_(activate|refresh)[a-z_]*|kvm_gfn_to_hva_cache_init|(get|pin)_user_pages[a-z_]*|access_(remote|process)_vm|kvm_prefetch_pages|kvm_faultin_pfn|kvm_lookup_pfn|kvm_follow_pfn|hva_to_pfn)$|^(kvm_vcpu_)?gfn_to_(hva|page|pfn)[a-z_]*$";
expression e2, x;
position p;
@@
fn(...)
{
... when any
    when != false check(...)
    when != true !check(...)
    when != false check(...) || e2
    when != false e2 || check(...)
    when != true !check(...) && e2
    when != true e2 && !check(...)
    when != true shared(...)
    when != false !shared(...)
    when != false shared(...) != 0
    when != false x->is_private
    when != false x->is_private || e2
    when != true !x->is_private
f@p(...)
... when any
}

@script:python@
fn << access.fn;
f << access.f;
p << access.p;
@@
# The functions themselves, in terms of each other.
if own(str(fn)):
	cocci.include_match(False)
elif "say" in globals():
	say(p[0], "%s() on memory that is not known to be shared" % f)

// The userspace address, by hand.
@user depends on handles || handles2 exists@
identifier fn, check =~ "is_private|private_gpa", shared =~ "is_shared|_get_shared|_map_shared|_lock_shared_mem";
identifier f =~ "^_*((raw_)?copy_(from|to)_user[a-z_]*|clear_user|(unsafe_)?(get|put)_user|fault_in_[a-z_]+)$", hva =~ "hva";
expression e2, x, s;
position p;
@@
fn(...)
{
... when any
    when != false check(...)
    when != true !check(...)
    when != false check(...) || e2
    when != false e2 || check(...)
    when != true !check(...) && e2
    when != true e2 && !check(...)
    when != true shared(...)
    when != false !shared(...)
    when != false x->is_private
    when != true !x->is_private
f@p(..., <+... \(hva\|s->userspace_addr\|s->hva\|hva(...)\) ...+>, ...)
... when any
}

@script:python depends on report || org@
fn << user.fn;
f << user.f;
p << user.p;
@@
if not own(str(fn)):
	say(p[0], "%s() on memory that is not known to be shared" % f)

@depends on context@
identifier access.f;
position access.p;
@@
* f@p(...)
