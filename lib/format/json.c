/* json: rows as an array of objects (RFC 8259).
 * SPDX-License-Identifier: MIT */
#include "format/json.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/display.h"
#include "format/rows.h"

static bool
is_escaped(uint32_t c)
{
	return c < 0x20 || c == 0x7f || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029;
}

void
json_text(struct buf *b, struct str s)
{
	buf_add_char(b, '"');
	for (size_t at = 0, from; at < s.len; ) {
		uint32_t c;

		from = at;
		c = display_next(s, &at);
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", (char)c);
		else if (c == 0xfffd)
			buf_add_str(b, STR("\xef\xbf\xbd"));
		else if (is_escaped(c))
			buf_printf(b, "\\u%04x", (unsigned)c);
		else
			buf_add(b, s.ptr + from, at - from);
	}
	buf_add_char(b, '"');
}

static void
add_cell(struct buf *b, const struct cell *cell)
{
	if (cell->is_null)
		buf_add_str(b, STR("null"));
	else if (cell->is_number)
		buf_add_str(b, cell->text);
	else
		json_text(b, cell->text);
}

void
json_add(struct buf *b, const struct rows *rows)
{
	buf_add_char(b, '[');
	for (size_t i = 0; i < rows->count; i++) {
		buf_add_str(b, i ? STR(",\n {") : STR("\n {"));
		for (size_t c = 0; c < rows->column_count; c++) {
			if (c)
				buf_add_char(b, ',');
			json_text(b, rows->columns[c]);
			buf_add_char(b, ':');
			add_cell(b, rows_cell(rows, i, c));
		}
		buf_add_char(b, '}');
	}
	buf_add_str(b, rows->count ? STR("\n]\n") : STR("]\n"));
}
