// SPDX-License-Identifier: GPL-2.0-only
/// Let no loop try again for ever.
///
/// What answers "busy" or "again" may do so for as long as somebody wants it to: a guest, a
/// firmware, another CPU.  Count the tries, or look for signals and reschedule.
///
// Confidence: Moderate
// Copyright: (C) 2026 the linux-gmem developers.
// Comments: A retry is a way from a test for "busy" to the same test, by whatever kind of loop (do-while
// cannot be named in SmPL, so none is).  A counter is a variable that is stepped on that way
// and compared in the function.
// Words: while|EAGAIN|EBUSY|EINTR|ENOMEM|ENOSPC|ERESTART|RETRY|_BUSY|OVERLAP|INUSE|CONTENDED|AGAIN|LOCKED_OUT
// Options: --no-includes --include-headers
// Requires: 1.1.0

virtual report
virtual org
virtual context

@initialize:python@
@@
seen = set()

stepped, bounded, tested = set(), set(), set()

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

// Not a test: the code returns or keeps it.
@kept@
constant busy =~ "^(EAGAIN|EBUSY|EINTR|ENOMEM|ENOSPC|ERESTART[A-Z]*|RET_PF_RETRY|KVM_PGTABLE_[A-Z]*RETRY|[A-Z0-9_]*(_BUSY|FAIL_OVERLAP|FAIL_INUSE|_INUSE|_RETRY|_CONTENDED|_TRY_AGAIN|_LOCKED_OUT|_AGAIN))$";
expression e, e2;
type t;
identifier l;
position b;
@@
(
 e = \(busy@b\|-busy@b\);
|
 return <+... busy@b ...+>;
|
 t l = \(busy@b\|-busy@b\);
|
 e ? \(busy@b\|-busy@b\) : e2
|
 e ? e2 : \(busy@b\|-busy@b\)
)

// The counter, or what yields, stands right beside it.
@beside@
constant busy =~ "^(EAGAIN|EBUSY|EINTR|ENOMEM|ENOSPC|ERESTART[A-Z]*|RET_PF_RETRY|KVM_PGTABLE_[A-Z]*RETRY|[A-Z0-9_]*(_BUSY|FAIL_OVERLAP|FAIL_INUSE|_INUSE|_RETRY|_CONTENDED|_TRY_AGAIN|_LOCKED_OUT|_AGAIN))$";
identifier y =~ "^([a-z_]*cond_resched([a-z_]*)?|need_resched|signal_pending(_[a-z]+)?|fatal_signal_pending|schedule([a-z_]*)|[mu]sleep([a-z_]*)|[fn]sleep|usleep_range([a-z_]*)|wait_event[a-z_]*|time_(after|before)([a-z_0-9]*)|ktime_[a-z_]*|read_poll_timeout[a-z_]*|kvm_(vcpu_)?has_pending[a-z_]*|kvm_check_request|rwlock_needbreak|spin_needbreak|resched|kthread_should_stop)$", i;
expression e1, e2, n;
position b;
@@
(
 e1 == \(busy@b\|-busy@b\) && <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 e1 == \(busy@b\|-busy@b\) && e2 && <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 e2 && e1 == \(busy@b\|-busy@b\) && <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 !y(...) && e1 == \(busy@b\|-busy@b\)
|
 i-- > n && e1 == \(busy@b\|-busy@b\)
|
 i-- && e1 == \(busy@b\|-busy@b\)
|
 --i && e1 == \(busy@b\|-busy@b\)
|
 i++ < n && e1 == \(busy@b\|-busy@b\)
|
 ++i < n && e1 == \(busy@b\|-busy@b\)
|
 i++ <= n && e1 == \(busy@b\|-busy@b\)
|
 ++i <= n && e1 == \(busy@b\|-busy@b\)
|
 e1 == \(busy@b\|-busy@b\) || <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 e1 == \(busy@b\|-busy@b\) || e2 || <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 e2 || e1 == \(busy@b\|-busy@b\) || <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 !y(...) || e1 == \(busy@b\|-busy@b\)
|
 i-- > n || e1 == \(busy@b\|-busy@b\)
|
 i-- || e1 == \(busy@b\|-busy@b\)
|
 --i || e1 == \(busy@b\|-busy@b\)
|
 i++ < n || e1 == \(busy@b\|-busy@b\)
|
 ++i < n || e1 == \(busy@b\|-busy@b\)
|
 i++ <= n || e1 == \(busy@b\|-busy@b\)
|
 ++i <= n || e1 == \(busy@b\|-busy@b\)
|
 e1 != \(busy@b\|-busy@b\) && <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 e1 != \(busy@b\|-busy@b\) && e2 && <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 e2 && e1 != \(busy@b\|-busy@b\) && <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 !y(...) && e1 != \(busy@b\|-busy@b\)
|
 i-- > n && e1 != \(busy@b\|-busy@b\)
|
 i-- && e1 != \(busy@b\|-busy@b\)
|
 --i && e1 != \(busy@b\|-busy@b\)
|
 i++ < n && e1 != \(busy@b\|-busy@b\)
|
 ++i < n && e1 != \(busy@b\|-busy@b\)
|
 i++ <= n && e1 != \(busy@b\|-busy@b\)
|
 ++i <= n && e1 != \(busy@b\|-busy@b\)
|
 e1 != \(busy@b\|-busy@b\) || <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 e1 != \(busy@b\|-busy@b\) || e2 || <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 e2 || e1 != \(busy@b\|-busy@b\) || <+... \(i++\|++i\|i--\|--i\|y(...)\) ...+>
|
 !y(...) || e1 != \(busy@b\|-busy@b\)
|
 i-- > n || e1 != \(busy@b\|-busy@b\)
|
 i-- || e1 != \(busy@b\|-busy@b\)
|
 --i || e1 != \(busy@b\|-busy@b\)
|
 i++ < n || e1 != \(busy@b\|-busy@b\)
|
 ++i < n || e1 != \(busy@b\|-busy@b\)
|
 i++ <= n || e1 != \(busy@b\|-busy@b\)
|
 ++i <= n || e1 != \(busy@b\|-busy@b\)
)

@test@
constant busy =~ "^(EAGAIN|EBUSY|EINTR|ENOMEM|ENOSPC|ERESTART[A-Z]*|RET_PF_RETRY|KVM_PGTABLE_[A-Z]*RETRY|[A-Z0-9_]*(_BUSY|FAIL_OVERLAP|FAIL_INUSE|_INUSE|_RETRY|_CONTENDED|_TRY_AGAIN|_LOCKED_OUT|_AGAIN))$";
position b != {kept.b, beside.b};
@@
busy@b

@step@
identifier i;
position p;
@@
(
 i@p++
|
 ++i@p
)

@script:python@
i << step.i;
p << step.p;
@@
stepped.add((p[0].file, p[0].current_element, str(i)))

@down@
identifier i;
position p;
@@
(
 i@p--
|
 --i@p
|
 i@p -= 1
)

@script:python@
i << down.i;
p << down.p;
@@
bounded.add((p[0].file, p[0].current_element))

@compare@
identifier i;
expression n;
position p;
@@
(
 i@p < n
|
 i@p <= n
|
 i@p == n
|
 i@p != n
|
 i@p++ < n
|
 i@p++ <= n
|
 i@p++ == n
|
 i@p++ != n
|
 ++i@p < n
|
 ++i@p <= n
|
 ++i@p == n
|
 ++i@p != n
|
 n < i@p
|
 n <= i@p
|
 n < i@p++
|
 n <= i@p++
|
 n < ++i@p
|
 n <= ++i@p
)

@script:python@
i << compare.i;
p << compare.p;
@@
if (p[0].file, p[0].current_element, str(i)) in stepped:
	bounded.add((p[0].file, p[0].current_element))

// Round and round, in a function in which nothing that is stepped is looked at.
@idle exists@
constant test.busy;
position test.b, q;
identifier y =~ "^([a-z_]*cond_resched([a-z_]*)?|need_resched|signal_pending(_[a-z]+)?|fatal_signal_pending|schedule([a-z_]*)|[mu]sleep([a-z_]*)|[fn]sleep|usleep_range([a-z_]*)|wait_event[a-z_]*|time_(after|before)([a-z_0-9]*)|ktime_[a-z_]*|read_poll_timeout[a-z_]*|kvm_(vcpu_)?has_pending[a-z_]*|kvm_check_request|rwlock_needbreak|spin_needbreak|resched|kthread_should_stop)$", once =~ "retr|once|tried|again";
expression e, e3;
@@
* busy@b
... when != y(...)
    when != once = e3
    when != false e == busy
    when != false e == -busy
    when != true e != busy
    when != true e != -busy
busy@b@q

@script:python depends on report || org@
q << idle.q;
busy << test.busy;
@@
if (q[0].file, q[0].current_element) not in bounded:
	say(q[0], "tries again for ever on %s" % busy)

// The same where something is, but not on the way.
@round exists@
constant test.busy;
position test.b, q;
identifier y =~ "^([a-z_]*cond_resched([a-z_]*)?|need_resched|signal_pending(_[a-z]+)?|fatal_signal_pending|schedule([a-z_]*)|[mu]sleep([a-z_]*)|[fn]sleep|usleep_range([a-z_]*)|wait_event[a-z_]*|time_(after|before)([a-z_0-9]*)|ktime_[a-z_]*|read_poll_timeout[a-z_]*|kvm_(vcpu_)?has_pending[a-z_]*|kvm_check_request|rwlock_needbreak|spin_needbreak|resched|kthread_should_stop)$", i, once =~ "retr|once|tried|again";
expression e, e3;
@@
busy@b
... when != y(...)
    when != i++
    when != ++i
    when != i--
    when != --i
    when != i -= 1
    when != once = e3
    when != false e == busy
    when != false e == -busy
    when != true e != busy
    when != true e != -busy
busy@b@q

@script:python depends on report || org@
q << round.q;
busy << test.busy;
@@
say(q[0], "tries again for ever on %s" % busy)

// Until it works, whatever is wrong.
@leaves@
identifier op =~ "^_*(rmp_make_[a-z_]*|psmash[a-z_]*|snp_rmptable_psmash|rmpupdate|seamcall[a-z_]*|tdh_[a-z_]*|__?sev_do_cmd[a-z_]*|sev_do_cmd)$", y =~ "^(EAGAIN|EBUSY|EINTR|ENOMEM|ENOSPC|ERESTART[A-Z]*|RET_PF_RETRY|KVM_PGTABLE_[A-Z]*RETRY|[A-Z0-9_]*(_BUSY|FAIL_OVERLAP|FAIL_INUSE|_INUSE|_RETRY|_CONTENDED|_TRY_AGAIN|_LOCKED_OUT|_AGAIN))$", i;
position p;
@@
while@p (<+... op(...) ...+>) {
<+...
\(y(...)\|i++\|++i\|i--\|--i\)
...+>
}

@leavesby@
identifier op =~ "^_*(rmp_make_[a-z_]*|psmash[a-z_]*|snp_rmptable_psmash|rmpupdate|seamcall[a-z_]*|tdh_[a-z_]*|__?sev_do_cmd[a-z_]*|sev_do_cmd)$", l;
position p;
@@
while@p (<+... op(...) ...+>) {
<+...
\(break;\|return ...;\|goto l;\)
...+>
}

@counts@
identifier op =~ "^_*(rmp_make_[a-z_]*|psmash[a-z_]*|snp_rmptable_psmash|rmpupdate|seamcall[a-z_]*|tdh_[a-z_]*|__?sev_do_cmd[a-z_]*|sev_do_cmd)$", y =~ "^(EAGAIN|EBUSY|EINTR|ENOMEM|ENOSPC|ERESTART[A-Z]*|RET_PF_RETRY|KVM_PGTABLE_[A-Z]*RETRY|[A-Z0-9_]*(_BUSY|FAIL_OVERLAP|FAIL_INUSE|_INUSE|_RETRY|_CONTENDED|_TRY_AGAIN|_LOCKED_OUT|_AGAIN))$", i;
expression e;
position p;
statement s;
@@
(
 while@p (<+... \(y(...)\|i++\|++i\|i--\|--i\) ...+>) s
|
 while@p (<+... op(...) ...+>) y(...);
)

@until@
identifier op =~ "^_*(rmp_make_[a-z_]*|psmash[a-z_]*|snp_rmptable_psmash|rmpupdate|seamcall[a-z_]*|tdh_[a-z_]*|__?sev_do_cmd[a-z_]*|sev_do_cmd)$";
expression e;
position p != {leaves.p, leavesby.p, counts.p};
statement s;
@@
(
 while@p (op(...)) s
|
 while@p ((e = op(...))) s
|
 while@p ((e = op(...)) != 0) s
)

@script:python depends on report || org@
p << until.p;
op << until.op;
@@
say(p[0], "tries %s() again for ever" % op)

@anybusy@
constant busy =~ "^(EAGAIN|EBUSY|EINTR|ENOMEM|ENOSPC|ERESTART[A-Z]*|RET_PF_RETRY|KVM_PGTABLE_[A-Z]*RETRY|[A-Z0-9_]*(_BUSY|FAIL_OVERLAP|FAIL_INUSE|_INUSE|_RETRY|_CONTENDED|_TRY_AGAIN|_LOCKED_OUT|_AGAIN))$";
position b != kept.b;
@@
busy@b

@script:python@
b << anybusy.b;
@@
tested.add((b[0].file, b[0].current_element))

// The same by any other loop: from the call to the same call, of the same page.
@again exists@
identifier op =~ "^_*(rmp_make_[a-z_]*|psmash[a-z_]*|snp_rmptable_psmash|rmpupdate|snp_(page_reclaim|reclaim_pages?)|__kvm_gmem_populate|direct_map_(get|track|split|remove))$", y =~ "^([a-z_]*cond_resched([a-z_]*)?|need_resched|signal_pending(_[a-z]+)?|fatal_signal_pending|schedule([a-z_]*)|[mu]sleep([a-z_]*)|[fn]sleep|usleep_range([a-z_]*)|wait_event[a-z_]*|time_(after|before)([a-z_0-9]*)|ktime_[a-z_]*|rwlock_needbreak|resched|kthread_should_stop)$", i;
identifier x;
expression e;
type t;
position p;
@@
op@p(x, ...)
... when != y(...)
    when != x = e
    when != t x = e;
    when != x++
    when != ++x
    when != x += e
    when != i++
    when != ++i
    when != i--
    when != --i
    when != i += e
    when != i -= e
* op@p(x, ...)

@script:python depends on report || org@
p << again.p;
op << again.op;
@@
# Where a code is tested, the rules above have the word.
if (p[0].file, p[0].current_element) not in tested:
	say(p[0], "tries %s() again for ever" % op)
