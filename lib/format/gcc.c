/* gcc: rows as `file:line:column: message`.
 * SPDX-License-Identifier: MIT */
#include "format/gcc.h"

#include "base/buf.h"
#include "base/display.h"
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
	AUTO(buf) whole = BUF_INIT;
	bool below = root.len && file.ptr[0] != '/', is_somewhere = here.len > 0;
	struct str name;

	while (root.len && (root.ptr[root.len - 1] == '/' || str_ends(root, STR("/."))))
		root.len--;
	if (below) {
		buf_add_str(&whole, root);
		buf_add_char(&whole, '/');
	}
	buf_add_str(&whole, file);
	name = buf_str(&whole);
	if (str_eq(here, STR("/")))
		here.len = 0;
	if (is_somewhere && name.ptr[0] == '/' && str_starts(name, here) && name.len > here.len &&
	    name.ptr[here.len] == '/')
		name = str_sub(name, here.len + 1, name.len);
	display_add(b, name);
}

void
gcc_add(struct buf *b, const struct rows *rows, struct gcc_columns columns, struct str root, struct str here)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct str file = text(rows, i, columns.file), line = text(rows, i, columns.line);
		struct str column = text(rows, i, columns.column);

		if (file.len) {
			add_file(b, file, root, here);
			if (line.len && !str_eq(line, STR("0"))) {
				buf_add_char(b, ':');
				display_add(b, line);
				if (column.len && !str_eq(column, STR("0"))) {
					buf_add_char(b, ':');
					display_add(b, column);
				}
			}
		} else {
			buf_add_str(b, STR("berth"));
		}
		buf_add_str(b, STR(": "));
		display_add(b, text(rows, i, columns.message));
		buf_add_char(b, '\n');
	}
}
