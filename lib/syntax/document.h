/* document: YAML text as trees of nodes that know their place.
 * SPDX-License-Identifier: MIT
 *
 * libyaml finds the structure. What the YAML library of Compose does differently is done here: how plain
 * scalars are typed as numbers and dates, tags, aliases. Each alias becomes a copy of what it names, so that
 * a document is a tree. Duplicate keys, keys that are no strings and merge keys are left to whoever reads
 * it. */
#ifndef BERTH_SYNTAX_DOCUMENT_H
#define BERTH_SYNTAX_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct error;
struct node;
struct source;

enum {
	DOCUMENT_DEPTH_MAX = 1000,	/* of collections in one another, aliases followed */
	DOCUMENT_NODES_MAX = 1000000	/* in one file, aliases copied */
};

struct document {			/* the documents of one file */
	struct node **roots;
	size_t count;
	bool has_aliases;
	bool has_stand_in;		/* it was read with other characters in place of some */
};

/* Reads SOURCE's text. Returns -1 where it is not YAML or exceeds the limits; ERR then has file, line and
 * column, and *ret still holds what stands before the mistake. */
int document_read(struct arena *, struct source *, struct document *ret, struct error *err);

#endif
