// SPDX-License-Identifier: GPL-2.0-only
/// Use no PFN of guest_memfd after its page was put.
///
/// The reference (or the lock of the folio) is what keeps the page from being punched out of
/// the file, made shared and freed.  After it is put, the PFN is a number and nothing else,
/// unless it went into the page tables under mmu_lock before, with a check of the
/// invalidation sequence.
///
// Confidence: Moderate
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: Names tell what gets, puts and uses.  Messages and tracepoints may have the number.
// Words: gmem_(get_pfn|get_folio|lock_folio)|filemap_(lock|get)_folio
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

@late exists@
identifier get =~ "^_*(kvm_)?gmem_get_pfn$|^_*kvm_gmem_get_pfn$", put =~ "^(kvm_release_page_(clean|dirty|unused)|kvm_release_pages?|kvm_release_pfn[a-z_]*|put_page|put_user_page|folio_put(_refs)?|unpin_user_page|kvm_mmu_finish_page_fault|release_pages)$";
identifier msg =~ "^(pr_|trace_|dev_|WARN|KVM_BUG|printk|vcpu_|kvm_(pr|err|info|debug))";
identifier f;
expression pfn, page, e, k;
position p;
@@
get(..., &pfn, &page, ...)
... when any
put(<+... page ...+>, ...);
... when != pfn = e
    when != get(..., &pfn, &page, ...)
(
msg(...)
|
f(..., &pfn, ...)
|
 pfn = k
|
* pfn@p
)

@script:python depends on report || org@
p << late.p;
pfn << late.pfn;
put << late.put;
@@
say(p[0], "%s used after %s()" % (pfn, put))

// The page itself.
@latepage exists@
identifier get =~ "^_*(kvm_)?gmem_get_pfn$|^_*kvm_gmem_get_pfn$", put =~ "^(kvm_release_page_(clean|dirty|unused)|kvm_release_pages?|kvm_release_pfn[a-z_]*|put_page|put_user_page|folio_put(_refs)?|unpin_user_page|kvm_mmu_finish_page_fault|release_pages)$", f;
identifier msg =~ "^(pr_|trace_)";
expression pfn, e, k;
identifier page;
position p;
@@
get(..., &pfn, &page, ...)
... when any
put(<+... page ...+>, ...);
... when != page = e
    when != get(..., &pfn, &page, ...)
(
msg(...)
|
f(..., &page, ...)
|
 page = k
|
* page@p
)

@script:python depends on report || org@
p << latepage.p;
page << latepage.page;
put << latepage.put;
@@
say(p[0], "%s used after %s()" % (page, put))

// What was computed of the PFN.
@derived exists@
identifier get =~ "^_*(kvm_)?gmem_get_pfn$|^_*kvm_gmem_get_pfn$", put =~ "^(kvm_release_page_(clean|dirty|unused)|kvm_release_pages?|kvm_release_pfn[a-z_]*|put_page|put_user_page|folio_put(_refs)?|unpin_user_page|kvm_mmu_finish_page_fault|release_pages)$";
identifier msg =~ "^(pr_|trace_|WARN)", f =~ "pfn|PFN|page|phys|PHYS|folio|__va|kmap|hpa";
identifier d;
expression pfn, page, e;
type t;
position p;
@@
get(..., &pfn, &page, ...)
... when any
(
 d = f(<+... pfn ...+>, ...);
|
 t d = f(<+... pfn ...+>, ...);
|
 d = <+... pfn ...+> << PAGE_SHIFT;
|
 d = pfn;
|
 d = f(<+... page ...+>, ...);
)
... when any
    when != d = e
put(<+... page ...+>, ...);
... when != d = e
(
msg(...)
|
* d@p
)

@script:python depends on report || org@
p << derived.p;
d << derived.d;
put << derived.put;
@@
say(p[0], "%s used after %s()" % (d, put))

// A folio of the page cache, and the PFN in it.
@infolio exists@
identifier get =~ "^(__kvm_gmem_get_pfn|kvm_gmem_(get|lock)_folio|filemap_(lock|get)_folio)$", put =~ "^(folio_put|kvm_gmem_put_folio|folio_put_refs)$";
identifier f =~ "^(folio_file_pfn|folio_pfn|page_to_pfn|folio_page|folio_file_page|folio_page_pfn)$", msg =~ "^(pr_|trace_|WARN)";
identifier folio, d;
expression e;
type t;
position p;
@@
folio = get(...);
... when any
(
 d = f(<+... folio ...+>, ...);
|
 *d = f(<+... folio ...+>, ...);
|
 t d = f(<+... folio ...+>, ...);
)
... when any
put(<+... folio ...+>);
... when != d = e
(
msg(...)
|
* d@p
)

@script:python depends on report || org@
p << infolio.p;
d << infolio.d;
put << infolio.put;
@@
say(p[0], "%s used after %s()" % (d, put))

@folio2 exists@
identifier get =~ "^(__kvm_gmem_get_pfn)$", put =~ "^(folio_put|kvm_gmem_put_folio)$";
identifier msg =~ "^(pr_|trace_|WARN)";
identifier folio, pfn;
expression e;
position p;
@@
folio = get(..., &pfn, ...);
... when any
put(<+... folio ...+>);
... when != pfn = e
    when != get(...)
(
msg(...)
|
* pfn@p
)

@script:python depends on report || org@
p << folio2.p;
pfn << folio2.pfn;
put << folio2.put;
@@
say(p[0], "%s used after %s()" % (pfn, put))

@folio3 exists@
identifier get =~ "^(__kvm_gmem_get_pfn|kvm_gmem_(get|lock)_folio|filemap_(lock|get)_folio)$", put =~ "^(folio_put|kvm_gmem_put_folio)$";
identifier msg =~ "^(pr_|trace_|WARN)";
identifier folio;
expression e;
position p;
@@
folio = get(...);
... when any
put(<+... folio ...+>);
... when != folio = e
(
msg(...)
|
 folio = e
|
* folio@p
)

@script:python depends on report || org@
p << folio3.p;
folio << folio3.folio;
put << folio3.put;
@@
say(p[0], "%s used after %s()" % (folio, put))

// The lock keeps the folio in its file: its state changes under it.
@unlocked exists@
identifier get =~ "^(__kvm_gmem_get_pfn|kvm_gmem_(get|lock)_folio|filemap_lock_folio)$", change =~ "gmem_(make_private|prepare|unmap_direct|set_direct_map_state)$";
identifier folio;
expression e;
position p;
@@
folio = get(...);
... when any
folio_unlock(folio);
... when != folio_lock(folio)
    when != folio = e
* change@p(...)

@script:python depends on report || org@
p << unlocked.p;
change << unlocked.change;
@@
say(p[0], "%s() after folio_unlock()" % change)
