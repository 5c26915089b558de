// SPDX-License-Identifier: GPL-2.0-only
/// Look at the result of what changes the RMP or the direct map.
///
/// If it failed, the page is in another state than the code believes: a write
/// of the host to a page that is still assigned is fatal, a page that was not
/// assigned is no guest memory.
///
// Confidence: High
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: A result that is put into a condition, returned, or passed on counts as looked at.
// Words: rmp|psmash|reclaim|direct_map|make_private
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

// A function that returns what such a function does is one itself.
@wrapper@
identifier w, f =~ "^_*((kvm_|snp_)?rmp(update|_make_(private|shared)[a-z_]*|_mark_pages[a-z_]*|table_psmash)|psmash[a-z_]*|snp_(page_reclaim|reclaim_pages?[a-z_]*)|snp_reclaim_cmd_buf)$";
identifier r;
@@
int w(...)
{
<+...
(
 return f(...);
|
 return f(...) ? ... : ...;
|
 r = f(...);
 ... when any
 return r;
|
 if (f(...)) return ...;
)
...+>
}

@bare@
identifier f =~ "^_*((kvm_|snp_)?rmp(update|_make_(private|shared)[a-z_]*|_mark_pages[a-z_]*|table_psmash)|psmash[a-z_]*|snp_(page_reclaim|reclaim_page|reclaim_cmd_buf)|direct_map_(get|track|remove|split)|(kvm_arch_|kvm_)?gmem_(make_private|unmap_direct)|sev_gmem_make_private)$";
position p;
@@
(
* f@p(...);
|
* (void)(f@p(...));
|
* \(WARN_ON\|WARN_ON_ONCE\|WARN_ONCE\|WARN\|VM_WARN_ON\|VM_WARN_ON_ONCE\|KVM_BUG_ON\|KVM_BUG\)(<+... f@p(...) ...+>, ...);
)

@script:python depends on report || org@
p << bare.p;
f << bare.f;
@@
say(p[0], "result of %s() is ignored" % f)

@barewrap@
identifier wrapper.w;
position p;
@@
(
* w@p(...);
|
* (void)(w@p(...));
)

@script:python depends on report || org@
p << barewrap.p;
w << wrapper.w;
@@
# This one leaks what it cannot reclaim, by itself.
if not str(w).endswith("snp_reclaim_pages"):
	say(p[0], "result of %s() is ignored" % w)

// Kept, and overwritten or left behind without a look at it.
@kept exists@
identifier f =~ "^_*((kvm_|snp_)?rmp(update|_make_(private|shared)[a-z_]*|_mark_pages[a-z_]*|table_psmash)|psmash[a-z_]*|snp_(page_reclaim|reclaim_pages?|reclaim_cmd_buf)|direct_map_(get|track|remove|split)|sev_gmem_make_private)$";
identifier rc;
expression e;
position p, q;
type t;
@@
(
* rc = f@p(...);
|
* t rc = f@p(...);
)
... when != rc
(
 rc = <+... rc ...+>;
|
 return <+... rc ...+>;
|
 rc =@q e;
|
 return@q ...;
)

@keptend exists@
identifier f =~ "^_*((kvm_|snp_)?rmp(update|_make_(private|shared)[a-z_]*|_mark_pages[a-z_]*|table_psmash)|psmash[a-z_]*|snp_(page_reclaim|reclaim_pages?|reclaim_cmd_buf)|direct_map_(get|track|remove|split)|sev_gmem_make_private)$";
identifier rc;
position p;
identifier fn;
type t;
@@
void fn(...)
{
... when any
(
* rc = f@p(...);
|
* t rc = f@p(...);
)
... when != rc
}

@script:python depends on report || org@
p << kept.p;
q << kept.q;
f << kept.f;
@@
say(p[0], "result of %s() is lost" % f)

@script:python depends on report || org@
p << keptend.p;
f << keptend.f;
@@
say(p[0], "result of %s() is lost" % f)
