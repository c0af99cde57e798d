/* held: what this host holds beside a fleet: what listens, and what its engine's containers have.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_ENGINE_HELD_H
#define BERTH_ENGINE_HELD_H

#include <stddef.h>

#include "base/str.h"

struct buf;
struct error;
struct finding;

struct held_fleet {
	struct str root; /* absolute, symlinks resolved */
	const struct str *folders; /* of its apps, relative to the root */
	size_t count;
};

/* Is given one finding (FINDING_HELD), whose strs are good until it returns. */
typedef int held_visit(void *context, const struct finding *, struct error *);

/* Tells all of it, in an order of its own. No engine is no error: WHY, emptied first, then says why there is
 * none. The listeners are those in PROC ("/proc"); of an engine on another host this one's do not count. -1:
 * also where VISIT returned that. */
int held_look(const char *proc, const struct held_fleet *, held_visit *visit, void *context, struct buf *why,
    struct error *);

#endif
