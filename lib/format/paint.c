/* paint: a diff in colours.
 * SPDX-License-Identifier: MIT */
#include "format/paint.h"

#include "base/buf.h"

/* The colour of LINE; empty: none. */
static struct str
colour_of(struct str line)
{
	static const struct {
		struct str start, colour;
	} colours[] = {
		{ STR_OF("--- "), STR_OF("\x1b[1m") }, { STR_OF("+++ "), STR_OF("\x1b[1m") },
		{ STR_OF("diff "), STR_OF("\x1b[1m") }, { STR_OF("@@"), STR_OF("\x1b[36m") },
		{ STR_OF("-"), STR_OF("\x1b[31m") }, { STR_OF("+"), STR_OF("\x1b[32m") },
	};

	for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
		if (str_starts(line, colours[i].start))
			return colours[i].colour;
	return (struct str)STR_INIT;
}

void
paint_diff(struct buf *b, struct str diff)
{
	struct str line;

	for (size_t at = 0; str_next_part(diff, '\n', &at, &line); ) {
		struct str colour = colour_of(line);

		buf_add_str(b, colour);
		buf_add_str(b, line);
		buf_add_str(b, colour.len ? STR("\x1b[0m") : STR(""));
		if (at <= diff.len && line.ptr + line.len < diff.ptr + diff.len)
			buf_add_char(b, '\n');
	}
}
