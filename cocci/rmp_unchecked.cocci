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

// Looked at the wrong way: these return 0 or a negative error ...
@positive@
identifier f =~ "^_*((kvm_|snp_)?rmp(_make_(private|shared)[a-z_]*|_mark_pages[a-z_]*)|snp_(page_reclaim|reclaim_pages?|reclaim_cmd_buf)|direct_map_(get|track|remove|split)|sev_gmem_make_private)$";
identifier rc;
position p;
statement s1, s2;
@@
(
* rc = f@p(...);
if (<+... \(rc > 0\|rc >= 1\|rc == 1\|rc <= 0\|rc < 1\|rc != 1\) ...+>) s1 else s2
|
* if (<+... \(f@p(...) > 0\|f@p(...) >= 1\|f@p(...) == 1\|f@p(...) <= 0\|f@p(...) < 1\|f@p(...) != 1\) ...+>) s1 else s2
)

@script:python depends on report || org@
p << positive.p;
f << positive.f;
@@
say(p[0], "%s() returns a negative error, and is tested for a positive one" % f)

// ... and these the instruction's code, which is positive.
@negative@
identifier f =~ "^_*(psmash|snp_rmptable_psmash|psmash_retry)$";
identifier rc;
position p;
statement s1, s2;
@@
(
* rc = f@p(...);
if (<+... \(rc < 0\|rc >= 0\|rc <= -1\|rc == -1\) ...+>) s1 else s2
|
* if (<+... \(f@p(...) < 0\|f@p(...) >= 0\|f@p(...) == -1\) ...+>) s1 else s2
)

@script:python depends on report || org@
p << negative.p;
f << negative.f;
@@
say(p[0], "%s() returns a positive error, and is tested for a negative one" % f)

// Taken for a failure when it worked.
@inverted@
identifier f =~ "^_*((kvm_|snp_)?rmp(_make_private[a-z_]*|_mark_pages[a-z_]*)|direct_map_(get|track|remove|split)|(kvm_arch_|sev_)gmem_make_private|kvm_gmem_unmap_direct)$";
identifier rc, l =~ "err|fail|undo|unroll|unwind|clean|free";
constant c;
position p;
@@
(
* if (\(!f@p(...)\|f@p(...) == 0\)) \(return -c;\|goto l;\)
|
* if (\(!f@p(...)\|f@p(...) == 0\)) { ... \(return -c;\|return NULL;\|goto l;\) }
|
* rc = f@p(...);
if (\(!rc\|rc == 0\)) \(return -c;\|goto l;\)
|
* rc = f@p(...);
if (\(!rc\|rc == 0\)) { ... \(return -c;\|return NULL;\|goto l;\) }
)

@script:python depends on report || org@
p << inverted.p;
f << inverted.f;
@@
say(p[0], "success of %s() is taken for a failure" % f)

// Only talked about: what failed goes on as if it had not.
@told@
identifier f =~ "^_*((kvm_|snp_)?rmp(_make_private[a-z_]*|_mark_pages[a-z_]*)|direct_map_(get|track|remove|split)|(kvm_arch_|sev_)gmem_make_private|kvm_gmem_unmap_direct)$";
identifier msg =~ "^(pr_|dev_|trace_|vcpu_unimpl$|WARN|dump_|kvm_(err|info|debug|pr))";
position p;
@@
* if (<+... f@p(...) ...+>) \(msg(...);\|{ msg(...); }\|{ msg(...); msg(...); }\)

@script:python depends on report || org@
p << told.p;
f << told.f;
@@
say(p[0], "failure of %s() is reported, and nothing else done" % f)

// The same with a variable; or only one of the errors counts.
@half@
identifier f =~ "^_*((kvm_|snp_)?rmp(_make_private[a-z_]*|_mark_pages[a-z_]*)|direct_map_(get|track|remove|split)|(kvm_arch_|sev_)gmem_make_private|kvm_gmem_unmap_direct)$";
identifier msg =~ "^(pr_|dev_|trace_|vcpu_unimpl$|WARN|dump_|kvm_(err|info|debug|pr))";
identifier rc;
constant c;
position p, q;
statement s;
@@
rc = f@p(...);
(
 if@q (\(rc\|rc < 0\|rc != 0\|WARN_ON(rc)\|WARN_ON_ONCE(rc)\)) \(msg(...);\|{ msg(...); }\)
|
 if@q (rc == -c) s
)

@halflost exists@
identifier half.f, half.rc;
position half.p, half.q, r;
expression e;
statement s;
@@
* rc = f@p(...);
if@q (...) s
... when != rc
(
 rc = <+... rc ...+>;
|
 return <+... rc ...+>;
|
* rc =@r e;
|
* return@r ...;
)

@script:python depends on report || org@
p << half.p;
r << halflost.r;
f << half.f;
@@
say(p[0], "failure of %s() changes nothing" % f)

// Success is returned for a failure.
@swallowed@
identifier f =~ "^_*((kvm_|snp_)?rmp(_make_private[a-z_]*|_mark_pages[a-z_]*)|direct_map_(get|track|remove|split)|(kvm_arch_|sev_)gmem_make_private|kvm_gmem_unmap_direct)$";
identifier rc;
position p;
@@
(
* if (\(f@p(...)\|f@p(...) < 0\|WARN_ON(f@p(...))\|WARN_ON_ONCE(f@p(...))\|KVM_BUG_ON(f@p(...), ...)\)) return 0;
|
* if (\(f@p(...)\|f@p(...) < 0\|WARN_ON(f@p(...))\|WARN_ON_ONCE(f@p(...))\|KVM_BUG_ON(f@p(...), ...)\)) { ... return 0; }
|
* rc = f@p(...);
if (\(rc\|rc < 0\|WARN_ON(rc)\|WARN_ON_ONCE(rc)\|KVM_BUG_ON(rc, ...)\)) return 0;
|
* rc = f@p(...);
if (\(rc\|rc < 0\|WARN_ON(rc)\|WARN_ON_ONCE(rc)\|KVM_BUG_ON(rc, ...)\)) { ... return 0; }
)

@script:python depends on report || org@
p << swallowed.p;
f << swallowed.f;
@@
say(p[0], "success returned though %s() failed" % f)

// Passed over: the loop goes on with the next one, and ends as if all were well.
@skipped@
identifier f =~ "^_*((kvm_|snp_)?rmp(_make_private[a-z_]*|_mark_pages[a-z_]*)|direct_map_(get|track|remove|split)|(kvm_arch_|sev_)gmem_make_private)$";
identifier rc;
position p;
@@
(
* if (\(f@p(...)\|f@p(...) < 0\|WARN_ON(f@p(...))\|WARN_ON_ONCE(f@p(...))\)) continue;
|
* rc = f@p(...);
if (\(rc\|rc < 0\|WARN_ON(rc)\|WARN_ON_ONCE(rc)\)) continue;
)

@script:python depends on report || org@
p << skipped.p;
f << skipped.f;
@@
say(p[0], "failure of %s() is passed over" % f)

// Kept in a field, and overwritten or left behind.
@infield exists@
identifier f =~ "^_*((kvm_|snp_)?rmp(update|_make_(private|shared)[a-z_]*|_mark_pages[a-z_]*|table_psmash)|psmash[a-z_]*|snp_(page_reclaim|reclaim_pages?|reclaim_cmd_buf)|direct_map_(get|track|remove|split)|sev_gmem_make_private)$";
identifier fld, g;
expression x, e;
position p, q;
@@
(
* x->fld = f@p(...);
... when != x->fld
(
 x->fld = <+... x->fld ...+>;
|
 return <+... x->fld ...+>;
|
 x->fld =@q e;
|
 g@q(..., &x->fld, ...)
|
 return@q ...;
)
|
* x.fld = f@p(...);
... when != x.fld
(
 x.fld = <+... x.fld ...+>;
|
 return <+... x.fld ...+>;
|
 x.fld =@q e;
|
 g@q(..., &x.fld, ...)
|
 return@q ...;
)
)

@script:python depends on report || org@
p << infield.p;
q << infield.q;
f << infield.f;
@@
say(p[0], "result of %s() is lost" % f)
