/* contest: things that one has and another wants.
 * SPDX-License-Identifier: MIT */
#include "fleet/contest.h"

#include <stdlib.h>

#include "base/dict.h"
#include "base/order.h"
#include "fleet/crowd.h"
#include "fleet/finder.h"

void
contest_add(struct claims *c, struct claim claim)
{
	MEM_GROW(c->items, c->count, c->cap);
	c->items[c->count++] = claim;
}

static bool
is_same_thing(const struct claim *a, const struct claim *b)
{
	return a->port == b->port && str_eq(a->name, b->name);
}

/* By what is claimed, then in fleet order, in which items and apps are numbered already. */
static int
compare_claims(const void *pa, const void *pb)
{
	const struct claim *a = pa, *b = pb;
	int c = order_of(a->port, b->port);

	if (c == 0)
		c = str_cmp(a->name, b->name);
	if (c == 0)
		c = order_of(a->app, b->app);
	if (c == 0)
		c = order_of(a->item, b->item);
	return c ? c : str_cmp(a->service, b->service);
}

static struct clash_side
side_of(const struct finder *f, const struct claim *c)
{
	return (struct clash_side){ c->item, c->app, c->service, f->v->apps[c->app].id };
}

/* One that looks for the first claim before its own that it clashes with. */
struct look {
	struct finder *f;
	const struct contest *contest;
	const struct claim *list, *own;
};

/* What two fight over when one of them is CLAIM. */
static struct str
what_of(struct finder *f, const struct contest *contest, const struct claim *claim)
{
	return contest->kind == CLASH_PORT ? finder_port(f, (uint16_t)claim->port, claim->item) : claim->name;
}

/* ` (with profile gpu)` of a claim whose service runs only then; else nothing. */
static struct str
only_with(struct finder *f, const struct claim *c)
{
	struct str profile = finder_str(f, inventory_rare(f->v, &f->v->items[c->item])->profile);

	return profile.len ? arena_printf(&f->words, " (with profile %.*s)", STR_ARG(profile))
			   : (struct str)STR_INIT;
}

static void
add_contested(
    struct finder *f, const struct contest *contest, const struct claim *holder, const struct claim *other)
{
	struct clash_side a = side_of(f, holder), b = side_of(f, other);
	struct str what = what_of(f, contest, other);
	struct str x = finder_app(f, &a), y = finder_app(f, &b);
	struct str owner = only_with(f, holder), loser = only_with(f, other);

	finder_tell(f,
	    (struct clash){ contest->kind, a, b, what,
		arena_printf(&f->words, "%s %.*s of %.*s%s%.*s%.*s is also %.*s%s%.*s's%.*s", contest->thing,
		    STR_ARG(what), STR_ARG(y), b.service.len ? " " : "", STR_ARG(b.service), STR_ARG(loser),
		    STR_ARG(x), a.service.len ? " " : "", STR_ARG(a.service), STR_ARG(owner)), NULL });
}

static enum crowd_answer
ask(void *context, uint32_t number)
{
	struct look *l = context;
	const struct claim *other = &l->list[number];
	struct clash_side a, b;
	bool accepted;

	if (!l->contest->is_within && other->app == l->own->app)
		return CROWD_APP_DOES_NOT;
	if (!l->contest->clash(l->f, other, l->own))
		return CROWD_DOES_NOT;
	if (!l->f->o->accepted_count)
		return CROWD_CLASHES;
	a = side_of(l->f, other);
	b = side_of(l->f, l->own);
	accepted = finder_accepted(l->f, &a, &b, what_of(l->f, l->contest, l->own)) != NULL;
	arena_reset(&l->f->words);
	if (accepted && l->f->o->tell_accepted)
		add_contested(l->f, l->contest, other, l->own);
	return accepted ? CROWD_APP_DOES_NOT : CROWD_CLASHES;
}

/* Tells of each claim of LIST, which all want one thing, the first before it that it clashes with. */
static void
find_in_group(struct finder *f, const struct claim *list, uint32_t count, const struct contest *contest)
{
	struct crowd crowd = CROWD_IN(&f->crowd);
	struct dict builds = DICT_IN(&f->crowd);

	for (uint32_t i = 0; i < count; i++) {
		struct look look = { f, contest, list, &list[i] };
		struct crowd_claim claim = clash_crowd_claim(f->v, list[i].item, (uint16_t)list[i].port);
		uint32_t holder = crowd_find(&crowd, &claim, ask, &look);

		if (holder != CROWD_NONE)
			add_contested(f, contest, &list[holder], &list[i]);
		/* of those that build the same the first stands for all */
		if (contest->kind != CLASH_IMAGE ||
		    dict_add(&builds, finder_str(f, f->v->items[list[i].item].words->whole), i) == i)
			crowd_add(&crowd, &claim, i);
	}
	arena_reset(&f->crowd);
}

void
contest_find(struct finder *f, struct claims *c, const struct contest *contest)
{
	if (c->count)
		qsort(c->items, c->count, sizeof *c->items, compare_claims);
	for (size_t i = 0, end; i < c->count; i = end) {
		for (end = i + 1; end < c->count && is_same_thing(&c->items[i], &c->items[end]); end++)
			;
		if (end - i > 1)
			find_in_group(f, &c->items[i], (uint32_t)(end - i), contest);
	}
	free(c->items);
}
