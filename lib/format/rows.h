/* rows: what a query gave, held in memory for whichever format writes it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_FORMAT_ROWS_H
#define BERTH_FORMAT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"

struct cell {
	struct str text;		/* of a number its digits; empty where is_null */
	bool is_null;
	bool is_number;
};

/* Texts live in the rows' arena; a zeroed rows holds nothing. */
struct rows {
	struct arena arena;
	struct str *columns;		/* names; in the arena */
	size_t column_count;
	struct cell *cells;		/* row by row; owned */
	size_t count;			/* rows */
	size_t cap;			/* private */
};

#define ROWS_INIT { ARENA_INIT, NULL, 0, NULL, 0, 0 }

/* Names the columns of rows that are still empty; NAMES is copied. */
void rows_columns(struct rows *, const struct str *names, size_t count);
/* A new last row of null cells, to be filled by the caller; good until the next rows_add. */
struct cell *rows_add(struct rows *);
/* A new last row with the cells of row I of FROM, which has the same columns; its texts are copied. */
void rows_copy(struct rows *, const struct rows *from, size_t i);
/* The cell of row I in column C. */
const struct cell *rows_cell(const struct rows *, size_t i, size_t c);
/* The index of the column of that name, or -1. */
int rows_column(const struct rows *, struct str name);
/* Whether column C holds numbers only (and at least one). */
bool rows_is_number(const struct rows *, size_t c);
void rows_release(struct rows *);

MEM_AUTO(rows);

#endif
