/* edits: the rows of one app in the making, none of which contradicts another.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "plan/edits.h"

static unsigned
rank_of(const struct edits *e, struct str file)
{
	return str_eq(file, e->a->env) ? 0 : str_eq(file, e->a->example) ? 1 : 2;
}

/* Where C stands, or would, among what replaces. */
static size_t
find_replaced(const struct edits *e, const struct change *c)
{
	size_t low = 0, high = e->replaced_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct change *x = &e->items[e->replaced[mid]].c;
		int order = str_cmp(x->file, c->file);

		if (order < 0 || (order == 0 && (x->span.off < c->span.off || (x->span.off == c->span.off &&
		    x->span.len < c->span.len))))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* What shares bytes with C, which would stand at AT among what replaces; NULL: nothing does. */
static const struct change *
shared_with(const struct edits *e, size_t at, const struct change *c)
{
	const struct change *x = at < e->replaced_count ? &e->items[e->replaced[at]].c : NULL;

	if (x && str_eq(x->file, c->file) && ((x->span.off == c->span.off && x->span.len == c->span.len) ||
	    span_overlaps(x->span, c->span)))
		return x;
	while (at-- > 0) {
		x = &e->items[e->replaced[at]].c;
		if (!str_eq(x->file, c->file) || x->span.len)	/* an empty one hides none before it */
			return str_eq(x->file, c->file) && span_overlaps(x->span, c->span) ? x : NULL;
	}
	return NULL;
}

static void
note_replaced(struct edits *e, size_t at)
{
	MEM_GROW(e->replaced, e->replaced_count, e->replaced_cap);
	memmove(e->replaced + at + 1, e->replaced + at, (e->replaced_count++ - at) * sizeof *e->replaced);
	e->replaced[at] = (uint32_t)e->count;
}

bool
edits_add(struct edits *e, struct change c)
{
	if (c.action == CHANGE_REPLACE) {
		size_t at = find_replaced(e, &c);
		const struct change *x = shared_with(e, at, &c);

		if (x)
			return x->span.off == c.span.off && x->span.len == c.span.len &&
			    str_eq(x->new, c.new);
		note_replaced(e, at);
	}
	c.has_span = true;
	MEM_GROW(e->items, e->count, e->cap);
	e->items[e->count] = (struct edit){ c, rank_of(e, c.file), e->count };
	e->count++;
	return true;
}

void
edits_digest(struct change *c, const struct inventory_file *f)
{
	c->has_digest = f && f->exists;
	c->digest = c->has_digest ? f->digest : 0;
}

struct change
edits_replacement(const struct edits *e, const struct inventory_place *place, struct str new)
{
	struct change c = { .action = CHANGE_REPLACE,
		.file = view_str(e->p, place->file),
		.line = place->line,
		.column = place->column,
		.span = { place->off, place->len },
		.old = view_str(e->p, place->raw),
		.new = new };

	edits_digest(&c, inventory_file(e->p->v, place->file));
	return c;
}
