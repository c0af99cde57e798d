/* internal: what an operation and one on a past run share.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_APPLY_INTERNAL_H
#define BERTH_APPLY_INTERNAL_H

#include <stdint.h>

#include "base/str.h"

struct buf;
struct confine;
struct error;
struct operation;

enum { OPERATION_LOCK_SECONDS = 5 };

/* The real path of the fleet, which was at PLANNED, into the run's root. */
int operation_find_root(struct operation *, struct str planned, struct error *);
/* Opens the root of the fleet. It must be the folder KNOWN, where that is known and --root says nothing
 * else. */
int operation_open_root(struct operation *, struct str known, struct confine *, struct error *);
/* Does the run, and keeps the journal. Who asks it to end in time has it taken back; else it is done and the
 * journal settled first. */
int operation_carry_out(struct operation *, struct confine *, struct error *);
/* The commands that end run ID, as a shell takes them. */
void operation_ways_out(const struct operation *, int64_t id, struct buf *resume, struct buf *undo);

#endif
