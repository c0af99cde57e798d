/* diff: what a run would change, as a unified diff.
 * SPDX-License-Identifier: MIT
 *
 * Made from the edits, not by comparison. The form to read withholds every value but what the edits touch;
 * the patch form is complete (so it holds secrets as the files do) and is what `patch -p1` and `git apply`
 * take. */
#ifndef BERTH_APPLY_DIFF_H
#define BERTH_APPLY_DIFF_H

#include <stdbool.h>
#include <stdio.h>

#include "journal/run.h"

struct buf;
struct error;

/* Prints the files of the run's waiting apps. What would move a cursor is written out in the form to read,
 * and on a terminal. */
int diff_run(FILE *, const struct run *, bool patch, struct error *);
/* Appends the diff of one file, which has regions. */
void diff_file(struct buf *, const struct run_file *, bool patch);

#endif
