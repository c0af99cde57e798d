/* gcc: rows as `file:line:column: message`.
 * SPDX-License-Identifier: MIT */
#include "gcc.h"

#include "buf.h"
#include "display.h"
#include "rows.h"

static struct str
text(const struct rows *rows, size_t i, int column)
{
	return column < 0 ? (struct str)STR_INIT : rows_cell(rows, i, (size_t)column)->text;
}

/* ROOT as it is named from HERE, with a final slash; empty where they are the same folder. */
static void
add_root(struct buf *b, struct str root, struct str here)
{
	if (here.len && str_starts(root, here) && (root.len == here.len || root.ptr[here.len] == '/'))
		root = str_sub(root, here.len + (root.len > here.len), root.len);
	display_add(b, root);
	if (root.len && root.ptr[root.len - 1] != '/')
		buf_add_char(b, '/');
}

void
gcc_add(struct buf *b, const struct rows *rows, struct gcc_columns columns, struct str root, struct str here)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct str file = text(rows, i, columns.file), line = text(rows, i, columns.line);
		struct str column = text(rows, i, columns.column);

		if (file.len) {
			if (file.ptr[0] != '/')
				add_root(b, root, here);
			display_add(b, file);
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
