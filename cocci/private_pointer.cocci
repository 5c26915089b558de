// SPDX-License-Identifier: GPL-2.0-only
/// Make no pointer to private guest memory.
///
/// A page that kvm_gmem_get_pfn() and its like hand out, or that a function of
/// guest_memfd is given, may be the guest's: the host gets at it through the guard
/// for shared guest memory, or after it has made sure that the page is shared
/// (attribute, RMP) or was never given to the guest (not up to date).
/// Whatever is computed from such a PFN, page or folio counts, also if it
/// goes through variables, fields of structs, and functions of the same file.
///
// Confidence: Moderate
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: What is known to be shared is known by names, see the first rule with
// "when"; fields are told apart by name only. Calls across files are not followed.
// Words: gmem|post_populate|private|kvm_page_fault
// Options: --no-includes --include-headers
// Requires: 1.1.0

virtual report
virtual org
virtual context

@initialize:python@
@@
import re
# Functions that may: the guard itself.
GUARD = re.compile(r"^_*kvm_(gmem_)?((un)?map|kmap|get|put|read|write|access)_shared|^kvm_gmem_(address|begin_access)$")
# Calls whose & arguments (or pointers) become private PFNs and pages; what they return, too.
SOURCE = re.compile(r"^_*kvm_(x86_)?gmem_(get_pfn|get_folio|get_page|get_private\w*|lock_folio|private_\w*(pfn|page|folio))$")
# What takes a folio from the page cache; private if it is a guest_memfd's.
CACHE = re.compile(r"^_*(filemap_(get|lock|grab)_folio\w*|find_(get|lock)_page\w*|read_(mapping|cache)_(page|folio)\w*|pagecache_get_page)$")
# Functions whose parameters of these types are private.
TAKES = re.compile(r"gmem|_make_private$|post_populate|private_(pfn|page|folio)")
TYPES = re.compile(r"\b(kvm_pfn_t|gmem_pfn_t|struct folio \*|struct page \*)")
# Parameters that are not, by name.
NOT = re.compile(r"^(src|dst|source)_?\w*|_src$|^(dirty|zero)_")
SINK = re.compile(r"""^(pfn_to_kaddr|pfn_to_virt|(lowmem_)?page_address|page_to_virt|folio_address
	|phys_to_virt|__va|kmap(_\w+)?|(devm_)?memremap(_\w+)?|ioremap(_\w+)?|vmap(_pfn)?|vm_map_ram
	|(clear|copy)_(\w+_)?(high)?page(s|_\w+)?|mem(cpy|set|move|zero|cmp)_(from_|to_)?(page|folio)
	|folio_zero_\w+|folio_fill_tail|zero_user\w*|copy_(page|folio)_(from|to)_\w+
	|kunmap_local_dirty|dma_map_page|copy_(from|to)_user_page|access_process_vm)$""", re.X)
seen = set()

class Facts:
	def __init__(self):
		self.assign = set()	# (function, left, right)
		self.calls = set()	# (function, callee, (arguments...), line, column)
		self.params = {}	# function -> [(type, name)]
		self.returns = set()	# (function, expression)
		self.callbacks = set()
		self.at = {}
facts = {}

def of(p):
	return facts.setdefault(p.file, Facts())

def split(s):
	out, depth, cur = [], 0, ""
	for c in s:
		if c in "([{":
			depth += 1
		elif c in ")]}":
			depth -= 1
		if c == "," and depth == 0:
			out.append(cur.strip())
			cur = ""
		else:
			cur += c
	if cur.strip():
		out.append(cur.strip())
	return out

def squeeze(e):
	return re.sub(r"\s*(->|\.|\[|\])\s*", r"\1", re.sub(r"\s+", " ", str(e))).strip()

def target(fn, e):
	"""What an assignment to e, or a call with &e, taints."""
	e = squeeze(e).strip("()&* ")
	e = re.sub(r"(\[[^\]]*\])+$", "", e)
	m = re.search(r"(?:->|\.)(\w+)$", e)
	if m:
		return ("field", m.group(1))
	m = re.match(r"^\w+$", e)
	return (fn, e) if m else None

def uses(fn, e, tainted):
	"""Does e use something tainted?"""
	e = squeeze(e)
	e = re.sub(r"\bsizeof \(?[^()]*\)?|\"[^\"]*\"", "", e)
	for m in re.finditer(r"(->|\.)?\b([A-Za-z_]\w*)\b(\s*\()?(?=\s*(->|\.)?)", e):
		pre, name, call, post = m.groups()
		if call or (post and not pre):
			continue
		if (("field", name) if pre else (fn, name)) in tainted:
			return True
	return False

def solve(f):
	tainted, returning = set(), set()
	for fn, ps in f.params.items():
		if (TAKES.search(fn) or fn in f.callbacks) and not GUARD.search(fn):
			for t, n in ps:
				if TYPES.search(t + " ") and not NOT.search(n):
					tainted.add((fn, n))
		for t, n in ps:
			if "struct kvm_page_fault" in t:
				tainted.add(("field", "pfn"))
				tainted.add(("field", "refcounted_page"))
	for _ in range(20):
		before = len(tainted) + len(returning)
		for fn, callee, args, line, col in f.calls:
			src = SOURCE.search(callee)
			for i, a in enumerate(args):
				if src and (a.startswith("&") or i >= 3 and re.match(r"^\w+$", a)):
					t = target(fn, a)
					if t and not re.search(r"order|level|NULL", t[1]):
						tainted.add(t)
						# handed through to who calls
						if not a.startswith("&"):
							f.at.setdefault("out", set()).add(t)
				# a function of this file: into it, and out of it through a pointer
				ps = f.params.get(callee)
				if ps and i < len(ps):
					if a.startswith("&") and (callee, ps[i][1]) in f.at.get("out", ()):
						t = target(fn, a)
						if t:
							tainted.add(t)
		for fn, l, r in f.assign:
			m = re.match(r"^(\w+) ?\(", squeeze(r))
			callee = m.group(1) if m else None
			hot = False
			if callee and CACHE.search(callee) and ("gmem" in r or any("kvm_gmem" in n for n in f.params)):
				hot = True
			elif callee and (SOURCE.search(callee) and not re.search(r"get_pfn$", callee)
				       or callee == "__kvm_gmem_get_pfn" or callee in returning):
				hot = True
			elif callee and callee in f.params:
				hot = False
			elif callee and not SINK.search(callee) and not re.search(
				r"pfn|page|folio|phys|PFN|PHYS|hpa|virt|min|max|ALIGN|READ_ONCE|round|__sme|addr|u64", callee):
				hot = False
			elif uses(fn, r, tainted):
				hot = True
			if hot:
				t = target(fn, l)
				if t:
					tainted.add(t)
					# *out = pfn
					if squeeze(l).startswith("*"):
						f.at.setdefault("out", set()).add(t)
		for fn, e in f.returns:
			m = re.match(r"^(\w+) ?\(", squeeze(e))
			if m and CACHE.search(m.group(1)) and "gmem" in fn + str(e):
				returning.add(fn)
			if re.search(r"(->|\.)", squeeze(e)) and not uses(fn, e, tainted):
				continue
			if uses(fn, e, tainted) and not (m and m.group(1) in f.params):
				returning.add(fn)
		if len(tainted) + len(returning) == before:
			break
	# Functions that make a pointer of a parameter.
	makes = set()
	assigns, calls = {}, {}
	for a in f.assign:
		assigns.setdefault(a[0], []).append(a)
	for c in f.calls:
		calls.setdefault(c[0], []).append(c)
	for _ in range(3):
		before = len(makes)
		for fn, ps in f.params.items():
			for i, (t, n) in enumerate(ps):
				local = {(fn, n)}
				for _ in range(3):
					for g, l, r in assigns.get(fn, ()):
						if uses(fn, r, local):
							x = target(fn, l)
							if x and x[0] == fn:
								local.add(x)
				for g, callee, args, line, col in calls.get(fn, ()):
					if (SINK.search(callee) and any(uses(fn, a, local) for a in args) or
					    any((callee, j) in makes and uses(fn, a, local) for j, a in enumerate(args))):
						makes.add((fn, i))
		if len(makes) == before:
			break
	f.tainted, f.makes = tainted, makes

def bad(p, callee, args):
	f = of(p)
	if not hasattr(f, "tainted"):
		solve(f)
	fn = p.current_element
	if GUARD.search(fn) or GUARD.search(callee):
		return None
	for i, a in enumerate(split(args)):
		if not uses(fn, a, f.tainted):
			continue
		if SINK.search(callee):
			return "%s() on private guest memory (%s)" % (callee, squeeze(a))
		if (callee, i) in f.makes and (callee, f.params[callee][i][1]) not in f.tainted:
			return "private guest memory (%s) passed to %s(), which makes a pointer of it" % (squeeze(a), callee)
	return None

def names(e):
	"""The variables and fields that e is made of; of a chain, the last one."""
	e = re.sub(r"\"[^\"]*\"", "", squeeze(e))
	return {m.group(1) for m in re.finditer(r"\b([A-Za-z_]\w*)\b(?!\s*(\(|->|\.))", e)} - {"NULL", "kvm", "vcpu"}

def reclaimed(p, args):
	"""Is it this very page that the function makes shared, by whatever name?"""
	f, fn = of(p), p.current_element
	same = set()
	for g, callee, es, line, col in f.calls:
		if g == fn and re.search(r"rmp_make_shared|reclaim", callee):
			for a in es:
				same |= names(a)
	for _ in range(3):
		for g, l, r in f.assign:
			if g == fn and (names(l) & same or names(r) & same):
				same |= names(l) | names(r)
	return bool(names(args) & same)

@initialize:python depends on report@
@@
def say(p, text):
	if (p.file, p.line, text) not in seen:
		seen.add((p.file, p.line, text))
		coccilib.report.print_report(p, "%s, in %s()" % (text, p.current_element))

@initialize:python depends on org@
@@
def say(p, text):
	coccilib.org.print_todo(p, "%s, in %s()" % (text, p.current_element))

// --- facts, in files that handle such memory ---

@has@
identifier src =~ "gmem|rmp_make_private";
@@
src(...)

@hasdef@
identifier src =~ "gmem|post_populate|private";
@@
src(...) { ... }

@hasfault@
struct kvm_page_fault *fault;
@@
\(fault->pfn\|fault->refcounted_page\)

@params depends on has || hasdef || hasfault@
identifier f;
parameter list ps;
position p;
@@
f@p(ps) { ... }

@script:python@
f << params.f;
ps << params.ps;
p << params.p;
@@
of(p[0]).params[str(f)] = [(re.sub(r"\w+$", "", squeeze(x)), (re.findall(r"\w+", squeeze(x)) or [""])[-1]) for x in split(str(ps))]

@assign depends on has || hasdef || hasfault@
expression l, r;
position p;
@@
l =@p r

@script:python@
l << assign.l;
r << assign.r;
p << assign.p;
@@
of(p[0]).assign.add((p[0].current_element, str(l), str(r)))

@decl depends on has || hasdef || hasfault@
type t;
identifier l;
expression r;
position p;
@@
t l@p = r;

@script:python@
l << decl.l;
r << decl.r;
p << decl.p;
@@
of(p[0]).assign.add((p[0].current_element, str(l), str(r)))

@init depends on has || hasdef || hasfault@
identifier fld, s, x;
expression r;
position p;
@@
struct s x@p = { ..., .fld = r, ... };

@script:python@
fld << init.fld;
r << init.r;
p << init.p;
@@
of(p[0]).assign.add((p[0].current_element, "x." + str(fld), str(r)))

@call depends on has || hasdef || hasfault@
identifier g;
expression list es;
position p;
@@
g@p(es)

@script:python@
g << call.g;
es << call.es;
p << call.p;
@@
of(p[0]).calls.add((p[0].current_element, str(g), tuple(squeeze(x) for x in split(str(es))), p[0].line, p[0].column))
if "gmem_populate" in str(g):
	of(p[0]).callbacks.update(squeeze(x) for x in split(str(es)))

@ret depends on has || hasdef || hasfault@
expression e;
position p;
@@
return@p e;

@script:python@
e << ret.e;
p << ret.p;
@@
of(p[0]).returns.add((p[0].current_element, str(e)))

// --- what is known to be shared, or to be the host's still ---

@known@
identifier reclaim =~ "rmp_make_shared|reclaim", shared =~ "is_shared", private =~ "is_private";
identifier map =~ "^(pfn_to_kaddr|pfn_to_virt|(lowmem_)?page_address|page_to_virt|folio_address|phys_to_virt|__va|kmap(_[a-z_]+)?|(devm_)?memremap(_[a-z]+)?|ioremap(_[a-z]+)?|vmap(_pfn)?|vm_map_ram|(clear|copy)_([a-z_]+_)?(high)?page(s|_[a-z_]+)?|mem(cpy|set|move|zero|cmp)_(from_|to_)?(page|folio)|folio_zero_[a-z]+|folio_fill_tail|zero_user[a-z_]*|copy_(page|folio)_(from|to)_[a-z_]+|dma_map_page)$";
position p;
@@
(
 if (<+... !reclaim(...) ...+>) { <+... map@p(...) ...+> }
|
 if (<+... shared(...) ...+>) { <+... map@p(...) ...+> }
|
 if (<+... !private(...) ...+>) { <+... map@p(...) ...+> }
|
 if (<+... !folio_test_uptodate(...) ...+>) { <+... map@p(...) ...+> }
)

@helper depends on has || hasdef || hasfault@
identifier g;
expression list es;
position p;
@@
g@p(es)

@script:python@
g << helper.g;
es << helper.es;
p << helper.p;
@@
if str(g) in of(p[0]).params:
	text = bad(p[0], str(g), str(es))
	if text is not None and "say" in globals():
		say(p[0], text)

// Made private in this very function.
@after depends on has || hasdef || hasfault exists@
identifier reclaim =~ "rmp_make_shared|reclaim|leak", make =~ "rmp_make_private";
identifier map =~ "^(pfn_to_kaddr|pfn_to_virt|(lowmem_)?page_address|page_to_virt|folio_address|phys_to_virt|__va|kmap(_[a-z_]+)?|(devm_)?memremap(_[a-z]+)?|vmap(_pfn)?|vm_map_ram|(clear|copy)_([a-z_]+_)?(high)?page(s|_[a-z_]+)?|mem(cpy|set|move|zero|cmp)_(from_|to_)?(page|folio)|folio_zero_[a-z]+)$";
identifier rc, number =~ "gmem_pfn_to_";
idexpression pfn;
expression e;
type t;
position p;
@@
(
 rc = make(\(pfn\|number(pfn)\), ...);
|
 t rc = make(\(pfn\|number(pfn)\), ...);
)
... when != reclaim(...)
    when != pfn = e
    when != true rc
    when != true rc < 0
    when any
map@p(<+... pfn ...+>, ...)

@script:python depends on report || org@
map << after.map;
pfn << after.pfn;
p << after.p;
@@
say(p[0], "%s() on private guest memory (%s)" % (map, pfn))

@makes@
identifier make =~ "rmp_make_private";
position p0;
statement s1, s2;
@@
if (<+... make@p0(...) ...+>) s1 else s2

@aftercond depends on has || hasdef || hasfault exists@
identifier reclaim =~ "rmp_make_shared|reclaim|leak", makes.make;
identifier map =~ "^(pfn_to_kaddr|pfn_to_virt|(lowmem_)?page_address|page_to_virt|folio_address|phys_to_virt|__va|kmap(_[a-z_]+)?|(devm_)?memremap(_[a-z]+)?|vmap(_pfn)?|vm_map_ram|(clear|copy)_([a-z_]+_)?(high)?page(s|_[a-z_]+)?|mem(cpy|set|move|zero|cmp)_(from_|to_)?(page|folio)|folio_zero_[a-z]+)$";
identifier number =~ "gmem_pfn_to_";
idexpression pfn;
expression e;
position makes.p0, p;
@@
make@p0(\(pfn\|number(pfn)\), ...)
... when != reclaim(...)
    when != pfn = e
    when != true make(...)
    when != true make(...) < 0
    when != false !make(...)
    when any
map@p(<+... pfn ...+>, ...)

@script:python depends on report || org@
map << aftercond.map;
pfn << aftercond.pfn;
p << aftercond.p;
@@
say(p[0], "%s() on private guest memory (%s)" % (map, pfn))

@depends on context@
identifier after.map;
position after.p;
@@
* map@p(...)

// By hand.
@byhand depends on has || hasdef || hasfault@
expression e;
position p;
@@
(
 page_offset_base@p + e
|
 PAGE_OFFSET@p + e
)

@script:python depends on report || org@
e << byhand.e;
p << byhand.p;
@@
f = of(p[0])
if not hasattr(f, "tainted"):
	solve(f)
if uses(p[0].current_element, e, f.tainted):
	say(p[0], "address of private guest memory (%s) computed" % squeeze(e))

// Given to userspace, on a way that no check is on.
@vmf depends on has || hasdef || hasfault exists@
identifier fn, shared =~ "is_shared", private =~ "is_private";
struct vm_fault *vmf;
expression e, e2;
position p;
@@
fn(...) {
... when any
    when != true shared(...)
    when != false !shared(...)
    when != false private(...)
    when != true !private(...)
    when != false private(...) || e2
    when != false !shared(...) || e2
vmf->page =@p e
... when any
}

@script:python depends on report || org@
e << vmf.e;
p << vmf.p;
@@
f = of(p[0])
if not hasattr(f, "tainted"):
	solve(f)
if uses(p[0].current_element, e, f.tainted):
	say(p[0], "private guest memory (%s) mapped to userspace" % squeeze(e))

// What is made shared on the way is another page.
@other depends on has || hasdef || hasfault exists@
identifier fn, asg =~ "assigned$", rc, rc1;
identifier shared =~ "is_shared|_get_shared|_map_shared", private =~ "is_private";
identifier map =~ "^(pfn_to_kaddr|pfn_to_virt|(lowmem_)?page_address|page_to_virt|folio_address|phys_to_virt|__va|kmap(_[a-z_]+)?|(devm_)?memremap(_[a-z]+)?|ioremap(_[a-z]+)?|vmap(_pfn)?|vm_map_ram|(clear|copy)_([a-z_]+_)?(high)?page(s|_[a-z_]+)?|mem(cpy|set|move|zero|cmp)_(from_|to_)?(page|folio)|folio_zero_[a-z]+|folio_fill_tail|zero_user[a-z_]*|copy_(page|folio)_(from|to)_[a-z_]+|dma_map_page)$";
expression list es;
position p != known.p;
@@
fn(...) {
... when any
    when != true shared(...)
    when != false !shared(...)
    when != false private(...)
    when != true !private(...)
    when != false !folio_test_uptodate(...)
    when != false asg
    when != true !asg
    when != false rc || asg
    when != false asg || rc
    when != false rc1 < 0 || asg
map@p(es)
... when any
}

@script:python depends on report || org@
g << other.map;
es << other.es;
p << other.p;
@@
text = bad(p[0], str(g), str(es))
if text is not None and not reclaimed(p[0], str(es)):
	say(p[0], text)

// Last: what is dropped here is gone for the rules after it.
// A path to the call that no check is on.
@sink depends on has || hasdef || hasfault exists@
identifier fn, asg =~ "assigned$", rc, rc1;
identifier shared =~ "is_shared|_get_shared|_map_shared", private =~ "is_private";
identifier reclaim =~ "rmp_make_shared|reclaim";
identifier map =~ "^(pfn_to_kaddr|pfn_to_virt|(lowmem_)?page_address|page_to_virt|folio_address|phys_to_virt|__va|kmap(_[a-z_]+)?|(devm_)?memremap(_[a-z]+)?|ioremap(_[a-z]+)?|vmap(_pfn)?|vm_map_ram|(clear|copy)_([a-z_]+_)?(high)?page(s|_[a-z_]+)?|mem(cpy|set|move|zero|cmp)_(from_|to_)?(page|folio)|folio_zero_[a-z]+|folio_fill_tail|zero_user[a-z_]*|copy_(page|folio)_(from|to)_[a-z_]+|dma_map_page)$";
expression list es;
position p != known.p;
@@
fn(...) {
... when any
    when != true shared(...)
    when != false !shared(...)
    when != false private(...)
    when != true !private(...)
    when != reclaim(...)
    when != false !folio_test_uptodate(...)
    when != false asg
    when != true !asg
    when != false rc || asg
    when != false asg || rc
    when != false rc1 < 0 || asg
map@p(es)
... when any
}

@script:python@
g << sink.map;
es << sink.es;
p << sink.p;
@@
text = bad(p[0], str(g), str(es))
if text is None:
	cocci.include_match(False)
elif "say" in globals():
	say(p[0], text)

@depends on context@
identifier sink.map;
position sink.p;
@@
* map@p(...)
