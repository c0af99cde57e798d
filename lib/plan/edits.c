/* edits: the rows of one app in the making, none of which contradicts another.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "plan/internal.h"

static unsigned
rank_of(const struct edits *e, struct str file)
{
	const struct view_app *a = &e->d->view.apps[e->app];

	return str_eq(file, a->env) ? 0 : str_eq(file, a->example) ? 1 : 2;
}

/* By file, then by offset, then by length. */
static int
compare_spans(const struct change *a, const struct change *b)
{
	int c = str_cmp(a->file, b->file);

	if (c)
		return c;
	if (a->span.off != b->span.off)
		return order_of(a->span.off, b->span.off);
	return order_of(a->span.len, b->span.len);
}

/* Where C stands, or would, among what replaces. */
static size_t
find_replaced(const struct edits *e, const struct change *c)
{
	size_t low = 0, high = e->replaced_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_spans(&e->items[e->replaced[mid]].c, c) < 0)
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

	if (x && (compare_spans(x, c) == 0 || (str_eq(x->file, c->file) && span_overlaps(x->span, c->span))))
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

/* The line that C, an insert, would add beside one that sets its key in its file already, or that is the same
 * in the same place; NULL: there is none. */
static const struct change *
set_before(struct edits *e, const struct change *c)
{
	size_t equals = str_find(c->new, 0, '=');
	struct str key = arena_printf(&e->words, "%.*s=%.*s", STR_ARG(c->file),
	    STR_ARG(str_sub(c->new, 0, equals)));
	uint32_t i;

	if (equals == c->new.len)
		key = arena_printf(&e->words, "%.*s=%zu", STR_ARG(key), c->span.off);
	if (!e->inserted.arena)
		e->inserted = (struct dict)DICT_IN(&e->words);
	i = dict_add(&e->inserted, key, (uint32_t)e->count);
	return i < e->count ? &e->items[i].c : NULL;
}

bool
edits_set(struct edits *e, struct str file, struct str key)
{
	return dict_find(&e->inserted, arena_printf(&e->words, "%.*s=%.*s", STR_ARG(file), STR_ARG(key))) !=
	    DICT_NONE;
}

void
edits_append(struct edits *e, struct change c)
{
	c.has_span = true;
	MEM_GROW(e->items, e->count, e->cap);
	e->items[e->count] = (struct planned_edit){ c, rank_of(e, c.file), e->count };
	e->count++;
}

bool
edits_add(struct edits *e, struct change c)
{
	if (c.action == CHANGE_INSERT) {
		const struct change *x = set_before(e, &c);

		if (x)
			return str_eq(x->new, c.new);
	}
	if (c.action == CHANGE_REPLACE) {
		size_t at = find_replaced(e, &c);
		const struct change *x = shared_with(e, at, &c);

		if (x)
			return compare_spans(x, &c) == 0 && str_eq(x->new, c.new);
		note_replaced(e, at);
	}
	edits_append(e, c);
	return true;
}

bool
edits_has(const struct edits *e, struct str file, struct span span)
{
	const struct change c = { .file = file, .span = span };

	return shared_with(e, find_replaced(e, &c), &c) != NULL;
}

void
edits_digest(struct change *c, const struct inventory_file *f)
{
	c->has_digest = f && f->exists;
	c->digest = c->has_digest ? f->digest : 0;
}

struct change
edits_replacement(
    const struct edits *e, const struct inventory_place *place, struct str new, const struct change *like)
{
	const struct view *v = &e->d->view;
	const struct inventory_spot *spot = view_spot(v, place);
	struct change c = { .action = CHANGE_REPLACE,
		.file = view_str(v, place->file),
		.line = spot->line,
		.column = spot->column,
		.span = { spot->off, spot->len },
		.old = view_str(v, spot->raw),
		.new = new,
		.service = like->service,
		.reason = like->reason,
		.detail = like->detail };

	edits_digest(&c, inventory_file(v->inventory, place->file));
	return c;
}

bool
edits_part(struct edits *e, uint32_t i, struct str text, const struct change *like)
{
	const struct view *v = &e->d->view;
	const struct inventory_rare *rare = view_rare(v, i);
	struct change heir = *like;

	heir.detail = arena_printf(v->arena, "its anchor comes here from %.*s:%u, where that text changes",
	    STR_ARG(view_str(v, rare->alias.file)), view_spot(v, &rare->alias)->line);
	return edits_add(e, edits_replacement(e, &rare->alias, text, like)) &&
	    (!view_spot(v, &rare->heir)->len ||
		edits_add(e, edits_replacement(e, &rare->heir, view_raw(v, &rare->alias), &heir)));
}

static void __attribute__((format(printf, 3, 0)))
tell(struct edits *e, struct problem problem, const char *fmt, va_list args)
{
	problem.app = e->app;
	problem.message = arena_vprintf(e->d->view.arena, fmt, args);
	MEM_GROW(e->problems, e->problem_count, e->problem_cap);
	e->problems[e->problem_count++] = problem;
}

void
edits_problem(struct edits *e, struct str service, const struct inventory_place *place, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(e, (struct problem){ .service = service, .place = place }, fmt, args);
	va_end(args);
}

void
edits_note(struct edits *e, struct str service, const struct inventory_place *place, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(e, (struct problem){ .service = service, .place = place, .is_note = true }, fmt, args);
	va_end(args);
}

static int
compare_edits(const void *pa, const void *pb)
{
	const struct planned_edit *a = pa, *b = pb;
	int c;

	if (a->rank != b->rank)
		return order_of(a->rank, b->rank);
	if ((c = str_cmp(a->c.file, b->c.file)))
		return c;
	if (a->c.span.off != b->c.span.off)
		return order_of(a->c.span.off, b->c.span.off);
	if (a->c.action == CHANGE_REPLACE && a->c.action == b->c.action)
		return order_of(a->c.span.len, b->c.span.len);
	return order_of(a->order, b->order);
}

void
edits_sort(struct edits *e)
{
	if (e->count)
		qsort(e->items, e->count, sizeof *e->items, compare_edits);
}

void
edits_release(struct edits *e)
{
	free(e->problems);
	free(e->items);
	free(e->replaced);
	arena_release(&e->words);
}
