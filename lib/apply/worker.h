/* worker: what one thread does for a batch: the files of an app staged, checked, put in place, or put back.
 * SPDX-License-Identifier: MIT
 *
 * An app is one worker's alone, from one step to the next. What workers have in common, they ask under a
 * lock. */
#ifndef BERTH_APPLY_WORKER_H
#define BERTH_APPLY_WORKER_H

#include <pthread.h>

#include "base/buf.h"
#include "journal/run.h"
#include "system/confine.h"

struct error;
struct flush;

struct worker {
	struct run *run;
	enum run_direction direction;
	pthread_mutex_t *lock;		/* of the flush, and of the run's arena */
	struct flush *flush;		/* where each file system is noted that something is written to */
	struct confine confine;		/* its root is the caller's */
	struct buf bytes;		/* the file that is looked at */
	int seen;			/* its descriptor; -1: none */
};

/* Finds out what is to do for a waiting app, and writes the new content of each file beside it. */
void worker_stage(struct worker *, struct run_app *);
/* Sees whether nothing happened to the app's files since, and puts the new ones in their place: all of them,
 * or none. */
void worker_place(struct worker *, struct run_app *);
/* Sets the state of the app as far as it can be foretold. Touches nothing. */
void worker_foresee(struct worker *, struct run_app *);
/* Leaves the app in STATE, for the sake of one of its files, and takes away what was staged of it. */
void worker_give_up(
    struct worker *, struct run_app *, enum run_app_state state, const struct run_file *, struct error *);
/* Takes away the temporary files of an app, also those that a killed process left. */
void worker_sweep(struct worker *, const struct run_app *);
/* Flushes what was staged of an app file by file, or the folders of its files. */
int worker_flush_staged(struct worker *, const struct run_app *, struct error *);
int worker_flush_folders(struct worker *, const struct run_app *, struct error *);
void worker_release(struct worker *);

#endif
