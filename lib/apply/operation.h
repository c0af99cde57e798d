/* operation: one call of apply, from its input to the settled journal.
 * SPDX-License-Identifier: MIT
 *
 * That of a plan is here; what is done to a run that stands in the journal is in past.h. */
#ifndef BERTH_APPLY_OPERATION_H
#define BERTH_APPLY_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "apply/changeset.h"
#include "base/mem.h"
#include "journal/run.h"
#include "system/interrupt.h"
#include "system/options.h"

struct error;
struct journal;
struct result_counts;

struct operation {
	const char *db;			/* NULL: as store_open */
	const char *root;		/* NULL: the plan's or the run's own */
	const char *host;		/* what this host is called; NULL: as options_host */
	bool partial;
	uint64_t jobs;			/* threads; 0: as many as suit */
	/* of undo and resume, patterns of apps: those left as they are, and those that go back over edits */
	struct option_list keep, force;
	struct option_list only;	/* patterns of the apps of the plan that it is about; none: all */
	int input;			/* where a plan is read from */
	const char *input_name;		/* for messages */
	struct changeset set;		/* of a plan that was read */
	struct run run;
	enum run_direction direction;
	struct journal *journal;	/* owned */
	struct interrupt_answer answer;	/* who tells a person that asks it to end */
	bool is_preview;		/* nothing is done: what waits is what would be done */
	bool is_unregistered;		/* of a preview: the registry does not know the plan */
	int stopped;			/* the signal that did in time: all is as it was before */
};

#define OPERATION_INIT { .input = -1, .set = CHANGESET_INIT, .run = RUN_INIT, .direction = RUN_FORWARD }

/* Reads the plan, makes the run of it in memory, and writes its diff to OUT. HOW: empty, or patch (diff_run);
 * or csv: what apply would say, with the status would-change. *ret: how many apps are stale, and how many
 * problems there are; but for csv nothing else is counted. -1: refused. Nothing is touched. */
int operation_preview(
    struct operation *, const char *how, FILE *out, struct result_counts *ret, struct error *);
/* Reads the plan and carries it out. -1 also where the run stays interrupted. */
int operation_apply(struct operation *, struct error *);
void operation_release(struct operation *);

MEM_AUTO(operation);

#endif
