/* only: the rows of a report that are of the apps which were chosen.
 * SPDX-License-Identifier: MIT */
#include "report/only.h"

#include <string.h>

#include "base/error.h"
#include "format/rows.h"
#include "stream/identity.h"

enum { MODEL, APP_NUM, FOLDER, PARTS, SIDES = 2 };

/* Where the columns are that say which app a row is of, on each of two sides; -1: there is none. */
struct sides {
	int at[SIDES][PARTS];
};

static struct sides
find_sides(const struct rows *r)
{
	return (struct sides){ {
		{ rows_column(r, STR("model")), rows_column(r, STR("app_num")), rows_column(r, STR("app")) },
		{ rows_column(r, STR("other_model")), rows_column(r, STR("other_app_num")),
		    rows_column(r, STR("other_app")) },
	} };
}

static struct str
text_of(const struct rows *r, size_t row, int column)
{
	return column < 0 ? (struct str)STR_INIT : rows_cell(r, row, (size_t)column)->text;
}

static bool
is_chosen(const struct only *o, const struct rows *r, const struct sides *sides, size_t row)
{
	for (int s = 0; s < SIDES; s++) {
		AUTO(arena) a = ARENA_INIT;
		struct identity id = { text_of(r, row, sides->at[s][MODEL]), 0 };
		/* a copy, as the pattern's reader wants a NUL behind it */
		struct str folder = arena_dup(&a, text_of(r, row, sides->at[s][FOLDER]));

		(void)str_to_uint(text_of(r, row, sides->at[s][APP_NUM]), UINT64_MAX, &id.app_num);
		for (size_t i = 0; i < o->count && id.model.len + folder.len; i++)
			if (identity_is_like(id, folder, o->patterns[i]))
				return true;
	}
	return false;
}

bool
only_is_about(const struct rows *r)
{
	struct sides sides = find_sides(r);

	return sides.at[0][FOLDER] >= 0 || (sides.at[0][MODEL] >= 0 && sides.at[0][APP_NUM] >= 0);
}

void
only_thin(const struct only *o, struct rows *r)
{
	struct sides sides = find_sides(r);
	size_t width = r->column_count, kept = 0;

	if (!o->count || !only_is_about(r))
		return;
	for (size_t i = 0; i < r->count; i++)
		if (is_chosen(o, r, &sides, i))
			memmove(r->cells + kept++ * width, r->cells + i * width, width * sizeof *r->cells);
	r->count = kept;
}

int
only_check(const struct only *o, const struct rows *apps, struct error *err)
{
	struct sides sides = find_sides(apps);

	for (size_t i = 0; i < o->count; i++) {
		const struct only one = { &o->patterns[i], 1 };
		size_t row = 0;

		while (row < apps->count && !is_chosen(&one, apps, &sides, row))
			row++;
		if (row == apps->count)
			return error_set(err, "--only '%s' is none of the %zu apps: write MODEL/appN, a "
			    "folder, or a pattern for either, as in '%s*'", o->patterns[i],
			    apps->count, o->patterns[i]);
	}
	return 0;
}
