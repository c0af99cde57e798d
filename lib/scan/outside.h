/* outside: the folders of a fleet that belong to no app, and the files in them.
 * SPDX-License-Identifier: MIT
 *
 * A proxy's configuration, a dashboard's list of links, notes: they lie beside the apps, and name their
 * ports. */
#ifndef BERTH_SCAN_OUTSIDE_H
#define BERTH_SCAN_OUTSIDE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/mem.h"
#include "scan/apps.h"
#include "scan/texts.h"

struct crossing;

struct outside_folder {
	struct app app;			/* what a finding says of it, which is none */
	struct texts_paths files;	/* at least one; those that no app reads */
};

struct outside {
	struct outside_folder *folders;	/* by path */
	size_t count, cap;
	struct arena arena;
};

#define OUTSIDE_INIT { .arena = ARENA_INIT }

/* Finds those below the root of APPS. The crossing is complete. */
void outside_find(struct outside *, const struct apps *, const struct crossing *);
void outside_release(struct outside *);

MEM_AUTO(outside);

#endif
