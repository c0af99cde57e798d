/* journal: what every run of apply did, so that it can be finished or taken back.
 * SPDX-License-Identifier: MIT
 *
 * A database of its own beside the registry, DB.runs, with mode 0600: it holds whole files, and with them the
 * secrets that stand in them. A run is recorded, in one durable commit, before the first byte is written into
 * the fleet; when everything is written, what became of it is recorded as well.
 *
 *	journal_record -> committing -> journal_settle -> done
 *	journal_undo   -> undoing    -> journal_settle -> undone
 *
 * A run that is committing or undoing while no process has the registry locked was interrupted. Its fleet
 * bears a mark as long (journal/mark.h). */
#ifndef BERTH_JOURNAL_JOURNAL_H
#define BERTH_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "journal/run.h"
#include "base/str.h"

struct error;
struct journal;

enum journal_state { JOURNAL_COMMITTING, JOURNAL_DONE, JOURNAL_UNDOING, JOURNAL_UNDONE };

struct journal_entry {
	int64_t id, started;		/* seconds since 1970 */
	enum journal_state state;
	struct str plan, root;		/* NUL behind each */
	size_t apps, files;
	size_t left;			/* apps that the run could not change, or undo could not restore */
};

/* Whether a run is being carried out, in either direction, or was interrupted. */
static inline bool
journal_is_open(enum journal_state s)
{
	return s == JOURNAL_COMMITTING || s == JOURNAL_UNDOING;
}

/* Opens the journal of the registry DB. Without CREATE, *ret is NULL where there is none. */
int journal_open(struct journal **ret, const char *db, bool create, struct error *);
void journal_close(struct journal *);

/* Records what is about to be done, a run without an id as committing, one that goes back as undoing, and
 * marks ROOT, the descriptor of its root (mark_put). -1: nothing is done, and the run has no id. */
int journal_begin(struct journal *, struct run *, enum run_direction, int root, struct error *);
/* Records a run, with those of its apps that wait, as committing. Sets its id and token. */
int journal_record(struct journal *, struct run *, struct error *);
/* Records what became of the run's apps. The run is then done or undone, unless an app is torn or still
 * waits. */
int journal_settle(struct journal *, const struct run *, enum run_direction, struct error *);
/* Records that the run is about to be undone. */
int journal_undo(struct journal *, int64_t id, struct error *);
/* Records that the run, which was just to be done or undone, came to nothing: everything is as it was. */
int journal_withdraw(struct journal *, int64_t id, enum run_direction, struct error *);
/* Records an interrupted run as undone, where nothing else can be done about it. */
int journal_give_up(struct journal *, int64_t id, struct error *);
/* Reads a run into RET, with the apps that the direction is about: forward those that wait, back also
 * those that were changed. */
int journal_load(struct journal *, int64_t id, enum run_direction, struct run *ret, struct error *);

/* All runs, the latest first, in ARENA. */
int journal_entries(
    struct journal *, struct arena *, struct journal_entry **ret, size_t *ret_count, struct error *);
/* The digest of the file PATH after the latest run of PLAN that is done and changed it. 1; 0: there is
 * none; -1. */
int journal_outcome(struct journal *, struct str plan, struct str path, uint64_t *ret, struct error *);
/* An app that some run has changed or taken back. */
struct journal_app {
	struct str root, folder;	/* NUL behind each */
	struct identity id;
	int64_t run;			/* the last of them */
};

/* All of these, in ARENA. */
int journal_apps(
    struct journal *, struct arena *, struct journal_app **ret, size_t *ret_count, struct error *);

/* A file of theirs that some run has written. */
struct journal_file {
	struct str folder, path;	/* absolute; the app's folder; NUL behind each */
};

int journal_files(
    struct journal *, struct arena *, struct journal_file **ret, size_t *ret_count, struct error *);
/* Is given the content of a file before and after a run, both good until it returns; BEFORE is empty of a
 * file that the run made. FOLDER: its app's, absolute, NUL behind it. */
typedef int journal_visit(
    void *context, struct str folder, struct str before, struct str after, struct error *);
/* Visits each file that some run has written, the oldest run first. -1: also where VISIT returned that. */
int journal_texts(struct journal *, journal_visit *visit, void *context, struct error *);
/* Drops the runs that are done or undone and began before the time, and overwrites what they held. *ret: how
 * many. */
int journal_forget(struct journal *, int64_t before, size_t *ret, struct error *);

/* -1 where a run in the journal of DB was interrupted; the error says which, and how to go on. Every tool
 * that writes asks first. IS_LOCKED: by the caller; else a run is at work while another process has DB
 * locked. */
int journal_refuse_interrupted(const char *db, bool is_locked, struct error *);

MEM_AUTO_PTR(journal);

#endif
