/* references: addresses follow the ports that they name.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "plan/edits.h"

/* The number that item I had, as the text of ROLE sees it: an example's ports are those of the example. */
static uint16_t
number_seen(const struct planner *p, const struct app_plan *a, uint32_t i, bool example)
{
	const struct inventory_item *item = &p->v->items[i];
	uint32_t setting;
	uint64_t n;

	if (!example || !item->variable)
		return item->low;
	setting = view_setting(p, a, item->variable, true);
	if (setting != INVENTORY_NONE &&
	    str_to_uint(view_str(p, p->v->items[setting].value), UINT16_MAX, &n) && n)
		return (uint16_t)n;
	return item->low;
}

static int
compare_seen(const void *pa, const void *pb)
{
	const struct seen_port *a = pa, *b = pb;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

/* The app's ports as .env (EXAMPLE: .env.example) has them. */
static const struct seen_ports *
seen_ports(struct edits *e, bool example)
{
	const struct planner *p = e->p;
	const struct inventory_app *app = &p->v->apps[e->a->app];
	struct seen_ports *s = &e->seen[example];

	if (s->is_known)
		return s;
	s->is_known = true;
	for (uint32_t i = inventory_find(p->v, app, FINDING_PORT, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_PORT, i + 1)) {
		if (p->unit_of[i] == INVENTORY_NONE || !p->after[i] ||
		    !str_eq_fold(view_str(p, p->v->items[i].protocol), STR("tcp")))
			continue;
		MEM_GROW(s->items, s->count, s->cap);
		s->items[s->count++] = (struct seen_port){ number_seen(p, e->a, i, example), i };
	}
	if (s->count)
		qsort(s->items, s->count, sizeof *s->items, compare_seen);
	return s;
}

/* The item that has PORT in that view; INVENTORY_NONE: none has. */
static uint32_t
find_seen(struct edits *e, uint16_t port, bool example)
{
	const struct seen_ports *s = seen_ports(e, example);
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->items[mid].number < port)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->count && s->items[low].number == port ? s->items[low].item : INVENTORY_NONE;
}

/* The port that the app's PORT becomes; PORT itself where it stays or is none of the app's. What no .env
 * says yet may be what its coming copy of .env.example will. */
static uint16_t
new_port(struct edits *e, uint16_t port, bool example)
{
	uint32_t i = find_seen(e, port, example);

	if (i == INVENTORY_NONE && e->a->copies && !example)
		i = find_seen(e, port, true);
	return i == INVENTORY_NONE ? port : e->p->after[i];
}

/* WHOLE with each `host:port` of the app's references moved, in one pass, so that what became 8005 is not
 * moved again. */
static struct str
move_addresses(struct edits *e, uint32_t variable, struct str whole)
{
	struct planner *p = e->p;
	const struct index_entry *first = index_entry_at(
	    p, e->a, (struct index_key){ BY_REFERENCE, variable, 0, 0 });
	struct str s = STR("");
	size_t at = 0, from = 0;

	while (at < whole.len) {
		bool moved = false;

		for (const struct index_entry *x = first;
		     index_entry_is(x, BY_REFERENCE, variable) && !moved; x++) {
			const struct inventory_item *item = &p->v->items[x->item];
			struct str value = view_str(p, item->value);
			size_t end = at + value.len, digits = view_str(p, item->host_port).len;

			if (item->origin != ORIGIN_DEFAULT || value.len <= digits ||
			    !str_eq(str_sub(whole, at, value.len), value) ||
			    (end < whole.len && whole.ptr[end] >= '0' && whole.ptr[end] <= '9'))
				continue;
			s = arena_printf(p->a, "%.*s%.*s%u", STR_ARG(s),
			    STR_ARG(str_sub(whole, from, end - digits - from)),
			    new_port(e, item->low, false));
			at = from = end;
			moved = true;
		}
		at += !moved;
	}
	return arena_cat(p->a, s, str_sub(whole, from, whole.len));
}

static void
edit_default(struct edits *e, const struct inventory_item *item, struct change like)
{
	struct planner *p = e->p;
	struct str whole = view_str(p, item->whole), new;

	if (!whole.len) {
		plan_add_problem(p, e->a, like.service, &item->place,
		    arena_printf(p->a,
			"the default of %.*s names %.*s, which "
			"moves: set %.*s by hand",
			STR_ARG(view_str(p, item->variable)), STR_ARG(view_str(p, item->value)),
			STR_ARG(view_str(p, item->variable))));
		return;
	}
	/* a copied .env.example that sets the variable has a reference of its own, or none */
	if (e->a->copies && view_setting(p, e->a, item->variable, true) != INVENTORY_NONE)
		return;
	new = move_addresses(e, item->variable, whole);
	if (!str_eq(new, whole))
		env_set_key(e, like, view_str(p, item->variable), new);
}

void
references_edit(struct edits *e, uint32_t i)
{
	struct planner *p = e->p;
	const struct app_plan *a = e->a;
	const struct inventory_item *item = &p->v->items[i];
	bool example = item->role == ROLE_EXAMPLE;
	uint16_t port = new_port(e, item->low, example);
	struct change like = { .service = view_str(p, item->service), .reason = REASON_REFERENCE };
	struct change c;

	if (port == item->low || !item->place_known ||
	    (item->role == ROLE_MENTION && !p->o->rewrite_mentions))
		return;
	like.detail = arena_printf(p->a, "%.*s%s%.*s names this app's port %u",
	    STR_ARG(view_str(p, item->variable)), item->variable ? " " : "",
	    STR_ARG(view_str(p, item->value)), item->low);
	if (item->origin == ORIGIN_DEFAULT) {
		edit_default(e, item, like);
		return;
	}
	if (!view_is_own(p, a, item->place.file)) {
		plan_add_problem(p, a, like.service, &item->place,
		    arena_printf(p->a,
			"%.*s names port %u, which becomes %u, in a "
			"file that is not this app's alone: change it by hand",
			STR_ARG(view_str(p, item->value)), item->low, port));
		return;
	}
	c = edits_replacement(e, &item->place, arena_printf(p->a, "%u", port));
	c.service = like.service;
	c.reason = like.reason;
	c.detail = like.detail;
	if (example && a->copies) {
		struct change copy = c;

		copy.file = a->env;
		(void)edits_add(e, copy);	/* a key that is set anew covers it */
	}
	if (example && (!a->in_layout || p->o->leave_examples))
		return;
	c.reason = example ? REASON_EXAMPLE : c.reason;
	(void)edits_add(e, c);	/* likewise: the variable's own text was changed already */
}
