/* lists: what a person gave through a pipe, kept so that each program that asks for it finds all of it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FRONT_LISTS_H
#define BERTH_FRONT_LISTS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/mem.h"

struct error;

struct lists {
	int *fds;			/* owned: scratch files, which programs inherit */
	size_t count, cap;
	struct arena arena;		/* private */
};

#define LISTS_INIT { NULL, 0, 0, ARENA_INIT }

/* Where *PATH is a pipe, or another file that can be read once only, it becomes the path of what that held,
 * good until the lists are released. */
int lists_keep(struct lists *, const char **path, struct error *);
/* Before each program that is to read them: where opening such a path is no opening anew, it begins at the
 * start. */
int lists_rewind(const struct lists *, struct error *);
void lists_release(struct lists *);

MEM_AUTO(lists);

#endif
