/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Coccinelle 1.1.1 cannot read: without this it skips, without a word, the
 * functions that use it.  cocci/run.sh adds it to Coccinelle's own list.
 */
#define scoped_guard(lock, of) if (1)
#define scoped_cond_guard(lock, of) if (1)
#define scoped_class(type, var, of) if (1)
#define scoped_with_creds(creds) if (1)
#define scoped_with_init_fs() if (1)
#define CLASS(type, var) void *var = type
