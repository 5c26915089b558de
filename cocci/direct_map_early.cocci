// SPDX-License-Identifier: GPL-2.0-only
/// Restore the direct map after the last page is shared, not before.
///
/// As long as one page of a block is assigned, a large mapping of the block lets the host write
/// through it: fatal.  And what could not be made shared stays out.
///
// Confidence: Moderate
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: Names tell what restores and what makes shared.  The page is followed by name.
// Words: rmp_make_shared|reclaim|rmpupdate|direct_map_forget|gmem_(invalidate|make_shared)
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

@early exists@
identifier restore =~ "^(kvm_gmem_map_direct|kvm_arch_gmem_map_direct|direct_map_(return|put|put_large|restore)|set_direct_map_(default|valid)_noflush|set_memory_(rw|p|2m|1g|default|[a-z]*np_restore)|cpa_collapse[a-z_]*|finish_run)$", share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_pages?)|rmpupdate|kvm_arch_gmem_(reclaim|invalidate)|sev_gmem_make_shared)$", conv =~ "pfn|PFN|page|phys|folio|pa$|pa_";
idexpression x;
expression e, k;
position p;
@@
* restore@p(<+... x ...+>, ...)
... when != x = e
    when != x += e
    when != x++
    when != ++x
    when any
(
share(x, ...)
|
share(k, x, ...)
|
share(conv(x, ...), ...)
|
share(k, conv(x, ...), ...)
)

@script:python depends on report || org@
p << early.p;
x << early.x;
restore << early.restore;
share << early.share;
@@
say(p[0], "%s() before %s() of %s" % (restore, share, x))

@early2 exists@
identifier restore =~ "^(kvm_gmem_map_direct|kvm_arch_gmem_map_direct|direct_map_(return|put|put_large|restore)|set_direct_map_(default|valid)_noflush|set_memory_(rw|p|2m|1g|default|[a-z]*np_restore)|cpa_collapse[a-z_]*|finish_run)$", share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_pages?)|rmpupdate|kvm_arch_gmem_(reclaim|invalidate)|sev_gmem_make_shared)$", conv =~ "pfn|PFN|page|phys|folio";
idexpression x;
expression e;
position p;
@@
(
* restore@p(x, ...)
|
* restore@p(conv(x), ...)
)
... when != x = e
    when != x += e
    when != x++
    when != ++x
    when any
(
share(<+... x ...+>, ...)
|
share(e, <+... x ...+>, ...)
)

@script:python depends on report || org@
p << early2.p;
x << early2.x;
restore << early2.restore;
share << early2.share;
@@
say(p[0], "%s() before %s() of %s" % (restore, share, x))

// The PFN is the page's.
@alias exists@
identifier restore =~ "^(kvm_gmem_map_direct|kvm_arch_gmem_map_direct|direct_map_(return|put|put_large|restore)|set_direct_map_(default|valid)_noflush|set_memory_(rw|p|2m|1g|default|[a-z]*np_restore)|cpa_collapse[a-z_]*|finish_run)$", share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_pages?)|rmpupdate|kvm_arch_gmem_(reclaim|invalidate)|sev_gmem_make_shared)$";
identifier pfn;
idexpression x;
expression e;
type t;
position p;
@@
(
 t pfn = <+... x ...+>;
|
 pfn = <+... x ...+>;
)
... when != x = e
    when any
* restore@p(<+... x ...+>, ...)
... when != x = e
    when != pfn = e
    when != pfn += e
    when != pfn++
    when any
share(<+... pfn ...+>, ...)

@script:python depends on report || org@
p << alias.p;
x << alias.x;
restore << alias.restore;
share << alias.share;
@@
say(p[0], "%s() before %s() of %s" % (restore, share, x))

// A loop makes them shared; inside it, or before it, the whole is restored.
@loop@
identifier restore =~ "^(kvm_gmem_map_direct|kvm_arch_gmem_map_direct|direct_map_(return|put|put_large|restore)|set_direct_map_(default|valid)_noflush|set_memory_(rw|p|2m|1g|default|[a-z]*np_restore)|cpa_collapse[a-z_]*|finish_run)$", share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_pages?)|rmpupdate|kvm_arch_gmem_(reclaim|invalidate)|sev_gmem_make_shared)$";
identifier i;
idexpression x;
position p;
expression n, a, b, c;
@@
for (a; b; c) {
<...
(
share(x + i, ...)
|
share(<+... x ...+>, ...)
)
...
* restore@p(x, n)
...>
}

@script:python depends on report || org@
p << loop.p;
restore << loop.restore;
share << loop.share;
n << loop.n;
c << loop.c;
x << loop.x;
@@
import re
# All of them at once, though the loop goes over them one by one.
if str(n).strip() not in ("1", "n", "nr") and not re.search(r"\b%s\b" % re.escape(str(x)), str(c)):
	say(p[0], "%s() of all while %s() goes on" % (restore, share))

// Counted out although the entry is still there.
@failed exists@
identifier restore =~ "^direct_map_(put_large|return)$|^kvm_gmem_map_direct$", share =~ "^_*(rmp_make_shared(_range|_one)?|rmpupdate)$";
identifier rc;
expression e, e2;
type t;
position p;
@@
(
 rc = share(...);
|
 t rc = share(...);
)
... when != rc = e
    when != false rc
    when != false rc < 0
    when != true !rc
    when != true !rc && e2
    when != true rc == 0
    when != false rc || e2
* restore@p(...)

@script:python depends on report || org@
p << failed.p;
restore << failed.restore;
share << failed.share;
@@
say(p[0], "%s() although %s() may have failed" % (restore, share))

// Through a function of this file.
@wrapper@
identifier w, x, restore =~ "^(kvm_gmem_map_direct|kvm_arch_gmem_map_direct|direct_map_(return|put|put_large|restore)|set_direct_map_(default|valid)_noflush|set_memory_(rw|p|2m|1g|default|[a-z]*np_restore)|cpa_collapse[a-z_]*|finish_run)$";
type t;
@@
w(..., t x, ...)
{
<+...
restore(<+... x ...+>, ...)
...+>
}

@viawrapper exists@
identifier wrapper.w, share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_pages?)|rmpupdate|kvm_arch_gmem_(reclaim|invalidate)|sev_gmem_make_shared)$", conv =~ "pfn|PFN|page|phys|folio|pa$|pa_";
idexpression x;
expression e;
position p;
@@
* w@p(<+... x ...+>, ...)
... when != x = e
    when != x += e
    when != x++
    when != ++x
    when any
(
share(x, ...)
|
share(conv(x, ...), ...)
)

@script:python depends on report || org@
p << viawrapper.p;
w << wrapper.w;
share << viawrapper.share;
x << viawrapper.x;
@@
say(p[0], "%s() before %s() of %s" % (w, share, x))

// The RMP counts as empty as soon as SNP is off: so look first.
@forgotten exists@
identifier fn, forget =~ "^direct_map_forget[a-z_]*$", look =~ "^(rdmsr[a-z_]*|native_rdmsr[a-z_]*|__?sev_snp_shutdown[a-z_]*)$";
position p;
@@
fn(...)
{
... when != look(...)
    when any
* forget@p(...)
... when any
}

@script:python depends on report || org@
p << forgotten.p;
forget << forgotten.forget;
@@
say(p[0], "%s() while the RMP may be in use" % forget)
