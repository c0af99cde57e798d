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

struct table {
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
text_at(const struct table *t, size_t line, size_t c)
{
	return &t->texts[line * t->rows->column_count + c];
}

static void
measure(struct table *t)
{
	size_t n = t->rows->column_count;
	AUTO(buf) scratch = BUF_INIT;

	t->texts = arena_zero(&t->arena, (t->rows->count + 1) * n, sizeof *t->texts);
	t->widths = arena_zero(&t->arena, n, sizeof *t->widths);
	t->right = arena_zero(&t->arena, n, sizeof *t->right);
	for (size_t c = 0; c < n; c++) {
		t->right[c] = rows_is_number(t->rows, c) || (t->opt->right && t->opt->right[c]);
		for (size_t i = 0; i <= t->rows->count; i++) {
			struct str s = i ? rows_cell(t->rows, i - 1, c)->text : t->rows->columns[c];
			struct str *text = &t->texts[i * n + c];
			size_t width;

			*text = visible(&t->arena, &scratch, s);
			width = display_width(*text);
			t->widths[c] = width > t->widths[c] ? width : t->widths[c];
		}
	}
}

/* What column C may be shortened to: its header and NARROWEST at least, a number not at all. */
static size_t
least(const struct table *t, size_t c)
{
	size_t head = display_width(*text_at(t, 0, c));

	if (t->right[c] || t->widths[c] <= NARROWEST)
		return t->widths[c];
	return head > NARROWEST ? head : NARROWEST;
}

static size_t
total_at(const struct table *t, size_t cap)
{
	size_t total = (t->rows->column_count - 1) * GAP;

	for (size_t c = 0; c < t->rows->column_count; c++) {
		size_t w = t->widths[c] < cap ? t->widths[c] : cap;

		total += w > least(t, c) ? w : least(t, c);
	}
	return total;
}

/* Brings the table to the terminal's width by one cap for all columns, the greatest that does. False: none
 * does. */
static bool
shrink(struct table *t)
{
	size_t width = t->opt->width, low = 0, high = width;

	if (width == 0 || total_at(t, SIZE_MAX) <= width)
		return true;
	if (total_at(t, 0) > width)
		return false;
	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;

		if (total_at(t, middle) <= width)
			low = middle;
		else
			high = middle - 1;
	}
	size_t spare = width - total_at(t, low);

	for (size_t c = 0; c < t->rows->column_count; c++) {
		size_t floor = least(t, c), w = low > floor ? low : floor;

		if (t->widths[c] <= w)
			continue;
		t->widths[c] = w;
		if (spare && w == low) {
			t->widths[c]++;
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

/* What stands for what is left out. */
static struct str
mark_of(const struct table *t)
{
	return t->opt->ascii ? STR("..") : STR("\xe2\x80\xa6");
}

static void
add_line(struct buf *b, const struct table *t, size_t line)
{
	AUTO(buf) cell = BUF_INIT;

	for (size_t c = 0; c < t->rows->column_count; c++) {
		bool last = c + 1 == t->rows->column_count;
		size_t width;

		buf_clear(&cell);
		display_fit(&cell, *text_at(t, line, c), t->widths[c], mark_of(t));
		width = display_width(buf_str(&cell));
		if (t->right[c])
			add_blanks(b, t->widths[c] - width);
		buf_add_str(b, buf_str(&cell));
		if (!t->right[c] && !last)
			add_blanks(b, t->widths[c] - width);
		if (!last)
			add_blanks(b, GAP);
	}
	while (b->len && b->ptr[b->len - 1] == ' ')
		b->ptr[--b->len] = '\0';
	buf_add_char(b, '\n');
}

static void
add_rule(struct buf *b, const struct table *t)
{
	for (size_t c = 0; c < t->rows->column_count; c++) {
		for (size_t i = 0; i < t->widths[c]; i++)
			buf_add_char(b, '-');
		if (c + 1 < t->rows->column_count)
			add_blanks(b, GAP);
	}
	buf_add_char(b, '\n');
}

static void
add_heading(struct buf *b, const struct table *t)
{
	if (t->opt->colour)
		buf_add_str(b, STR("\x1b[1m"));
	add_line(b, t, 0);
	if (t->opt->colour) {
		b->len--;		/* the line's end, which goes behind the reset */
		buf_add_str(b, STR("\x1b[0m\n"));
	}
	add_rule(b, t);
}

/* A terminal too narrow for columns: `name  value` lines, a blank line between rows. */
static void
add_block(struct buf *b, const struct table *t, size_t line)
{
	size_t names = 0, width = t->opt->width;

	for (size_t c = 0; c < t->rows->column_count; c++) {
		size_t w = display_width(*text_at(t, 0, c));

		names = w > names ? w : names;
	}
	if (line > 1)
		buf_add_char(b, '\n');
	for (size_t c = 0; c < t->rows->column_count; c++) {
		struct str name = *text_at(t, 0, c), value = *text_at(t, line, c);

		if (!value.len)
			continue;
		buf_add_str(b, name);
		add_blanks(b, names - display_width(name) + GAP);
		display_fit(b, value, width > names + GAP ? width - names - GAP : 1, mark_of(t));
		buf_add_char(b, '\n');
	}
}

void
table_add(struct buf *b, const struct rows *rows, const struct table_options *opt)
{
	struct table t = { rows, opt, NULL, NULL, NULL, ARENA_INIT };

	if (rows->column_count == 0)
		return;
	measure(&t);
	if (shrink(&t)) {
		add_heading(b, &t);
		for (size_t i = 1; i <= rows->count; i++)
			add_line(b, &t, i);
	} else {
		for (size_t i = 1; i <= rows->count; i++)
			add_block(b, &t, i);
	}
	arena_release(&t.arena);
}
