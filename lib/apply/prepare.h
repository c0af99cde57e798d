/* prepare: a run made of a plan and the fleet as it stands.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_APPLY_PREPARE_H
#define BERTH_APPLY_PREPARE_H

#include <stddef.h>

struct changeset;
struct confine;
struct error;
struct journal;
struct run;

/* Reads every file that the changes name and makes its new content. An app with a changed file becomes
 * stale, one whose file can't be read fails. -1 where the plan does not fit a file whose digest is right:
 * the row is the place. JOURNAL (may be NULL) tells whether a file that changed since is what this very
 * plan made of it: unchanged then. JOBS: how many threads do it; 0: as many as suit the plan. */
int prepare_run(struct run *, const struct changeset *, const struct confine *, struct journal *, size_t jobs,
    struct error *);

#endif
