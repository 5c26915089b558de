// SPDX-License-Identifier: GPL-2.0-only
/// Assign pages by the functions that take care of the direct map.
///
/// RMPUPDATE and PSMASH say nothing to the direct map: the host must not map by a large
/// entry what is assigned by small ones.  rmp_make_private(), rmp_make_private_range() and
/// their like see to that.  In their own file, the direct map is made ready before an
/// entry gets the assigned bit.
///
// Confidence: High
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: The file that defines rmpupdate() is theirs.  What makes the direct map ready is known by
// name.
// Words: rmpupdate|rmp_make_
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

@own@
identifier f =~ "^_*rmpupdate$";
@@
f(...) { ... }

// The base makes the direct map ready in there.
@inside@
identifier f =~ "^_*rmpupdate$", ready =~ "direct_map|set_memory_4k";
@@
f(...) { <+... ready(...) ...+> }

@call depends on !own@
identifier f =~ "^_*rmpupdate[a-z_]*$";
position p;
@@
* f@p(...)

@script:python depends on report || org@
p << call.p;
f << call.f;
@@
say(p[0], "%s() called from outside: the direct map is not made ready" % f)

// By hand, what the functions do.
@hand exists@
identifier f =~ "^set_memory_(4k|np|nonglobal)$|^set_direct_map_(invalid|default|valid)_noflush$", make =~ "^rmp_make_(private|shared)(_range)?$";
position p;
@@
* f@p(...)
... when any
make(...)

@script:python depends on report || org@
p << hand.p;
f << hand.f;
make << hand.make;
@@
say(p[0], "%s() by hand around %s(), which sees to the direct map itself" % (f, make))

// A helper that issues the instruction.
@helper depends on own && !inside@
identifier h, f =~ "^_*rmpupdate$";
@@
h(...) { <+... f(...) ...+> }

@readied depends on own@
identifier h, ready =~ "^direct_map_(get|track|split)$|^(adjust|split)_direct_map|^set_memory_4k$";
position q;
@@
h@q(...) { <+... ready(...) ...+> }

@direct depends on own && !inside exists@
identifier fn, f =~ "^_*rmpupdate$", ready =~ "^direct_map_(get|track|split)[a-z_]*$|^(adjust|split)_direct_map|^set_memory_4k$";
position p;
identifier s;
expression c;
@@
fn(...)
{
... when != ready(...)
s.assigned = c;
... when != ready(...)
* f@p(...)
... when any
}

@script:python depends on report || org@
p << direct.p;
c << direct.c;
@@
if str(c) not in ("0", "false"):
	say(p[0], "page assigned before the direct map is made ready")

@direct2 depends on own && !inside exists@
identifier fn, f =~ "^_*rmpupdate$", x, ready =~ "^direct_map_(get|track|split)[a-z_]*$|^(adjust|split)_direct_map|^set_memory_4k$";
position p;
expression c;
@@
fn(...)
{
... when != ready(...)
    when any
struct rmp_state x = { ..., .assigned = c, ... };
... when != ready(...)
* f@p(...)
... when any
}

@script:python depends on report || org@
p << direct2.p;
c << direct2.c;
@@
if str(c) not in ("0", "false"):
	say(p[0], "page assigned before the direct map is made ready")

@viahelper depends on own && !inside exists@
identifier fn, helper.h, x, ready =~ "^direct_map_(get|track|split)[a-z_]*$|^(adjust|split)_direct_map|^set_memory_4k$";
position p;
expression c;
@@
fn(...)
{
... when != ready(...)
    when any
(
struct rmp_state x = { ..., .assigned = c, ... };
|
x.assigned = c;
)
... when != ready(...)
* h@p(...)
... when any
}

@script:python depends on report || org@
p << viahelper.p;
c << viahelper.c;
@@
if str(c) not in ("0", "false"):
	say(p[0], "page assigned before the direct map is made ready")

// Made ready for this page on some ways, and not on others.
@pair depends on own && !inside exists@
identifier fn, helper.h, ready =~ "^direct_map_(get|track|split)[a-z_]*$";
idexpression x;
position q;
@@
fn(...)
{
... when any
ready(x, ...)
... when any
h@q(x, ...)
... when any
}

@skipped depends on own && !inside exists@
identifier pair.fn, helper.h, ready =~ "^direct_map_(get|track|split)[a-z_]*$";
idexpression pair.x;
position pair.q;
@@
fn(...)
{
... when != ready(x, ...)
    when any
* h@q(x, ...)
... when any
}

@script:python depends on (report || org) && skipped@
p << pair.q;
@@
say(p[0], "page assigned before the direct map is made ready")

// An operator decides whether it is made ready.
@maybe depends on own && !inside@
identifier ready =~ "^direct_map_(get|track|split)[a-z_]*$";
expression c, e;
position p;
@@
(
* c ? ready@p(...) : e
|
* c ? e : ready@p(...)
|
* c && ready@p(...)
|
* c || ready@p(...)
)

@script:python depends on report || org@
p << maybe.p;
ready << maybe.ready;
@@
say(p[0], "%s() only on a condition" % ready)
