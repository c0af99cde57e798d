/* gcc: rows as `file:line:column: message`, which editors and CI turn into annotations.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_GCC_H
#define BERTH_FORMAT_GCC_H

#include "base/str.h"

struct buf;
struct rows;

/* Which columns of the rows make the line; -1: none. */
struct gcc_columns {
	int file, line, column, message;
};

/* Appends a line a row. Files are relative to the fleet's ROOT; one that lies in the folder HERE (both
 * absolute, HERE may be empty) is named from there, any other absolutely. A row without a file is
 * `berth: message`. */
void gcc_add(struct buf *, const struct rows *, struct gcc_columns columns, struct str root, struct str here);

#endif
