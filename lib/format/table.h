/* table: rows as a person reads them in a terminal.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_TABLE_H
#define BERTH_FORMAT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct rows;

struct table_options {
	size_t width;			/* of the terminal in columns; 0: no limit */
	bool colour;			/* the header in bold */
	/* the terminal takes no UTF-8: `..` marks what is left out, other bytes stay as they are */
	bool ascii;
	/* by column: aligned right even where not all its cells are numbers; NULL: none */
	const bool *right;
	/* by column: what does not fit goes on in the next line, instead of being shortened; NULL: none */
	const bool *wrap;
};

/* Appends an aligned table: a header, a rule, a line a row; numbers to the right. Texts that do not fit
 * are shortened (display_fit), the longest first; numbers never are. Where even that is too wide, each
 * row becomes a block of `column  value` lines. Everything goes through display_add first, so no cell
 * moves the cursor. */
void table_add(struct buf *, const struct rows *, const struct table_options *);

#endif
