/* mark: what a fleet bears in its root while a run of apply on it is open, so that other registries know.
 * SPDX-License-Identifier: MIT
 *
 * A file called as a run's temporary files are, `.berth-0000000000000000-0-0.tmp`, which names the journal
 * that has the run and the run's token. Two runs of two registries do not meet where one root is the other,
 * or lies above it. A mark that somebody left who neither is trusted (system/owner.h) nor owns the
 * fleet's root is none, and a root that can't be written bears none. */
#ifndef BERTH_JOURNAL_MARK_H
#define BERTH_JOURNAL_MARK_H

#include "base/str.h"

struct error;
struct journal;
struct run;

/* Marks the root, whose descriptor ROOT is, as the run's, which must have a token, and whose registry must be
 * locked. -1 where another registry has a run there, above it, or in the folder of one of the run's apps. */
int mark_put(struct journal *, const struct run *, int root, struct error *);
/* Takes the mark away. */
void mark_remove(int root);
/* -1 where another registry than DB has a run on the folder ROOT or one above. Whoever is going to write asks
 * first. */
int mark_refuse(const char *db, const char *root, struct error *);

#endif
