/* past: runs that stand in the journal already: finished, taken back, dropped.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_APPLY_PAST_H
#define BERTH_APPLY_PAST_H

#include <stddef.h>

struct error;
struct operation;

/* Finishes the interrupted run, whichever way it was going; where there is none the run has no id. */
int past_resume(struct operation *, struct error *);
/* Takes back the run whose number is the text ID; empty: the interrupted one, else the latest that was not
 * yet taken back. */
int past_undo(struct operation *, const char *id, struct error *);
/* What that would do, in the results: would-restore, or stale. Nothing is touched. */
int past_undo_preview(struct operation *, const char *id, struct error *);
/* Drops settled runs older than AGE: a number with s, m, h, d or w; alone it counts days. *ret: how many. An
 * interrupted one stays, however old. */
int past_forget(struct operation *, const char *age, size_t *ret, struct error *);
/* Gives up the interrupted run whose number is the text ID, as its fleet is gone for good. */
int past_abandon(struct operation *, const char *id, struct error *);

#endif
