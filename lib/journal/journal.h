/* journal: what every run of apply did, so that it can be finished or taken back.
 * SPDX-License-Identifier: MIT
 *
 * A database of its own beside the registry, DB.runs, mode 0600: it holds whole files, and so the secrets in
 * them. A run is recorded in one durable commit before the first byte is written into the fleet.
 *
 * 	record -> committing -> settle -> done -> undo -> undoing -> settle -> undone
 *
 * A run that is committing or undoing while no process is at work on its root was interrupted. */
#ifndef BERTH_JOURNAL_JOURNAL_H
#define BERTH_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "journal/run.h"
#include "base/str.h"

struct buf;
struct error;
struct journal;

enum journal_state { JOURNAL_COMMITTING, JOURNAL_DONE, JOURNAL_UNDOING, JOURNAL_UNDONE };

struct journal_entry {
	int64_t id, started;		/* seconds since 1970 */
	enum journal_state state;
	struct str plan, root;		/* NUL behind each */
	/* left: apps that the run could not change, or undo could not restore */
	size_t apps, files, left;
};

const char *journal_state_name(enum journal_state);

/* Opens the journal of the registry DB. Without CREATE, *ret is NULL where there is none. */
int journal_open(struct journal **ret, const char *db, bool create, struct error *);
void journal_close(struct journal *);

/* Records the waiting apps of the run, as committing; sets its id and token. */
int journal_record(struct journal *, struct run *, struct error *);
/* Records what became of the run's apps. The run is done or undone, unless an app is torn or still
 * waiting. */
int journal_settle(struct journal *, const struct run *, enum run_direction, struct error *);
/* Notes that the run is about to be undone. */
int journal_undo(struct journal *, int64_t id, struct error *);
/* Settles an interrupted run that nothing can be done for any more. */
int journal_give_up(struct journal *, int64_t id, struct error *);
/* Reads a run into RET: in the forward direction the apps that wait, back those that wait or were changed. */
int journal_load(struct journal *, int64_t id, enum run_direction, struct run *ret, struct error *);

/* All runs, the latest first, in ARENA. */
int journal_entries(
    struct journal *, struct arena *, struct journal_entry **ret, size_t *ret_count, struct error *);
/* The digest that the latest settled run of PLAN gave the file. 1; 0 where there is none. */
int journal_outcome(struct journal *, struct str plan, struct str path, uint64_t *ret, struct error *);
/* Drops the settled runs that began before the time; what they held is overwritten. *ret: how many. */
int journal_forget(struct journal *, int64_t before, size_t *ret, struct error *);

/* -1 where a run of DB's journal was interrupted: the error says which, and how to go on. For every tool
 * that writes. HELD: the root that the caller itself has locked; NULL for none. */
int journal_refuse_interrupted(const char *db, const char *held, struct error *);

MEM_AUTO_PTR(journal);

#endif
