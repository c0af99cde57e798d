/* table: rows as a person reads them in a terminal.
 * SPDX-License-Identifier: MIT */
#include "format/table.h"

#include <stdlib.h>
#include <string.h>

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
	size_t *at;			/* how far each cell of a line is written */
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
	t->at = arena_zero(&t->arena, n, sizeof *t->at);
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
shrink_all(struct table *t)
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

static bool
is_wrapped(const struct table *t, size_t c)
{
	return t->opt->wrap && t->opt->wrap[c];
}

/* The same, but a text that goes on in the next line takes two fifths of the width at least, and what the
 * others leave. */
static bool
shrink(struct table *t)
{
	size_t least = t->opt->width * 2 / 5, c = 0, full, total;

	while (c < t->rows->column_count && !(is_wrapped(t, c) && t->widths[c] > least))
		c++;
	if (t->opt->width == 0 || c == t->rows->column_count)
		return shrink_all(t);
	full = t->widths[c];
	t->widths[c] = least;
	if (!shrink_all(t))
		return false;
	total = (t->rows->column_count - 1) * GAP;
	for (size_t i = 0; i < t->rows->column_count; i++)
		total += t->widths[i];
	t->widths[c] += t->opt->width - total;
	if (t->widths[c] > full)
		t->widths[c] = full;
	return true;
}

static void
add_blanks(struct buf *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_char(b, ' ');
}

/* Cell C of LINE; of one that goes on in the next line the part from *at on, which is moved behind it. */
static void
add_cell(struct buf *b, const struct table *t, size_t line, size_t c, size_t *at)
{
	struct str text = *text_at(t, line, c), rest = str_sub(text, *at, text.len);
	bool last = c + 1 == t->rows->column_count;
	AUTO(buf) cell = BUF_INIT;
	size_t width;

	if (is_wrapped(t, c)) {
		size_t part = display_wrap(rest, t->widths[c]);

		buf_add_str(&cell, str_sub(rest, 0, part));
		*at += part + (part < rest.len && rest.ptr[part] == ' ');
	} else {
		display_fit(&cell, rest, t->widths[c], display_ellipsis(t->opt->ascii));
		*at = text.len;
	}
	width = display_width(buf_str(&cell));
	if (t->right[c])
		add_blanks(b, t->widths[c] - width);
	buf_add_str(b, buf_str(&cell));
	if (!last)
		add_blanks(b, (t->right[c] ? 0 : t->widths[c] - width) + GAP);
}

static void
add_line(struct buf *b, struct table *t, size_t line)
{
	bool more = true;

	memset(t->at, 0, t->rows->column_count * sizeof *t->at);
	while (more) {
		more = false;
		for (size_t c = 0; c < t->rows->column_count; c++) {
			add_cell(b, t, line, c, &t->at[c]);
			more |= t->at[c] < text_at(t, line, c)->len;
		}
		while (b->len && b->ptr[b->len - 1] == ' ')
			b->ptr[--b->len] = '\0';
		buf_add_char(b, '\n');
	}
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
add_heading(struct buf *b, struct table *t)
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
		display_fit(b, value, width > names + GAP ? width - names - GAP : 1,
		    display_ellipsis(t->opt->ascii));
		buf_add_char(b, '\n');
	}
}

void
table_add(struct buf *b, const struct rows *rows, const struct table_options *opt)
{
	struct table t = { .rows = rows, .opt = opt };

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
