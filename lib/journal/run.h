/* run: what one apply does to a fleet, by app and file, with the content of each file before and after.
 * SPDX-License-Identifier: MIT
 *
 * A run is made from a plan and the fleet (prepare) or read from the journal; a batch carries it out in
 * either direction. */
#ifndef BERTH_JOURNAL_RUN_H
#define BERTH_JOURNAL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "system/confine.h"
#include "base/mem.h"
#include "base/str.h"
#include "stream/identity.h"

struct edit_region;
struct error;
struct interrupt;
struct progress;

enum run_direction { RUN_FORWARD, RUN_BACK };

enum run_app_state {
	RUN_WAITING,		/* to be carried out */
	RUN_DONE,		/* every file is what this direction makes it */
	RUN_UNCHANGED,		/* every file already was */
	RUN_STALE,		/* a file is not as the plan or the journal knows it; nothing was changed */
	RUN_FAILED,		/* could not be done; everything is as it was before */
	RUN_TORN,		/* could neither be done nor taken back: there are old files and new ones */
	RUN_KEPT		/* its user said so: left as it is, and done with */
};

struct run_file {
	struct str path, folder, name;	/* relative to the root, NUL behind each */
	bool is_made;			/* there is nothing before */
	struct str before, after;
	struct confine_meta meta;	/* of the file, or what a made one gets */
	size_t edits;
	struct edit_region *regions;	/* one for each edit; NULL in a run from the journal */
	bool is_fresh;			/* of prepare: it was just read, and its attributes looked for */
	bool is_there;			/* of batch: the file already is what the direction makes it */
};

struct run_app {
	struct identity id;
	struct str folder;
	struct run_file *files;
	size_t count;
	enum run_app_state state;
	bool is_forced;			/* goes back over whatever stands in its place */
	bool is_touched;		/* of batch: names in its folders are still to be flushed */
	struct str blame;		/* the file that made it stale or failed */
	struct str detail;		/* why, one line */
	size_t number;			/* of journal: which app of the run it is */
};

struct run {
	int64_t id;			/* of the journal; 0: not recorded */
	struct str plan, root;
	struct str root_id;		/* which folder the root was when the run began; empty: not known */
	struct str token;		/* part of the names of its temporary files */
	bool is_retry;			/* it was interrupted: apps may be half done already */
	const struct progress *progress;	/* NULL: nobody watches */
	struct interrupt *interrupt;		/* NULL: nobody can stop it */
	/* the plan is of another root: the registry knows nothing of this one */
	bool is_elsewhere;
	bool is_copied;			/* its journal is a copy of the one that it was recorded in */
	struct run_app *apps;
	size_t count;
	struct arena arena;		/* of everything in it */
};

#define RUN_INIT { .apps = NULL, .arena = ARENA_INIT }

/* Sets the state of the app, and the text of the error as its detail. Releases the error. */
void run_blame(struct run *, struct run_app *, enum run_app_state, struct str file, struct error *);
void run_release(struct run *);

/* The content that the direction starts from, or ends with; false: there is no file then. */
bool run_file_from(const struct run_file *, enum run_direction, struct str *ret);
bool run_file_to(const struct run_file *, enum run_direction, struct str *ret);
/* Whether every file of the app is what the direction makes it. */
static inline bool
run_app_is_done(const struct run_app *a)
{
	return a->state == RUN_DONE || a->state == RUN_UNCHANGED;
}
/* Sets the path, folder and name of the file, in the run's arena. */
void run_file_place(struct run *, struct run_file *, struct str path);

MEM_AUTO(run);

#endif
