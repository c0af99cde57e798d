/* sheet: rows as CSV (RFC 4180).
 * SPDX-License-Identifier: MIT */
#include "format/sheet.h"

#include <string.h>

#include "base/buf.h"
#include "format/rows.h"
#include "stream/csv.h"

/* Fullwidth forms too: some spreadsheets fold them on import. */
static bool
is_formula(struct str s)
{
	return s.len &&
	    (memchr("=+-@\t\r\n", s.ptr[0], 7) != NULL || str_starts(s, STR("\xef\xbc\x9d")) ||
		str_starts(s, STR("\xef\xbc\x8b")) || str_starts(s, STR("\xef\xbc\x8d")) ||
		str_starts(s, STR("\xef\xbc\xa0")));
}

static void
add_cell(struct stream_writer *w, struct buf *scratch, const struct cell *cell, bool safe)
{
	if (!safe || cell->is_number || !is_formula(cell->text)) {
		stream_field(w, cell->text);
		return;
	}
	buf_clear(scratch);
	buf_add_char(scratch, '\'');
	buf_add_str(scratch, cell->text);
	stream_field(w, buf_str(scratch));
}

static void
add(struct buf *b, const struct rows *rows, bool has_header, bool safe)
{
	AUTO_PTR(stream_writer) w = NULL;
	AUTO(buf) scratch = BUF_INIT;

	if (rows->column_count == 0)
		return;
	w = stream_writer_memory(rows->column_count);
	for (size_t c = 0; has_header && c < rows->column_count; c++)
		stream_field(w, rows->columns[c]);
	if (has_header)
		stream_end_row(w);
	for (size_t i = 0; i < rows->count; i++) {
		for (size_t c = 0; c < rows->column_count; c++)
			add_cell(w, &scratch, rows_cell(rows, i, c), safe);
		stream_end_row(w);
	}
	buf_add_str(b, stream_writer_take(w));
}

void
sheet_add(struct buf *b, const struct rows *rows, bool safe)
{
	add(b, rows, true, safe);
}

void
sheet_add_more(struct buf *b, const struct rows *rows, bool safe)
{
	add(b, rows, false, safe);
}
