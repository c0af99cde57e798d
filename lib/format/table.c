/* table: rows as a person reads them in a terminal.
 * SPDX-License-Identifier: MIT */
#include "format/table.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/display.h"
#include "format/rows.h"

enum {
	GAP = 2,			/* blanks between columns */
	NARROWEST = 8			/* a text is not shortened below this */
};

struct layout {
	const struct rows *rows;
	const struct table_options *opt;
	struct str *texts;		/* each cell as it is shown, header first; in arena */
	size_t *widths;
	bool *right;
	struct arena arena;
};

static struct str
visible(struct arena *a, struct buf *scratch, struct str s)
{
	buf_clear(scratch);
	display_add(scratch, s);
	return arena_dup(a, buf_str(scratch));
}

static const struct str *
text_at(const struct layout *l, size_t line, size_t c)
{
	return &l->texts[line * l->rows->column_count + c];
}

static void
measure(struct layout *l)
{
	size_t n = l->rows->column_count;
	AUTO(buf) scratch = BUF_INIT;

	l->texts = arena_zero(&l->arena, (l->rows->count + 1) * n, sizeof *l->texts);
	l->widths = arena_zero(&l->arena, n, sizeof *l->widths);
	l->right = arena_zero(&l->arena, n, sizeof *l->right);
	for (size_t c = 0; c < n; c++) {
		l->right[c] = rows_is_number(l->rows, c) || (l->opt->right && l->opt->right[c]);
		for (size_t i = 0; i <= l->rows->count; i++) {
			struct str s = i ? rows_cell(l->rows, i - 1, c)->text : l->rows->columns[c];
			struct str *text = &l->texts[i * n + c];
			size_t width;

			*text = visible(&l->arena, &scratch, s);
			width = display_width(*text);
			l->widths[c] = width > l->widths[c] ? width : l->widths[c];
		}
	}
}

/* What column C may be shortened to: its header and NARROWEST at least, a number not at all. */
static size_t
least(const struct layout *l, size_t c)
{
	size_t head = display_width(*text_at(l, 0, c));

	if (l->right[c] || l->widths[c] <= NARROWEST)
		return l->widths[c];
	return head > NARROWEST ? head : NARROWEST;
}

static size_t
total_at(const struct layout *l, size_t cap)
{
	size_t total = (l->rows->column_count - 1) * GAP;

	for (size_t c = 0; c < l->rows->column_count; c++) {
		size_t w = l->widths[c] < cap ? l->widths[c] : cap;

		total += w > least(l, c) ? w : least(l, c);
	}
	return total;
}

/* Brings the table to the terminal's width by one cap for all columns, the greatest that does. False: none
 * does. */
static bool
shrink(struct layout *l)
{
	size_t width = l->opt->width, low = 0, high = width;

	if (width == 0 || total_at(l, SIZE_MAX) <= width)
		return true;
	if (total_at(l, 0) > width)
		return false;
	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;

		if (total_at(l, middle) <= width)
			low = middle;
		else
			high = middle - 1;
	}
	size_t spare = width - total_at(l, low);

	for (size_t c = 0; c < l->rows->column_count; c++) {
		size_t floor = least(l, c), w = low > floor ? low : floor;

		if (l->widths[c] <= w)
			continue;
		l->widths[c] = w;
		if (spare && w == low) {
			l->widths[c]++;
			spare--;
		}
	}
	return true;
}

static void
add_blanks(struct buf *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_char(b, ' ');
}

static void
add_line(struct buf *b, const struct layout *l, size_t line)
{
	struct str mark = l->opt->ascii ? STR("..") : STR("\xe2\x80\xa6");
	AUTO(buf) cell = BUF_INIT;

	for (size_t c = 0; c < l->rows->column_count; c++) {
		bool last = c + 1 == l->rows->column_count;
		size_t width;

		buf_clear(&cell);
		display_fit(&cell, *text_at(l, line, c), l->widths[c], mark);
		width = display_width(buf_str(&cell));
		if (l->right[c])
			add_blanks(b, l->widths[c] - width);
		buf_add_str(b, buf_str(&cell));
		if (!l->right[c] && !last)
			add_blanks(b, l->widths[c] - width);
		if (!last)
			add_blanks(b, GAP);
	}
	while (b->len && b->ptr[b->len - 1] == ' ')
		b->ptr[--b->len] = '\0';
	buf_add_char(b, '\n');
}

static void
add_rule(struct buf *b, const struct layout *l)
{
	for (size_t c = 0; c < l->rows->column_count; c++) {
		for (size_t i = 0; i < l->widths[c]; i++)
			buf_add_char(b, '-');
		if (c + 1 < l->rows->column_count)
			add_blanks(b, GAP);
	}
	buf_add_char(b, '\n');
}

static void
add_heading(struct buf *b, const struct layout *l)
{
	if (l->opt->colour)
		buf_add_str(b, STR("\x1b[1m"));
	add_line(b, l, 0);
	if (l->opt->colour) {
		b->len--;		/* the line's end, which goes behind the reset */
		buf_add_str(b, STR("\x1b[0m\n"));
	}
	add_rule(b, l);
}

/* A terminal too narrow for columns: `name  value` lines, a blank line between rows. */
static void
add_block(struct buf *b, const struct layout *l, size_t line)
{
	struct str mark = l->opt->ascii ? STR("..") : STR("\xe2\x80\xa6");
	size_t names = 0, width = l->opt->width;

	for (size_t c = 0; c < l->rows->column_count; c++) {
		size_t w = display_width(*text_at(l, 0, c));

		names = w > names ? w : names;
	}
	if (line > 1)
		buf_add_char(b, '\n');
	for (size_t c = 0; c < l->rows->column_count; c++) {
		struct str name = *text_at(l, 0, c), value = *text_at(l, line, c);

		if (!value.len)
			continue;
		buf_add_str(b, name);
		add_blanks(b, names - display_width(name) + GAP);
		display_fit(b, value, width > names + GAP ? width - names - GAP : 1, mark);
		buf_add_char(b, '\n');
	}
}

void
table_add(struct buf *b, const struct rows *rows, const struct table_options *opt)
{
	struct layout l = { rows, opt, NULL, NULL, NULL, ARENA_INIT };

	if (rows->column_count == 0)
		return;
	measure(&l);
	if (shrink(&l)) {
		add_heading(b, &l);
		for (size_t i = 1; i <= rows->count; i++)
			add_line(b, &l, i);
	} else {
		for (size_t i = 1; i <= rows->count; i++)
			add_block(b, &l, i);
	}
	arena_release(&l.arena);
}
