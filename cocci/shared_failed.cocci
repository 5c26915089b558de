// SPDX-License-Identifier: GPL-2.0-only
/// Leak what cannot be made shared.
///
/// A page that the RMP still has as somebody else's must never be freed, put back
/// into use, or forgotten about as if all were well: the next write to it is fatal.
///
// Confidence: Moderate
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: Names tell what makes shared, leaks, frees and uses.  That the failure and the free
// are about the same page is not checked.
// Words: rmp_make_shared|reclaim
// Options: --no-includes --include-headers
// Requires: 1.1.0

virtual report
virtual org
virtual context

@initialize:python@
@@
seen = set()

# These leak by themselves what they cannot make shared.
def leaks(name):
	return str(name) in ("kvm_rmp_make_shared", "snp_page_reclaim", "snp_reclaim_pages")

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

// The result in a variable, and what fails gets to what frees or uses.
@var exists@
identifier share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_page(s)?))$", leak =~ "leak", end =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|folio_put_refs|release_pages|kvm_release_page_(clean|dirty|unused)|snp_pool_free_page|free_pages_bulk_array|unpin_user_page[a-z_]*|mempool_free_pages?)$", use =~ "^(clear_(high)?page|copy_(high)?page|clear_user_highpage|memset|memcpy|memzero_page|memcpy_(to|from)_page|list_add(_tail)?|llist_add|kvm_gmem_map_direct|direct_map_(return|put|put_large)|kvm_arch_gmem_map_direct|set_direct_map_(default|valid)_noflush|clflush_cache_range|set_memory_[a-z0-9_]+|kmap_local_page|kmap_local_pfn|page_address|folio_mark_uptodate|bitmap_clear|__?clear_bit|__?test_and_clear_bit)$";
identifier rc;
expression e1, e2, e3;
type t;
position p;
@@
(
 rc = share(...);
|
 t rc = share(...);
)
... when != rc = e1
    when != leak(...)
    when != false rc
    when != false rc != 0
    when != false rc < 0
    when != true !rc
    when != true rc == 0
    when != true rc >= 0
    when != true !rc && e2
    when != false rc || e3
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(rc, ...)
    when != true !\(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(rc, ...)
(
* end@p(...)
|
* use@p(...)
)

@script:python depends on report || org@
p << var.p;
share << var.share;
@@
say(p[0], "page freed or used that %s() could not make shared" % share)

// The result in a condition.
@cond@
identifier share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_page(s)?))$";
position p0;
statement s1, s2;
@@
if (<+... share@p0(...) ...+>) s1 else s2

@condfree exists@
identifier cond.share, leak =~ "leak", end =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|folio_put_refs|release_pages|kvm_release_page_(clean|dirty|unused)|snp_pool_free_page|free_pages_bulk_array|unpin_user_page[a-z_]*|mempool_free_pages?)$", use =~ "^(clear_(high)?page|copy_(high)?page|clear_user_highpage|memset|memcpy|memzero_page|memcpy_(to|from)_page|list_add(_tail)?|llist_add|kvm_gmem_map_direct|direct_map_(return|put|put_large)|kvm_arch_gmem_map_direct|set_direct_map_(default|valid)_noflush|clflush_cache_range|set_memory_[a-z0-9_]+|kmap_local_page|kmap_local_pfn|page_address|folio_mark_uptodate|bitmap_clear|__?clear_bit|__?test_and_clear_bit)$";
expression e2, e3, e4, e5;
position cond.p0, p;
@@
share@p0(...)
... when != leak(...)
    when != false share(...)
    when != false share(...) != 0
    when != false share(...) < 0
    when != true !share(...)
    when != true share(...) == 0
    when != true !share(...) && e2
    when != true e2 && !share(...)
    when != true e3 || !share(...)
    when != true e3 || e4 || !share(...)
    when != true e2 && e4 && !share(...)
    when != true e2 && !share(...) && e4
    when != true e2 && !share(...) && e4 && e5
    when != false share(...) || e3
    when != false e3 || share(...)
    when != false e3 && share(...)
    when != false e3 && share(...) != 0
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(share(...), ...)
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(share(...) != 0, ...)
(
* end@p(...)
|
* use@p(...)
)

@script:python depends on report || org@
p << condfree.p;
share << cond.share;
@@
say(p[0], "page freed or used that %s() could not make shared" % share)

// Nobody leaks it, and nobody is told: who called will free it.
@forgotvar exists@
identifier fn, share =~ "^_*(rmp_make_shared(_range|_one)?|__snp_page_reclaim|snp_reclaim_page)$", leak =~ "leak", rc;
expression e1, e2, e3;
type t;
position p;
@@
void fn(...)
{
... when any
(
* rc = share@p(...);
|
* t rc = share@p(...);
)
... when != rc = e1
    when != leak(...)
    when != false rc
    when != false rc != 0
    when != false rc < 0
    when != true !rc
    when != true rc == 0
    when != true rc >= 0
    when != true !rc && e2
    when != false rc || e3
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(rc, ...)
    when != true !\(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(rc, ...)
}

@script:python depends on report || org@
p << forgotvar.p;
share << forgotvar.share;
@@
say(p[0], "page is neither leaked nor reported if %s() fails" % share)

@forgotcond exists@
identifier fn, cond.share, leak =~ "leak";
expression e2, e3, e4, e5;
position cond.p0;
@@
void fn(...)
{
... when any
* share@p0(...)
... when != leak(...)
    when != false share(...)
    when != false share(...) != 0
    when != false share(...) < 0
    when != true !share(...)
    when != true share(...) == 0
    when != true !share(...) && e2
    when != true e2 && !share(...)
    when != true e3 || !share(...)
    when != true e3 || e4 || !share(...)
    when != true e2 && e4 && !share(...)
    when != true e2 && !share(...) && e4
    when != true e2 && !share(...) && e4 && e5
    when != false share(...) || e3
    when != false e3 || share(...)
    when != false e3 && share(...)
    when != false e3 && share(...) != 0
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(share(...), ...)
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(share(...) != 0, ...)
}

@script:python depends on report || org@
p << cond.p0;
share << cond.share;
fn << forgotcond.fn;
@@
if not leaks(share):
	say(p[0], "page is neither leaked nor reported if %s() fails" % share)

// Not leaked, and success returned.
@lost exists@
identifier share =~ "^_*(rmp_make_shared(_range|_one)?|__snp_page_reclaim|snp_reclaim_page)$", leak =~ "leak", rc;
expression e1, e2, e3;
type t;
position p;
@@
(
* rc = share@p(...);
|
* t rc = share@p(...);
)
... when != rc = e1
    when != leak(...)
    when != false rc
    when != false rc != 0
    when != false rc < 0
    when != true !rc
    when != true rc == 0
    when != true rc >= 0
    when != true !rc && e2
    when != false rc || e3
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(rc, ...)
    when != true !\(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(rc, ...)
return 0;

@script:python depends on report || org@
p << lost.p;
share << lost.share;
@@
say(p[0], "page is neither leaked nor reported if %s() fails" % share)

@lostcond exists@
identifier cond.share, leak =~ "leak";
identifier fn;
expression e2, e3, e4, e5;
position cond.p0;
@@
fn(...)
{
... when any
* share@p0(...)
... when != leak(...)
    when != false share(...)
    when != false share(...) != 0
    when != false share(...) < 0
    when != true !share(...)
    when != true share(...) == 0
    when != true !share(...) && e2
    when != true e2 && !share(...)
    when != true e3 || !share(...)
    when != true e3 || e4 || !share(...)
    when != true e2 && e4 && !share(...)
    when != true e2 && !share(...) && e4
    when != true e2 && !share(...) && e4 && e5
    when != false share(...) || e3
    when != false e3 || share(...)
    when != false e3 && share(...)
    when != false e3 && share(...) != 0
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(share(...), ...)
    when != false \(WARN\|WARN_ON\|WARN_ONCE\|WARN_ON_ONCE\|KVM_BUG\|KVM_BUG_ON\)(share(...) != 0, ...)
return 0;
... when any
}

@script:python depends on report || org@
p << cond.p0;
share << cond.share;
fn << lostcond.fn;
@@
if not leaks(share):
	say(p[0], "page is neither leaked nor reported if %s() fails" % share)

// The other way round: true if it worked.
@worked exists@
identifier share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_page(s)?))$", leak =~ "leak", end =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|folio_put_refs|release_pages|kvm_release_page_(clean|dirty|unused)|snp_pool_free_page|free_pages_bulk_array|unpin_user_page[a-z_]*|mempool_free_pages?)$", use =~ "^(clear_(high)?page|copy_(high)?page|clear_user_highpage|memset|memcpy|memzero_page|memcpy_(to|from)_page|list_add(_tail)?|llist_add|kvm_gmem_map_direct|direct_map_(return|put|put_large)|kvm_arch_gmem_map_direct|set_direct_map_(default|valid)_noflush|clflush_cache_range|set_memory_[a-z0-9_]+|kmap_local_page|kmap_local_pfn|page_address|folio_mark_uptodate|bitmap_clear|__?clear_bit|__?test_and_clear_bit)$";
identifier ok;
expression e, e2;
type t;
position p;
@@
(
 ok = !(share(...));
|
 t ok = !(share(...));
|
 ok = share(...) == 0;
|
 t ok = share(...) == 0;
)
... when != ok = e
    when != leak(...)
    when != true ok
    when != false !ok
    when != true ok && e2
    when != false !ok || e2
(
* end@p(...)
|
* use@p(...)
)

@script:python depends on report || org@
p << worked.p;
share << worked.share;
@@
say(p[0], "page freed or used that %s() could not make shared" % share)

// A function of this file that hands the result through, and does not leak.
@through@
identifier w, share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_page(s)?))$", rc;
type t;
position q;
@@
w@q(...)
{
<+...
(
 return share(...);
|
 rc = share(...);
 ... when any
 return rc;
|
 t rc = share(...);
 ... when any
 return rc;
)
...+>
}

@leaks@
identifier w, leak =~ "leak";
position through.q;
@@
w@q(...) { <+... leak(...) ...+> }

@throughvar depends on !leaks exists@
identifier through.w, leak =~ "leak", end =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|folio_put_refs|release_pages|kvm_release_page_(clean|dirty|unused)|snp_pool_free_page|free_pages_bulk_array|unpin_user_page[a-z_]*|mempool_free_pages?)$", use =~ "^(clear_(high)?page|copy_(high)?page|clear_user_highpage|memset|memcpy|memzero_page|memcpy_(to|from)_page|list_add(_tail)?|llist_add|kvm_gmem_map_direct|direct_map_(return|put|put_large)|kvm_arch_gmem_map_direct|set_direct_map_(default|valid)_noflush|clflush_cache_range|set_memory_[a-z0-9_]+|kmap_local_page|kmap_local_pfn|page_address|folio_mark_uptodate|bitmap_clear|__?clear_bit|__?test_and_clear_bit)$";
identifier rc;
expression e, e2;
type t;
position p;
@@
(
 rc = w(...);
|
 t rc = w(...);
)
... when != rc = e
    when != leak(...)
    when != false rc
    when != false rc < 0
    when != true !rc
    when != true rc == 0
    when != true !rc && e2
    when != false rc || e2
(
* end@p(...)
|
* use@p(...)
)

@script:python depends on report || org@
p << throughvar.p;
w << through.w;
@@
say(p[0], "page freed or used that %s() could not make shared" % w)

@throughif@
identifier through.w;
position p0;
statement s1, s2;
@@
if (<+... w@p0(...) ...+>) s1 else s2

@throughcond depends on !leaks exists@
identifier through.w, leak =~ "leak", end =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|folio_put_refs|release_pages|kvm_release_page_(clean|dirty|unused)|snp_pool_free_page|free_pages_bulk_array|unpin_user_page[a-z_]*|mempool_free_pages?)$", use =~ "^(clear_(high)?page|copy_(high)?page|clear_user_highpage|memset|memcpy|memzero_page|memcpy_(to|from)_page|list_add(_tail)?|llist_add|kvm_gmem_map_direct|direct_map_(return|put|put_large)|kvm_arch_gmem_map_direct|set_direct_map_(default|valid)_noflush|clflush_cache_range|set_memory_[a-z0-9_]+|kmap_local_page|kmap_local_pfn|page_address|folio_mark_uptodate|bitmap_clear|__?clear_bit|__?test_and_clear_bit)$";
expression e2, e3;
position throughif.p0, p;
@@
w@p0(...)
... when != leak(...)
    when != false w(...)
    when != false w(...) < 0
    when != true !w(...)
    when != true w(...) == 0
    when != true e2 && !w(...)
    when != true e2 || !w(...)
    when != false w(...) || e3
    when != false e3 || w(...)
    when != false e3 && w(...)
(
* end@p(...)
|
* use@p(...)
)

@script:python depends on report || org@
p << throughcond.p;
w << through.w;
@@
say(p[0], "page freed or used that %s() could not make shared" % w)

// Leaked, and given away all the same: a reference too few, or the page itself.
@given exists@
identifier leak =~ "^(kvm_gmem_leak_folio|_*snp_leak_pages?)$", share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_pages?))$", end =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|folio_put_refs|release_pages|kvm_release_page_(clean|dirty|unused)|snp_pool_free_page|free_pages_bulk_array|unpin_user_page[a-z_]*|mempool_free_pages?)$";
identifier x;
expression e;
position p;
@@
leak(<+... x ...+>, ...);
... when != share(...)
    when != x = e
    when != x += e
    when != x++
    when != ++x
    when != kfree(x)
* end@p(<+... x ...+>, ...);

@script:python depends on report || org@
p << given.p;
leak << given.leak;
end << given.end;
@@
say(p[0], "%s() after %s()" % (end, leak))

// What frees is a function of this file.
@frees@
identifier w, x, end =~ "^(_*free_pages?|_*free_pages_exact|_*free_frozen_pages|put_page|folio_put|snp_pool_free_page)$";
type t;
position q;
@@
w@q(..., t x, ...)
{
<+...
end(<+... x ...+>, ...)
...+>
}

@heeds@
identifier w, share =~ "rmp_make_shared|reclaim|leak";
position frees.q;
@@
w@q(...) { <+... share(...) ...+> }

@viavar depends on !heeds exists@
identifier share =~ "^_*((kvm_)?rmp_make_shared(_range|_one)?|snp_(page_reclaim|reclaim_page(s)?))$", leak =~ "leak", frees.w, rc;
expression e1, e2, e3;
position p;
@@
rc = share(...);
... when != rc = e1
    when != leak(...)
    when != false rc
    when != false rc != 0
    when != false rc < 0
    when != true !rc
    when != true rc == 0
    when != true !rc && e2
    when != false rc || e3
* w@p(...);

@script:python depends on report || org@
p << viavar.p;
share << viavar.share;
@@
say(p[0], "page freed or used that %s() could not make shared" % share)

@viacond depends on !heeds exists@
identifier cond.share, leak =~ "leak", frees.w;
expression e2, e3;
position cond.p0, p;
@@
share@p0(...)
... when != leak(...)
    when != false share(...)
    when != false share(...) != 0
    when != false share(...) < 0
    when != true !share(...)
    when != true share(...) == 0
    when != true !share(...) && e2
    when != true e2 && !share(...)
    when != true e3 || !share(...)
    when != false share(...) || e3
    when != false e3 || share(...)
    when != false e3 && share(...)
* w@p(...);

@script:python depends on report || org@
p << viacond.p;
share << cond.share;
@@
say(p[0], "page freed or used that %s() could not make shared" % share)
