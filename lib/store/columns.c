/* columns: the columns of records in the rows of a database.
 * SPDX-License-Identifier: MIT */
#include "store/columns.h"

#include "system/sql.h"

void
columns_find(struct columns *ret, const struct sql_query *q, const struct column_table *table)
{
	size_t count = sql_column_count(q);

	ret->count = count < COLUMN_MAX ? count : COLUMN_MAX;
	for (size_t i = 0; i < ret->count; i++)
		ret->of[i] = column_find(table, sql_column_name(q, (int)i));
}

void
columns_bind(const struct columns *columns, size_t *at, const void *record,
    union column_room rooms[static COLUMN_MAX], struct sql_query *q)
{
	for (; *at < columns->count && columns->of[*at]; ++*at) {
		const struct column *c = columns->of[*at];

		if (column_is_number(c)) {
			bool is_known;
			uint64_t n = column_number(c, record, &is_known);

			sql_bind_optional(q, is_known, n);
		} else {
			/* most are texts: not worth a call */
			sql_bind_str(q, c->type == COLUMN_TEXT ? column_str(c, record)
								: column_text(c, record, &rooms[*at]));
		}
	}
}

void
columns_read(const struct columns *columns, const struct sql_query *q, void *record)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *c = columns->of[i];

		if (!c)
			continue;
		if (!column_is_number(c))
			(void)column_set(c, record, sql_column_str(q, (int)i));
		else if (sql_column_type(q, (int)i) == SQL_INTEGER)
			column_set_number(c, record, sql_column_uint(q, (int)i, SIZE_MAX / 2));
	}
}
