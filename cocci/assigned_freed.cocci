// SPDX-License-Identifier: GPL-2.0-only
/// Give no page to the allocator that is assigned in the RMP.
///
/// What was made private, or was taken from the firmware's allocator, is to be made
/// shared (or reclaimed) before it is freed, and leaked if that fails.
///
// Confidence: Moderate
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: Names tell what makes private and shared, and what frees.
// Words: rmp_make_(private|shared)|reclaim|mark_pages_firmware|make_private|snp_alloc_(firmware|hv_fixed)_page
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

// Made private and shared again on the same condition.
@same exists@
identifier make =~ "^_*(rmp_make_private(_range|_level)?|rmp_mark_pages_firmware|sev_gmem_make_private|kvm_arch_gmem_make_private)$", free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "rmp_make_shared|reclaim";
expression c;
position p;
@@
if (c) { <+... make(...) ...+> }
... when any
if (c) { <+... share(...) ...+> }
... when any
free@p(...)

// Made private, and freed without more ado.
@made exists@
identifier make =~ "^_*(rmp_make_private(_range|_level)?|rmp_mark_pages_firmware|sev_gmem_make_private|kvm_arch_gmem_make_private)$", free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "rmp_make_shared|reclaim|leak|snp_free_firmware|mark_hyp";
identifier rc;
expression e, e2;
type t;
position p != same.p;
@@
(
 rc = make(...);
|
 t rc = make(...);
)
... when != share(...)
    when != rc = e
    when != true rc
    when != true rc < 0
    when != true rc != 0
    when != false !rc
    when != false rc == 0
    when != true rc || e2
    when != true \(WARN_ON\|WARN_ON_ONCE\|KVM_BUG_ON\)(rc, ...)
* free@p(...)

@script:python depends on report || org@
p << made.p;
make << made.make;
@@
say(p[0], "page freed that %s() assigned" % make)

// The same after the variable was used for something else.
@made2 exists@
identifier make =~ "^_*(rmp_make_private(_range|_level)?|rmp_mark_pages_firmware|sev_gmem_make_private|kvm_arch_gmem_make_private)$", free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "rmp_make_shared|reclaim|leak|snp_free_firmware|mark_hyp";
identifier rc;
expression e, e2;
type t;
position p != same.p;
@@
(
 rc = make(...);
|
 t rc = make(...);
)
... when != share(...)
    when != rc = e
    when != true rc
    when != true rc < 0
    when != true rc != 0
    when != false !rc
    when != false rc == 0
    when != true rc || e2
rc = e
... when != share(...)
* free@p(...)

@script:python depends on report || org@
p << made2.p;
make << made2.make;
@@
say(p[0], "page freed that %s() assigned" % make)

@cond@
identifier make =~ "^_*(rmp_make_private(_range|_level)?|rmp_mark_pages_firmware|sev_gmem_make_private|kvm_arch_gmem_make_private)$";
position p0;
statement s1, s2;
@@
if (<+... make@p0(...) ...+>) s1 else s2

@condmade exists@
identifier cond.make, free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "rmp_make_shared|reclaim|leak|snp_free_firmware|mark_hyp";
expression e2, e3;
position p != same.p, cond.p0;
@@
make@p0(...)
... when != share(...)
    when != true make(...)
    when != true make(...) != 0
    when != true make(...) < 0
    when != true make(...) || e2
    when != true e2 || make(...)
    when != true e2 && make(...)
    when != false !make(...)
    when != false make(...) == 0
    when != false e3 && !make(...)
    when != true \(WARN_ON\|WARN_ON_ONCE\|KVM_BUG_ON\)(make(...), ...)
* free@p(...)

@script:python depends on report || org@
p << condmade.p;
make << cond.make;
@@
say(p[0], "page freed that %s() assigned" % make)

// Several immutable pages: if it fails, some of them may be stuck.
@stuck exists@
identifier make =~ "^rmp_make_private_range$", free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "reclaim|leak|make_shared|firmware";
identifier rc;
expression e, e2, e3, e4, im, n;
position p;
@@
rc = make(e, e2, n, e3, e4, im, ...);
... when != share(...)
    when != false rc
    when != false rc < 0
    when != true !rc
* free@p(...)

@script:python depends on report || org@
p << stuck.p;
make << stuck.make;
im << stuck.im;
@@
# made by the kernel's own, it is taken back by itself
if str(make) == "rmp_make_private_range" and str(im) not in ("false", "0"):
	say(p[0], "page freed that may be assigned still after %s() failed" % make)

// How many are stuck is returned, and not heeded.
@tested@
identifier make =~ "mark_pages_firmware$|^rmp_make_private_range$";
expression n;
position q;
statement s1, s2;
@@
if (<+... make@q(..., &n) ...+>) s1 else s2

@heedif exists@
identifier tested.make, free =~ "^(_*free_pages?|_*free_pages_exact|put_page|folio_put|snp_pool_free_page)$", share =~ "reclaim|leak|make_shared|firmware";
expression n;
position tested.q, p;
@@
make@q(..., &n)
... when != share(...)
    when != false make(..., &n)
    when != true !make(..., &n)
    when != n
* free@p(...)

@script:python depends on report || org@
p << heedif.p;
make << tested.make;
@@
say(p[0], "page freed that may be assigned still after %s() failed" % make)

// Of the firmware's allocator, and given to another one.
@fw exists@
identifier get =~ "^_*snp_alloc_(firmware|hv_fixed)_pages?$", free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "rmp_make_shared|reclaim|leak";
expression x, e;
type t;
position p;
@@
(
 x = get(...)
|
 x = (t)get(...)
)
... when != share(...)
    when != x = e
    when != true !x
    when != true x == NULL
* free@p(<+... x ...+>, ...)

@script:python depends on report || org@
p << fw.p;
get << fw.get;
free << fw.free;
@@
say(p[0], "%s() on a page of %s(), which is the firmware's still" % (free, get))

@fwdecl exists@
identifier get =~ "^_*snp_alloc_(firmware|hv_fixed)_pages?$", free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "rmp_make_shared|reclaim|leak";
expression e;
type t;
identifier l;
position p;
@@
t l = get(...);
... when != share(...)
    when != l = e
    when != true !l
    when != true l == NULL
* free@p(<+... l ...+>, ...)

@script:python depends on report || org@
p << fwdecl.p;
get << fwdecl.get;
free << fwdecl.free;
@@
say(p[0], "%s() on a page of %s(), which is the firmware's still" % (free, get))

// Functions that make something shared somewhere.
@shares@
identifier fn, share =~ "rmp_make_shared|reclaim";
position q;
@@
fn@q(...)
{
<+...
share(...)
...+>
}

// Kept in a field, freed from there in a function that makes nothing shared.
@kept@
identifier get =~ "^_*snp_alloc_(firmware|hv_fixed)_pages?$", f;
expression x;
@@
\(x->f\|x.f\) = get(...)

@keptfree@
identifier kept.f, fn, free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", conv =~ "page|phys|pa$";
expression x;
type t;
position p, q != shares.q;
@@
fn@q(...)
{
<+...
(
* free@p(\(x->f\|x.f\), ...)
|
* free@p((t)\(x->f\|x.f\), ...)
|
* free@p(conv(\(x->f\|x.f\)), ...)
)
...+>
}

@script:python depends on report || org@
p << keptfree.p;
free << keptfree.free;
f << kept.f;
@@
say(p[0], "%s() on %s, which is the firmware's still" % (free, f))

// The same for what is assigned through its PFN.
@pfield@
identifier make =~ "^_*(rmp_make_private(_range|_level)?|rmp_mark_pages_firmware|sev_gmem_make_private|kvm_arch_gmem_make_private)$", f, pfn, conv =~ "page|phys|pa$";
expression x;
type t;
@@
(
 t pfn = <+... conv(\(x->f\|x.f\)) ...+>;
|
 pfn = <+... conv(\(x->f\|x.f\)) ...+>;
)
... when any
make(pfn, ...)

@pfieldfree@
identifier pfield.f, fn, free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", conv =~ "page|phys|pa$";
expression x;
type t;
position p, q != shares.q;
@@
fn@q(...)
{
<+...
(
* free@p(\(x->f\|x.f\), ...)
|
* free@p((t)\(x->f\|x.f\), ...)
|
* free@p(conv(\(x->f\|x.f\)), ...)
)
...+>
}

@script:python depends on report || org@
p << pfieldfree.p;
free << pfieldfree.free;
f << pfield.f;
@@
say(p[0], "%s() on %s, which is assigned" % (free, f))

@pfield2@
identifier make =~ "^_*(rmp_make_private(_range|_level)?|rmp_mark_pages_firmware|sev_gmem_make_private|kvm_arch_gmem_make_private)$", f, conv =~ "page|phys|pa$";
expression x;
@@
make(<+... conv(\(x->f\|x.f\)) ...+>, ...)

@pfieldfree2@
identifier pfield2.f, fn, free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", conv =~ "page|phys|pa$";
expression x;
type t;
position p, q != shares.q;
@@
fn@q(...)
{
<+...
(
* free@p(\(x->f\|x.f\), ...)
|
* free@p((t)\(x->f\|x.f\), ...)
|
* free@p(conv(\(x->f\|x.f\)), ...)
)
...+>
}

@script:python depends on report || org@
p << pfieldfree2.p;
free << pfieldfree2.free;
f << pfield2.f;
@@
say(p[0], "%s() on %s, which is assigned" % (free, f))

// The other way round: freed first, made shared then.
@backward exists@
identifier free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "^_*((kvm_)?rmp_make_shared(_range)?|snp_(page_reclaim|reclaim_pages?)|rmp_mark_pages_shared)$", conv =~ "page|phys|pa$|pfn|folio|virt", conv2 =~ "page|phys|pa$|pfn|folio|virt", conv3 =~ "page|phys|pa$|pfn|folio|virt";
idexpression x;
expression e;
position p;
@@
* free@p(\(x\|conv(x)\), ...);
... when != x = e
    when != x += e
    when != x++
    when != ++x
share(..., \(x\|conv2(x)\|conv3(conv2(x))\), ...)

@script:python depends on report || org@
p << backward.p;
share << backward.share;
@@
say(p[0], "page freed before %s()" % share)

@backfield exists@
identifier free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", share =~ "^_*((kvm_)?rmp_make_shared(_range)?|snp_(page_reclaim|reclaim_pages?)|rmp_mark_pages_shared)$", conv =~ "page|phys|pa$|pfn|folio|virt", conv2 =~ "page|phys|pa$|pfn|folio|virt", f, pfn;
expression y, e;
type t;
position p;
@@
* free@p(\(conv(y->f)\|conv(y.f)\|(t)y->f\|(t)y.f\), ...);
... when != y->f = e
    when != y.f = e
    when any
(
 pfn = <+... conv2(\(y->f\|y.f\)) ...+>;
|
 t pfn = <+... conv2(\(y->f\|y.f\)) ...+>;
)
... when != pfn = e
share(..., pfn, ...)

@script:python depends on report || org@
p << backfield.p;
share << backfield.share;
@@
say(p[0], "page freed before %s()" % share)

// Functions of this file that free, and make nothing shared.
@frees@
identifier w, x, free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page)$";
type t;
position q != shares.q;
@@
w@q(..., t x, ...)
{
<+...
free(<+... x ...+>, ...)
...+>
}

@heedvia exists@
identifier tested.make, frees.w, share =~ "reclaim|leak|make_shared|firmware";
expression n;
position tested.q, p;
@@
make@q(..., &n)
... when != share(...)
    when != false make(..., &n)
    when != true !make(..., &n)
    when != n
* w@p(...);

@script:python depends on report || org@
p << heedvia.p;
make << tested.make;
@@
say(p[0], "page freed that may be assigned still after %s() failed" % make)

@madevia exists@
identifier make =~ "^_*(rmp_make_private(_range|_level)?|rmp_mark_pages_firmware|sev_gmem_make_private|kvm_arch_gmem_make_private)$", frees.w, rc, share =~ "rmp_make_shared|reclaim|leak|snp_free_firmware|mark_hyp";
expression e, e2;
position p != same.p;
@@
rc = make(...);
... when != share(...)
    when != rc = e
    when != true rc
    when != true rc < 0
    when != true rc != 0
    when != false !rc
    when != false rc == 0
    when != true rc || e2
* w@p(...);

@script:python depends on report || org@
p << madevia.p;
make << madevia.make;
@@
say(p[0], "page freed that %s() assigned" % make)

@condvia exists@
identifier cond.make, frees.w, share =~ "rmp_make_shared|reclaim|leak|snp_free_firmware|mark_hyp";
expression e2, e3;
position p != same.p, cond.p0;
@@
make@p0(...)
... when != share(...)
    when != true make(...)
    when != true make(...) != 0
    when != true make(...) < 0
    when != true make(...) || e2
    when != true e2 || make(...)
    when != true e2 && make(...)
    when != false !make(...)
    when != false make(...) == 0
    when != false e3 && !make(...)
* w@p(...);

@script:python depends on report || org@
p << condvia.p;
make << cond.make;
@@
say(p[0], "page freed that %s() assigned" % make)

// The same where a function of this file gets it.
@getter@
identifier get =~ "^_*snp_alloc_(firmware|hv_fixed)_pages?$", w, x;
type t;
@@
w(...)
{
<+...
(
 x = get(...);
|
 t x = get(...);
)
... when any
return x;
...+>
}

@gotten@
identifier getter.w, f;
expression x;
@@
\(x->f\|x.f\) = w(...)

@gottenfree@
identifier gotten.f, fn, free =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page|kv?free|vfree)$", conv =~ "page|phys|pa$";
expression x;
type t;
position p, q != shares.q;
@@
fn@q(...)
{
<+...
(
* free@p(\(x->f\|x.f\), ...)
|
* free@p((t)\(x->f\|x.f\), ...)
|
* free@p(conv(\(x->f\|x.f\)), ...)
)
...+>
}

@script:python depends on report || org@
p << gottenfree.p;
free << gottenfree.free;
f << gotten.f;
@@
say(p[0], "%s() on %s, which is the firmware's still" % (free, f))
