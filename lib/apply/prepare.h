/* prepare: a run made of a plan and the fleet as it stands.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_APPLY_PREPARE_H
#define BERTH_APPLY_PREPARE_H

struct changeset;
struct confine;
struct error;
struct journal;
struct run;

/* Reads every file that the changes name and makes its new content. An app with a changed file becomes
 * stale, one whose file can't be read fails. -1 where the plan does not fit a file whose digest is right:
 * the row is the place. JOURNAL (may be NULL) tells whether a file that changed since is what this very
 * plan made of it: unchanged then. */
int prepare_run(struct run *, const struct changeset *, struct confine *, struct journal *, struct error *);

#endif
