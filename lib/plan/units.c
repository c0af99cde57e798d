/* units: which published ports move as one.
 * SPDX-License-Identifier: MIT */
#include "plan/units.h"

#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "fleet/hostip.h"
#include "plan/view.h"

/* Deciders that are one. */
struct group {
	uint32_t service;
	uint16_t now;			/* of the first */
	const struct decider *first;	/* all of an app's stand in one list */
	size_t count;
	struct group *head;		/* the first of its unit; NULL: it is in none yet */
	bool is_alone;			/* its unit has no other group */
};

static void
add_group(struct units *u, const struct view *v, struct unit *unit, const struct group *g)
{
	uint16_t high = (uint16_t)(unit->low + unit->width - 1);

	for (const struct decider *x = g->first; x < g->first + g->count; x++) {
		uint8_t role = v->inventory->items[x->item].role;
		uint16_t now = u->now[x->item];

		u->members[u->member_count++] = x->item;
		unit->item = x->item < unit->item ? x->item : unit->item;
		unit->low = now < unit->low ? now : unit->low;
		high = now > high ? now : high;
		if (unit->role == ROLE_NONE && (role == ROLE_BACKEND || role == ROLE_FRONTEND))
			unit->role = role;
	}
	unit->count += (uint32_t)g->count;
	unit->width = (uint16_t)(high - unit->low + 1);
}

/* A unit of G alone. */
static struct unit
unit_of(struct units *u, const struct view *v, const struct group *g)
{
	uint32_t item = g->first->item;
	struct unit unit = { .app = v->inventory->items[item].app, .item = item,
		.first = (uint32_t)u->member_count, .low = g->now, .width = 1, .role = ROLE_NONE,
		.edit = g->first->edit, .variable = g->first->edit == EDIT_ENV ? g->first->file : 0 };

	if (unit.edit == EDIT_NONE)
		unit.why_not = decider_why_not(v, view_item(v, item));
	add_group(u, v, &unit, g);
	return unit;
}

/* Whether one is on all addresses of IPv4 and the other on all of IPv6. */
static bool
are_both_families(const struct view *v, const struct inventory_item *a, const struct inventory_item *b)
{
	unsigned kinds = 1u << hostip_of(view_str(v, a->words->host_ip)).kind |
	    1u << hostip_of(view_str(v, b->words->host_ip)).kind;

	return kinds == (1u << HOSTIP_EVERY4 | 1u << HOSTIP_EVERY6);
}

/* Of one service, alike in width, that begin with one number: tcp and udp, or both families of addresses. */
static bool
is_pair(const struct units *u, const struct view *v, const struct group *g, const struct group *h)
{
	const struct decider *last = &g->first[g->count - 1], *other = &h->first[h->count - 1];
	const struct inventory_item *a = view_item(v, g->first->item), *b = view_item(v, h->first->item);

	return g->count == h->count && g->first->edit == h->first->edit &&
	    (a->words->protocol != b->words->protocol || are_both_families(v, a, b)) &&
	    u->now[last->item] == u->now[other->item];
}

/* Whether both are on one address, or on all, each of its family. */
static bool
is_on_one_address(const struct view *v, const struct group *g, const struct group *h)
{
	const struct inventory_item *a = view_item(v, g->first->item), *b = view_item(v, h->first->item);

	return a->words->host_ip == b->words->host_ip || are_both_families(v, a, b);
}

/* Puts what may be a pair side by side, the first item's group first. */
static int
compare_groups(const void *pa, const void *pb)
{
	const struct group *a = pa, *b = pb;

	if (a->service != b->service)
		return order_of(a->service, b->service);
	if (a->now != b->now)
		return order_of(a->now, b->now);
	return order_of(a->first->item, b->first->item);
}

static size_t
list_groups(const struct units *u, const struct view *v, const struct decider *list, size_t count,
    struct group *groups)
{
	size_t n = 0;

	for (size_t i = 0, end; i < count; i = end) {
		uint32_t item = list[i].item;

		end = decider_group_end(list, i, count);
		groups[n++] = (struct group){ v->inventory->items[item].words->service, u->now[item],
			&list[i], end - i, NULL, true };
	}
	qsort(groups, n, sizeof *groups, compare_groups);
	return n;
}

/* Puts into the unit of G the groups behind it that are a pair with it and on one address with it; or
 * ANYWHERE, then only those that are alone. */
static void
join(const struct units *u, const struct view *v, struct group *g, const struct group *end, bool anywhere)
{
	for (struct group *h = g + 1; h < end && h->service == g->service && h->now == g->now; h++) {
		bool may_join = anywhere ? h->is_alone : !h->head && is_on_one_address(v, g, h);

		if (may_join && is_pair(u, v, g, h)) {
			h->head = g;
			g->is_alone = h->is_alone = false;
		}
	}
}

/* Makes a unit of each group, with tcp and udp in one. */
static void
add_units(struct units *u, const struct view *v, const struct decider *list, size_t count)
{
	struct group *groups = mem_alloc(count * sizeof *groups);
	struct group *end = groups + list_groups(u, v, list, count, groups);

	for (struct group *g = groups; g < end; g++)
		if (!g->head) {
			g->head = g;
			join(u, v, g, end, false);
		}
	for (struct group *g = groups; g < end; g++)
		if (g->is_alone)
			join(u, v, g, end, true);
	for (struct group *g = groups; g < end; g++) {
		struct unit unit;

		if (g->head != g)
			continue;
		unit = unit_of(u, v, g);
		for (struct group *h = g + 1; h < end && h->service == g->service && h->now == g->now; h++)
			if (h->head == g)
				add_group(u, v, &unit, h);
		u->items[u->count++] = unit;
	}
	free(groups);
}

/* By the first item: the order of the compose file, whatever the numbers of texts are. */
static int
compare_units(const void *pa, const void *pb)
{
	const struct unit *a = pa, *b = pb;

	return order_of(a->item, b->item);
}

/* The number of port I once .env is copied from .env.example. */
static uint16_t
number_after_copy(const struct view *v, uint32_t i)
{
	const struct inventory_item *item = view_item(v, i);
	bool copies = v->apps[item->app].copies;
	uint32_t setting;
	uint16_t n;

	if (!copies || !item->words->variable || item->origin == ORIGIN_LITERAL || !item->place_known ||
	    view_is_pinned(v, item->app, copies, item))
		return item->low;
	setting = view_setting(v, item->app, item->words->variable, true);
	n = setting == INVENTORY_NONE ? 0 : view_port_of_setting(v, setting);
	return n ? n : item->low;
}

/* The units of APP; *LIST has room for CAP deciders and is used again for the next. */
static void
gather_app(struct units *u, const struct decider_search *s, uint32_t app, struct decider **list, size_t *cap)
{
	const struct view *v = s->view;
	size_t count = 0, first = u->count;

	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		if (!inventory_is_published(v->inventory, view_item(v, i)))
			continue;
		u->now[i] = number_after_copy(v, i);
		MEM_GROW(*list, count, *cap);
		(*list)[count++] = decider_find(s, i);
	}
	if (count) {
		qsort(*list, count, sizeof **list, decider_compare);
		parting_part(v, u->now, *list, count);
		add_units(u, v, *list, count);
		qsort(u->items + first, u->count - first, sizeof *u->items, compare_units);
	}
}

void
units_gather(struct units *u, const struct view *v)
{
	size_t items = v->inventory->item_count, texts = v->inventory->text_count, ports = 0, cap = 0;
	size_t apps = v->inventory->app_count;
	struct decider_search s = { v, NULL, mem_alloc(texts * sizeof *s.facts) };
	struct decider *list = NULL;

	for (size_t i = 0; i < v->inventory->item_count; i++)
		ports += v->inventory->items[i].record == FINDING_PORT;
	u->items = arena_alloc(v->scratch, ports * sizeof *u->items);
	u->members = arena_alloc(v->scratch, ports * sizeof *u->members);
	u->first = arena_alloc(v->scratch, (apps + 1) * sizeof *u->first);
	u->now = arena_zero(v->scratch, items, sizeof *u->now);
	u->of = arena_alloc(v->scratch, items * sizeof *u->of);
	memset(u->of, 0xFF, items * sizeof *u->of);
	s.now = u->now;
	memset(s.facts, 0xFF, texts * sizeof *s.facts);
	for (uint32_t i = 0; i < apps; i++) {
		u->first[i] = (uint32_t)u->count;
		gather_app(u, &s, i, &list, &cap);
	}
	u->first[apps] = (uint32_t)u->count;
	for (uint32_t i = 0; i < u->count; i++)
		for (uint32_t k = 0; k < u->items[i].count; k++)
			u->of[u->members[u->items[i].first + k]] = i;
	free(s.facts);
	free(list);
}
