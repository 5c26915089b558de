// SPDX-License-Identifier: GPL-2.0-only
/// Raise requests to convert memory by the core only.
///
/// One place fills kvm_run for KVM_HC_MAP_GPA_RANGE: it limits, chunks and accounts, and
/// knows how to go on.  Parsers of the protocols call it.
///
// Confidence: High
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: The core is the file that CORE names.  Reading the answer is no matter.
// Words: KVM_HC_MAP_GPA_RANGE|KVM_EXIT_HYPERCALL
// Options: --no-includes --include-headers
// Requires: 1.1.0

virtual report
virtual org
virtual context

@initialize:python@
@@
seen = set()

# The only one that may, in a kernel tree.
CORE = "arch/x86/kvm/psc.c"

def core(file):
	return file.endswith(CORE)

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

@ini@
identifier s, x;
position p;
@@
struct s x@p = { ..., .nr = KVM_HC_MAP_GPA_RANGE, ... };

@script:python depends on report || org@
p << ini.p;
@@
if not core(p[0].file):
	say(p[0], "KVM_HC_MAP_GPA_RANGE raised by hand")

@lit@
type t;
expression e;
position p;
@@
* e =@p (t) { ..., .nr = KVM_HC_MAP_GPA_RANGE, ... }

@script:python depends on report || org@
p << lit.p;
@@
if not core(p[0].file):
	say(p[0], "KVM_HC_MAP_GPA_RANGE raised by hand")

@other@
expression x, c, e;
position p;
@@
(
* x =@p c ? KVM_HC_MAP_GPA_RANGE : e
|
* x =@p c ? e : KVM_HC_MAP_GPA_RANGE
|
* WRITE_ONCE@p(x, KVM_HC_MAP_GPA_RANGE)
)

@script:python depends on report || org@
p << other.p;
@@
if not core(p[0].file):
	say(p[0], "KVM_HC_MAP_GPA_RANGE raised by hand")

// Handed to a helper that fills it in, or tests it, in that file.
@filler@
identifier f, nr;
parameter list[n] ps;
type t;
expression run;
parameter list rest;
position q;
@@
f@q(ps, t nr, rest)
{
<+...
\(run->hypercall.nr\|run->nr\) = <+... nr ...+>
...+>
}

@filled@
identifier filler.f;
position p;
expression list[filler.n] es;
@@
* f@p(es, KVM_HC_MAP_GPA_RANGE, ...)

@script:python depends on report || org@
p << filled.p;
f << filler.f;
@@
if not core(p[0].file):
	say(p[0], "KVM_HC_MAP_GPA_RANGE raised by hand, through %s()" % f)

// The exit reason alone, where the number comes from somewhere else.
@reason@
expression e;
position p;
@@
* e =@p KVM_EXIT_HYPERCALL

@both exists@
expression e, e2;
position reason.p;
@@
(
 e =@p KVM_EXIT_HYPERCALL;
 ... when any
 e2 = KVM_HC_MAP_GPA_RANGE;
|
 e2 = KVM_HC_MAP_GPA_RANGE;
 ... when any
 e =@p KVM_EXIT_HYPERCALL;
)

@script:python depends on (report || org) && !both@
p << reason.p;
@@
if not core(p[0].file):
	say(p[0], "KVM_EXIT_HYPERCALL raised by hand")

// Last: what is dropped here is gone for the rules after it.
@byhand@
expression e;
position p;
@@
e =@p KVM_HC_MAP_GPA_RANGE

@script:python@
p << byhand.p;
@@
if core(p[0].file):
	cocci.include_match(False)
elif "say" in globals():
	say(p[0], "KVM_HC_MAP_GPA_RANGE raised by hand")

@depends on context@
expression byhand.e;
position byhand.p;
@@
* e =@p KVM_HC_MAP_GPA_RANGE
