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

struct edit_region;
struct error;
struct progress;

enum run_direction { RUN_FORWARD, RUN_BACK };

enum run_app_state {
	RUN_WAITING,		/* to be carried out */
	RUN_DONE,		/* every file is what this direction makes it */
	RUN_UNCHANGED,		/* every file already was */
	RUN_STALE,		/* a file is not what the plan or the journal knows; wholly untouched */
	RUN_FAILED,		/* could not be done; as it was before */
	/* could not be done and not be taken back: old and new files stand side by side */
	RUN_TORN
};

struct run_file {
	struct str path, folder, name;	/* relative to the root, NUL behind each */
	bool is_made;			/* there is nothing before */
	struct str before, after;
	struct confine_meta meta;	/* of the file, or what a made one gets */
	size_t edits;
	struct edit_region *regions;	/* one for each edit; NULL in a run from the journal */
	bool is_there;			/* batch: is already what the direction makes it */
};

struct run_app {
	struct str folder, model;
	uint64_t app_num;
	struct run_file *files;
	size_t count;
	enum run_app_state state;
	bool is_touched;		/* batch: its folders have names that are to be flushed */
	struct str blame;		/* the file that made it stale or failed */
	struct str detail;		/* why, one line */
	size_t number;			/* journal: which app of the run */
};

struct run {
	int64_t id;			/* of the journal; 0: not recorded */
	struct str plan, root, token;	/* token: in the names of this run's temporary files */
	bool is_retry;			/* of the journal, and interrupted: apps may be half done already */
	const struct progress *progress;	/* who watches it being carried out; NULL: nobody */
	/* the root is not the plan's: the registry does not speak of this fleet */
	bool is_elsewhere;
	struct run_app *apps;
	size_t count;
	struct arena arena;		/* holds all of it */
};

#define RUN_INIT { 0, STR_INIT, STR_INIT, STR_INIT, false, NULL, false, NULL, 0, ARENA_INIT }

/* Sets the app's state and, as detail, the error's text, which is released. */
void run_blame(struct run *, struct run_app *, enum run_app_state, struct str file, struct error *);
void run_release(struct run *);

/* The content that a direction starts from or ends with; false: there is no file. */
bool run_file_from(const struct run_file *, enum run_direction, struct str *ret);
bool run_file_to(const struct run_file *, enum run_direction, struct str *ret);
/* Whether every file of the app is what the direction makes it. */
static inline bool
run_app_is_done(const struct run_app *a)
{
	return a->state == RUN_DONE || a->state == RUN_UNCHANGED;
}
/* Splits PATH into folder and name, in the run's arena. */
void run_file_place(struct run *, struct run_file *, struct str path);

MEM_AUTO(run);

#endif
