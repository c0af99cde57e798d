/* screen: a stream as a table of what matters to a person.
 * SPDX-License-Identifier: MIT */
#include "format/screen.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "format/rows.h"
#include "format/table.h"
#include "stream/csv.h"

enum { COLUMNS_MAX = 16 };

struct chosen {
	struct str names[COLUMNS_MAX];
	int at[COLUMNS_MAX];
	size_t count;
};

/* Those of the view's columns that the stream has. */
static void
choose(struct chosen *c, const struct stream *s, const char *columns, struct arena *a)
{
	struct str list = str_from(columns), name;

	c->count = 0;
	for (size_t at = 0; c->count < COLUMNS_MAX && str_next_part(list, ' ', &at, &name); ) {
		c->names[c->count] = arena_dup(a, name);
		c->at[c->count] = stream_column(s, c->names[c->count].ptr);
		c->count += c->at[c->count] >= 0;
	}
}

static bool
is_in(struct str word, const char *list)
{
	struct str all = str_from(list), one;

	for (size_t at = 0; str_next_part(all, ' ', &at, &one); )
		if (str_eq(one, word))
			return true;
	return !list;
}

static void
take(struct rows *rows, const struct chosen *c, const struct str *fields)
{
	struct cell *row = rows_add(rows);
	uint64_t n;

	for (size_t i = 0; i < c->count; i++) {
		struct str s = fields[c->at[i]];

		row[i] = (struct cell){ arena_dup(&rows->arena, s), s.len == 0,
			str_to_uint(s, UINT64_MAX, &n) };
	}
}

int
screen_add(
    struct buf *b, int fd, const struct screen_view *view, const struct table_options *opt, struct error *err)
{
	AUTO_PTR(stream) s = NULL;
	AUTO(arena) a = ARENA_INIT;
	AUTO(rows) rows = ROWS_INIT;
	const struct str *fields;
	struct chosen chosen;
	int got;

	if (stream_open(&s, fd, "the output", err) < 0)
		return -1;
	choose(&chosen, s, view->columns, &a);
	rows_columns(&rows, chosen.names, chosen.count);
	while ((got = stream_next(s, &fields, err)) > 0)
		if (is_in(fields[0], view->rows))
			take(&rows, &chosen, fields);
	if (got == 0 && rows.count)
		table_add(b, &rows, opt);
	return got;
}
