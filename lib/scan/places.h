/* places: what is known of single places in the files of an app.
 * SPDX-License-Identifier: MIT
 *
 * A place is where a span begins in a source. Lives in an arena: it ends when that is reset, with no
 * release. */
#ifndef BERTH_SCAN_PLACES_H
#define BERTH_SCAN_PLACES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/dict.h"

struct source;
struct expansion;

enum place_flags {
	PLACE_DECIDES = 1 << 0,		/* text here decides a published host port */
	/* an expansion that is all of a port's, a name's or the project's name's text */
	PLACE_OWN = 1 << 1,
	PLACE_HOST = 1 << 2,		/* an expansion in the host part of a port mapping */
	PLACE_CONTAINER = 1 << 3,	/* an expansion in the container part of one */
	/* an expansion in a container's, the project's, a volume's or network's name */
	PLACE_NAME = 1 << 4,
	PLACE_ADDRESS = 1 << 5,		/* an expansion that gives an address its port */
	PLACE_REFERENCE = 1 << 6,	/* text here is known as a reference */
	PLACE_USE = 1 << 7,		/* an expansion whose `use` record has been written */
	PLACE_SEEN = 1 << 8,		/* an expansion whose default took effect */
	PLACE_INSIDE = 1 << 9,		/* text here is an address in the container itself */
	PLACE_IN_ADDRESS = 1 << 10,	/* an expansion in an address, whose text does not follow by itself */
	PLACE_PARTED = 1 << 11,		/* text here is a name; what names it is to follow where it is used */
	PLACE_READ = 1 << 12,		/* an expansion, as far as anybody asked who reads it */
	PLACE_READ_AGAIN = 1 << 13	/* one that several places of the project read */
};

struct known_place {
	unsigned flags;
	const struct expansion *expansion;	/* whose default took effect here; NULL: none */
};

struct places {
	struct arena *arena;
	struct dict index;			/* private: the index of each place among the items */
	struct known_place *items;
	size_t count, cap;
};

#define PLACES_INIT(a) { (a), DICT_IN(a), NULL, 0, 0 }

/* Adds FLAGS to the place; what is returned is good until the next call. */
struct known_place *places_add(struct places *, const struct source *, size_t offset, unsigned flags);
/* NULL: nothing is known of the place. */
const struct known_place *places_find(const struct places *, const struct source *, size_t offset);

#endif
