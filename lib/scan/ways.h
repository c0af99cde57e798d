/* ways: how folders are run where Compose's own names do not say it: the files, the project's name, the env
 * files and the profiles that its command line gives.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_WAYS_H
#define BERTH_SCAN_WAYS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"
#include "compose/project.h"

struct error;

struct way {
	struct str folder;		/* as it was given; NUL behind it */
	struct project_way as;
};

struct ways {
	struct way *items;
	size_t count, cap;
	struct arena arena;
};

#define WAYS_INIT { NULL, 0, 0, ARENA_INIT }

/* Adds what SPEC says: `DIR -f A -f B -p NAME --env-file E --profile P`, words as a shell parts them, each
 * option as often as Compose takes it, names of files as seen from DIR. */
int ways_add(struct ways *, struct str spec, struct error *);
/* Adds each line of FILE; empty ones and those that begin with # say nothing. */
int ways_read(struct ways *, const char *file, struct error *);
void ways_release(struct ways *);

MEM_AUTO(ways);

#endif
