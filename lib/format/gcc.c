/* gcc: rows as `file:line:column: message`.
 * SPDX-License-Identifier: MIT */
#include "format/gcc.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/display.h"
#include "base/path.h"
#include "format/rows.h"

static struct str
text(const struct rows *rows, size_t i, int column)
{
	return column < 0 ? (struct str)STR_INIT : rows_cell(rows, i, (size_t)column)->text;
}

/* FILE, below ROOT where it is relative, as it is named from HERE. */
static void
add_file(struct buf *b, struct str file, struct str root, struct str here)
{
	AUTO(arena) a = ARENA_INIT;
	bool is_below = root.len && !path_is_absolute(file);
	struct str path = file;

	while (root.len && (str_ends(root, STR("/")) || str_ends(root, STR("/."))))
		root.len--;
	if (is_below)
		path = arena_printf(&a, "%.*s/%.*s", STR_ARG(root), STR_ARG(file));
	if (path_is_absolute(path) && path_is_absolute(here) && path_is_below(path, here))
		(void)path_relative(path, here, &path);
	display_add(b, path);
}

/* A number of a place, where there is one. */
static bool
add_number(struct buf *b, struct str number)
{
	if (!number.len || str_eq(number, STR("0")))
		return false;
	buf_add_char(b, ':');
	display_add(b, number);
	return true;
}

void
gcc_add(struct buf *b, const struct rows *rows, struct gcc_columns columns, struct str root, struct str here)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct str file = text(rows, i, columns.file);

		if (!file.len) {
			buf_add_str(b, STR("berth"));
		} else {
			add_file(b, file, root, here);
			if (add_number(b, text(rows, i, columns.line)))
				(void)add_number(b, text(rows, i, columns.column));
		}
		buf_add_str(b, STR(": "));
		display_add(b, text(rows, i, columns.message));
		buf_add_char(b, '\n');
	}
}
