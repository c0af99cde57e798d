/* sql_rows: rows that wait in memory until one statement takes them all. An INSERT of its own for each row
 * costs half as much again: a statement is begun and ended, its table opened, its end looked for.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_SQL_ROWS_H
#define BERTH_SYSTEM_SQL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct sqlite3;

enum { SQL_ROWS_COLUMNS = 48, SQL_ROWS_MAX = 32 };	/* of the table berth_rows: c1, c2, … */

struct sql_cell {
	bool is_text, is_null;
	int64_t number;		/* of a text: where in texts it stands */
	size_t len;
};

struct sql_rows {
	size_t count;		/* of whole rows */
	size_t width[SQL_ROWS_MAX];	/* of each row: how many values it has, or has so far */
	struct buf texts;
	struct sql_cell cells[SQL_ROWS_MAX][SQL_ROWS_COLUMNS];
};

/* Lets the statements of HANDLE read ROWS as the table berth_rows. -1: no memory. */
int sql_rows_register(struct sqlite3 *handle, struct sql_rows *);
/* The next value of the row. */
void sql_rows_str(struct sql_rows *, struct str text);
void sql_rows_int(struct sql_rows *, int64_t n);
void sql_rows_null(struct sql_rows *);
/* Ends the row, of which all that was not given is NULL. Whether there is room for one more. */
bool sql_rows_end(struct sql_rows *);
/* Forgets what was given of the row that is not ended. */
void sql_rows_restart(struct sql_rows *);
void sql_rows_clear(struct sql_rows *);

#endif
