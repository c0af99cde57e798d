/* edit: what is to change in one file, and the copy pass that does it.
 * SPDX-License-Identifier: MIT
 *
 * Edits speak of the file as it was read: no offset ever shifts. The new file is built in one pass that
 * copies every byte no edit names, so a byte order mark, CRLF and a missing final newline stay because
 * nobody touched them. */
#ifndef BERTH_APPLY_EDIT_H
#define BERTH_APPLY_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/place.h"

struct buf;
struct error;

struct edit {
	/* of a line: its length is 0, and it goes before the line that begins here (or at the end) */
	struct span span;
	struct str old;		/* what must stand there */
	struct str new;
	bool is_line;		/* new is a whole line without its end */
	/* where it came from, for messages; edits at one point keep the order of their rows */
	size_t row;
};

/* What edit_apply did, for the diff. In the order of the text, apart from each other. */
struct edit_region {
	struct span old, new;	/* bytes of the old file, bytes of the new one */
	struct span bare;	/* of the new one: without the line end that a line got */
};

/* Puts EDITS in the order of their place. */
void edit_sort(struct edit *edits, size_t count);
/* Whether sorted EDITS fit TEXT: within it, no two on one another, each over what it expects, lines where
 * lines begin. -1 with *ret_row the row of the one that does not. The message holds no content. */
int edit_check(struct str text, const struct edit *edits, size_t count, size_t *ret_row, struct error *);
/* Appends to RET the text with its checked EDITS made. REGIONS, where not NULL, has room for COUNT. */
void edit_apply(
    struct str text, const struct edit *edits, size_t count, struct buf *ret, struct edit_region *regions);

#endif
