/* edit: what is to change in one file, and the copy pass that does it.
 * SPDX-License-Identifier: MIT */
#include "apply/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/order.h"

/* Of a line and a replacement at one byte the line comes first: it goes before the line that the replacement
 * is in. Then what replaces nothing: it goes before what is replaced. */
static int
compare(const void *pa, const void *pb)
{
	const struct edit *a = pa, *b = pb;

	if (a->span.off != b->span.off)
		return order_of(a->span.off, b->span.off);
	if (a->is_line != b->is_line)
		return a->is_line ? -1 : 1;
	if (!a->is_line && (a->span.len == 0) != (b->span.len == 0))
		return a->span.len == 0 ? -1 : 1;
	return order_of(a->row, b->row);
}

void
edit_sort(struct edit *edits, size_t count)
{
	if (count > 1)
		qsort(edits, count, sizeof *edits, compare);
}

static bool
begins_line(struct str text, size_t off)
{
	return off == 0 || off == text.len || text.ptr[off - 1] == '\n' || (off == 3 && str_bom(text));
}

static int
check_one(struct str text, const struct edit *e, struct error *err)
{
	if (e->span.off > text.len || e->span.len > text.len - e->span.off)
		return error_set(err, "bytes %zu to %zu are not within the file's %zu", e->span.off,
		    e->span.off + e->span.len, text.len);
	if (e->is_line && e->span.len)
		return error_set(err, "an insert has a length");
	if (str_bom(text) && e->span.off < 3 && !(e->is_line && e->span.off == 0))
		return error_set(err, "byte %zu is in the file's byte order mark", e->span.off);
	if (e->is_line && !begins_line(text, e->span.off))
		return error_set(err, "no line begins at byte %zu", e->span.off);
	if (!e->is_line && !str_eq(str_sub(text, e->span.off, e->span.len), e->old))
		return error_set(err, "the file does not hold what the change expects at byte %zu, although "
		    "its digest is right", e->span.off);
	return 0;
}

/* Neighbours may touch, but two that replace nothing have no order at one point. */
static bool
collides(const struct edit *a, const struct edit *b)
{
	if (a->is_line)
		return false;
	return b->span.off < span_end(a->span) ||
	    (!b->is_line && b->span.off == a->span.off && !b->span.len);
}

int
edit_check(struct str text, const struct edit *edits, size_t count, size_t *ret_row, struct error *err)
{
	const struct edit *replaced = NULL;	/* the nearest before: lines have no length */

	for (size_t i = 0; i < count; i++) {
		*ret_row = edits[i].row;
		if (check_one(text, &edits[i], err) < 0)
			return -1;
		if (replaced && collides(replaced, &edits[i]))
			return error_set(err, "overlaps another change of the same file");
		if (!edits[i].is_line)
			replaced = &edits[i];
	}
	return 0;
}

/* The line end to use at OFF: that of the line before, else that of the file's first line, else LF. */
static struct str
line_end(struct str text, size_t off)
{
	size_t nl = off && text.ptr[off - 1] == '\n' ? off - 1 : str_find(text, 0, '\n');

	if (nl == text.len || nl == 0 || text.ptr[nl - 1] != '\r')
		return STR("\n");
	return STR("\r\n");
}

/* Appends the line of E. Behind a last line that has no end, the end goes before the new line, so that the
 * file still ends without one. Returns where the line stands in RET. */
static struct span
add_line(struct str text, const struct edit *e, struct buf *ret)
{
	struct str end = line_end(text, e->span.off);
	bool unended = e->span.off == text.len && text.len > str_bom(text) &&
	    text.ptr[text.len - 1] != '\n';
	struct span bare;

	if (unended)
		buf_add_str(ret, end);
	bare = (struct span){ ret->len, e->new.len };
	buf_add_str(ret, e->new);
	if (!unended)
		buf_add_str(ret, end);
	return bare;
}

void
edit_apply(
    struct str text, const struct edit *edits, size_t count, struct buf *ret, struct edit_region *regions)
{
	size_t done = 0, start = ret->len;

	for (size_t i = 0; i < count; i++) {
		const struct edit *e = &edits[i];
		size_t at = e->is_line && e->span.off == 0 && str_bom(text) ? 3 : e->span.off;
		struct span bare;
		size_t from;

		if (at > done) {
			buf_add(ret, text.ptr + done, at - done);
			done = at;
		}
		from = ret->len;
		if (e->is_line) {
			bare = add_line(text, e, ret);
		} else {
			bare = (struct span){ ret->len, e->new.len };
			buf_add_str(ret, e->new);
			done = span_end(e->span);
		}
		if (regions) {
			regions[i].old = (struct span){ e->is_line ? at : e->span.off, e->span.len };
			regions[i].new = (struct span){ from - start, ret->len - from };
			regions[i].bare = (struct span){ bare.off - start, bare.len };
		}
	}
	buf_add(ret, text.ptr ? text.ptr + done : NULL, text.len - done);
}
