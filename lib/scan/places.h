/* places: what is known of single places in the files of an app.
 * SPDX-License-Identifier: MIT
 *
 * A place is where a span begins in a source. Lives in an arena: it ends when that is reset, with no
 * release. */
#ifndef BERTH_SCAN_PLACES_H
#define BERTH_SCAN_PLACES_H

#include <stddef.h>

#include "base/arena.h"

struct source;
struct project_expansion;

enum mark_flags {
	MARK_DECIDES = 1 << 0,		/* text here decides a published host port */
	/* an expansion that alone gives a port, a name or the project's name its value */
	MARK_OWN = 1 << 1,
	MARK_HOST = 1 << 2,		/* an expansion in the host part of a port mapping */
	MARK_CONTAINER = 1 << 3,	/* an expansion in the container part of one */
	/* an expansion in a container's, the project's, a volume's or network's name */
	MARK_NAME = 1 << 4,
	MARK_ADDRESS = 1 << 5,		/* an expansion that gives an address its port */
	MARK_REFERENCE = 1 << 6,	/* text here is known as a reference */
	MARK_USE = 1 << 7,		/* an expansion that has its record */
	MARK_SEEN = 1 << 8		/* an expansion whose default took effect: nothing more */
};

struct mark {
	const struct source *source;
	size_t offset;
	unsigned flags;				/* 0: the slot is free */
	const struct project_expansion *expansion;	/* whose default took effect here; NULL: none */
};

struct marks {
	struct arena *arena;
	struct mark *slots;
	size_t count, cap;			/* cap: 0 or a power of two */
};

#define MARKS_INIT(a) { (a), NULL, 0, 0 }

/* Adds FLAGS (not 0) to the place; the mark is good until the next call. */
struct mark *marks_add(struct marks *, const struct source *, size_t offset, unsigned flags);
/* NULL: nothing is known of the place. */
const struct mark *marks_find(const struct marks *, const struct source *, size_t offset);

#endif
