/* columns: the columns of records (stream/column.h) in the rows of a database, found by their names.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_STORE_COLUMNS_H
#define BERTH_STORE_COLUMNS_H

#include "stream/column.h"

struct sql_query;

/* Of each column of a row the record's column of that name; NULL: the record has none. */
struct columns {
	const struct column *of[COLUMN_MAX];
	size_t count;
};

/* Looks the columns of a query's rows up in TABLE. */
void columns_find(struct columns *ret, const struct sql_query *, const struct column_table *table);
/* Binds the next values of a query: what RECORD has in the columns from *AT on, up to the first that is
 * none of its own, where *AT then is. Texts are made in ROOMS, which must live until the query has run. */
void columns_bind(const struct columns *, size_t *at, const void *record,
    union column_room rooms[static COLUMN_MAX], struct sql_query *);
/* Fills RECORD, all of which is zero, from the row that the query is at; what the column of a record
 * cannot hold is left out. Texts are borrowed until the next row. */
void columns_read(const struct columns *, const struct sql_query *, void *record);

#endif
