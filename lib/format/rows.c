/* rows: what a query gave, held in memory for whichever format writes it.
 * SPDX-License-Identifier: MIT */
#include "format/rows.h"

#include <stdint.h>
#include <stdlib.h>

void
rows_columns(struct rows *r, const struct str *names, size_t count)
{
	r->columns = arena_zero(&r->arena, count ? count : 1, sizeof *r->columns);
	for (size_t i = 0; i < count; i++)
		r->columns[i] = arena_dup(&r->arena, names[i]);
	r->column_count = count;
}

struct cell *
rows_add(struct rows *r)
{
	struct cell *row;

	if (r->count >= r->cap) {
		size_t cap = mem_next_capacity(r->count);

		if (r->column_count && cap > SIZE_MAX / r->column_count)
			mem_exhausted();
		r->cells = mem_resize(r->cells, cap * r->column_count, sizeof *r->cells);
		r->cap = cap;
	}
	row = r->cells + r->count++ * r->column_count;
	for (size_t i = 0; i < r->column_count; i++)
		row[i] = (struct cell){ STR_INIT, true, false };
	return row;
}

void
rows_copy(struct rows *r, const struct rows *from, size_t i)
{
	struct cell *row = rows_add(r);

	for (size_t c = 0; c < r->column_count; c++) {
		row[c] = *rows_cell(from, i, c);
		row[c].text = arena_dup(&r->arena, row[c].text);
	}
}

const struct cell *
rows_cell(const struct rows *r, size_t i, size_t c)
{
	return r->cells + i * r->column_count + c;
}

int
rows_column(const struct rows *r, struct str name)
{
	for (size_t i = 0; i < r->column_count; i++)
		if (str_eq(r->columns[i], name))
			return (int)i;
	return -1;
}

bool
rows_is_number(const struct rows *r, size_t c)
{
	bool any = false;

	for (size_t i = 0; i < r->count; i++) {
		const struct cell *cell = rows_cell(r, i, c);

		if (!cell->is_null && !cell->is_number)
			return false;
		any |= cell->is_number;
	}
	return any;
}

void
rows_release(struct rows *r)
{
	arena_release(&r->arena);
	free(r->cells);
	*r = (struct rows)ROWS_INIT;
}
