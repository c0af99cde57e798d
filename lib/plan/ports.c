/* ports: which port each unit gets. Claims in their order: registry rows; every port that stays; new pairs;
 * ports that move.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/error.h"
#include "plan/internal.h"

/* A port that somebody has, whom no plan of ours moves. */
struct fixed {
	uint16_t port;
	struct str protocol, address;
	uint32_t app;		/* INVENTORY_NONE: none of this fleet */
	struct str who;
};

struct fixed_list {
	struct fixed *items;
	size_t count, cap;
	uint32_t first[PORTMAP_PORTS + 1];	/* by port, once sorted */
};

static void
add_fixed(struct fixed_list *l, struct fixed f)
{
	MEM_GROW(l->items, l->count, l->cap);
	l->items[l->count++] = f;
}

/* Stable, so that who is named first does not depend on the sort. */
static void
sort_fixed(struct fixed_list *l)
{
	struct fixed *sorted = mem_alloc((l->count + 1) * sizeof *sorted);

	memset(l->first, 0, sizeof l->first);
	for (size_t i = 0; i < l->count; i++)
		l->first[l->items[i].port + 1]++;
	for (size_t i = 0; i < PORTMAP_PORTS; i++)
		l->first[i + 1] += l->first[i];
	for (size_t i = l->count; i-- > 0; )
		sorted[--l->first[l->items[i].port + 1]] = l->items[i];
	/* first[port + 1] is now where port begins: shift back */
	memmove(l->first, l->first + 1, PORTMAP_PORTS * sizeof *l->first);
	l->first[PORTMAP_PORTS] = (uint32_t)l->count;
	free(l->items);
	l->items = sorted;
}

/* Blocks what something on this host listens on. A listener on a port that the fleet publishes now is the
 * fleet's own. */
static void
block_listeners(struct planner *p)
{
	bool *own = mem_zero(PORTMAP_PORTS, sizeof *own);

	for (size_t i = 0; i < p->v->item_count; i++)
		if (p->unit_of[i] != INVENTORY_NONE)
			own[p->v->items[i].low] = true;
	for (uint32_t i = 1; i < PORTMAP_PORTS; i++)
		if (p->o->listening[i] && !own[i])
			portmap_block(p->map, i, i, PORT_LISTENING);
	free(own);
}

static void
claim_rows(struct planner *p, struct fixed_list *fixed)
{
	for (size_t i = 0; i < p->pair_count; i++) {
		const struct store_pair *row = &p->pairs[i];
		struct str who = arena_printf(p->a, IDENTITY_FORMAT " in the database", IDENTITY_ARG(row->id));

		if (row->backend)
			add_fixed(
			    fixed, (struct fixed){ row->backend, STR("tcp"), STR_INIT, INVENTORY_NONE, who });
		if (row->frontend)
			add_fixed(fixed,
			    (struct fixed){ row->frontend, STR("tcp"), STR_INIT, INVENTORY_NONE, who });
	}
}

static int
compare_numbered(const void *pa, const void *pb)
{
	const struct numbered *a = pa, *b = pb;

	if (a->app != b->app)
		return a->app < b->app ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* The first of LIST, which is in order, that is APP's with NUMBER, or behind where that would be. */
static const struct numbered *
first_numbered(const struct numbered *list, size_t count, uint32_t app, uint16_t number)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (list[mid].app < app || (list[mid].app == app && list[mid].number < number))
			low = mid + 1;
		else
			high = mid;
	}
	return list + low;
}

/* The unit that ROW of APP speaks of; of two that are alike to the registry the one that cannot move.
 * BY_LOW: all units. */
static struct unit *
unit_of_row(
    struct planner *p, const struct numbered *by_low, uint32_t app, const struct store_port *row)
{
	struct unit *found = NULL;

	for (const struct numbered *x = first_numbered(by_low, p->unit_count, app, row->port);
	    x < by_low + p->unit_count && x->app == app && x->number == row->port; x++) {
		struct unit *u = &p->units[x->index];
		const struct inventory_item *item = &p->v->items[u->item];

		if (str_eq_fold(row->protocol, view_str(p, item->protocol)) &&
		    str_eq_fold(row->address, view_str(p, item->host_ip)) &&
		    str_eq(row->service, view_str(p, item->service)) &&
		    str_eq(row->container_port, view_str(p, item->container_port)) &&
		    (!found || (found->edit != EDIT_NONE && u->edit == EDIT_NONE)))
			found = u;
	}
	return found;
}

/* The registry's other ports: of apps that are not in this fleet they are fixed; of those that are they
 * decide who keeps. */
static void
claim_registered(struct planner *p, struct fixed_list *fixed)
{
	struct numbered *by_low = mem_alloc((p->unit_count + 1) * sizeof *by_low);

	for (uint32_t i = 0; i < p->unit_count; i++)
		by_low[i] = (struct numbered){ p->units[i].app, i, p->units[i].low };
	qsort(by_low, p->unit_count, sizeof *by_low, compare_numbered);
	p->found = mem_alloc((p->port_count + 1) * sizeof *p->found);
	for (uint32_t i = 0; i < p->port_count; i++) {
		const struct store_port *row = &p->ports[i];
		uint32_t app = view_app_of_folder(p, row->folder);
		struct unit *u;

		if (app == INVENTORY_NONE) {
			add_fixed(fixed, (struct fixed){ row->port, row->protocol, row->address, app,
				arena_printf(p->a, "%.*s in the database", STR_ARG(row->folder)) });
			continue;
		}
		p->found[p->found_count++] = (struct numbered){ app, i, row->found };
		u = unit_of_row(p, by_low, app, row);
		if (u)
			u->is_registered = true;
	}
	qsort(p->found, p->found_count, sizeof *p->found, compare_numbered);
	free(by_low);
}

/* Of a plan for a part of the fleet: what the others hold now. */
static void
claim_unselected(struct planner *p, struct fixed_list *fixed)
{
	for (size_t i = 0; i < p->v->item_count; i++) {
		const struct inventory_item *item = &p->v->items[i];

		if (p->unit_of[i] != INVENTORY_NONE && !p->apps[item->app].selected)
			add_fixed(fixed, (struct fixed){ p->now[i], view_str(p, item->protocol),
				view_str(p, item->host_ip), item->app, p->apps[item->app].name });
	}
}

/* Whom unit U runs into that will not give way; NULL: nobody. */
static const struct fixed *
find_fixed(const struct planner *p, const struct fixed_list *fixed, const struct unit *u)
{
	const struct app_plan *a = &p->apps[u->app];

	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t i = p->members[u->first + k];
		const struct inventory_item *item = &p->v->items[i];
		uint16_t port = p->now[i];

		for (uint32_t j = fixed->first[port]; j < fixed->first[port + 1]; j++) {
			const struct fixed *f = &fixed->items[j];

			/* an app that lost its other half keeps what its own row says */
			if (a->has_row && a->backend == INVENTORY_NONE && f->app == INVENTORY_NONE &&
			    (port == a->row_backend || port == a->row_frontend) &&
			    str_eq(f->protocol, STR("tcp")))
				continue;
			if (str_eq_fold(f->protocol, view_str(p, item->protocol)) &&
			    clash_addresses_overlap(f->address, view_str(p, item->host_ip)))
				return f;
		}
	}
	return NULL;
}

static void
set_target(struct planner *p, struct unit *u, uint16_t target)
{
	u->target = target;
	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t i = p->members[u->first + k];

		p->after[i] = (uint16_t)(p->now[i] - u->low + target);
	}
}

static void
take_unit(struct planner *p, const struct unit *u)
{
	for (uint32_t i = 0; i < u->width; i++)
		portmap_take(p->map, (uint16_t)(u->target + i), u->app);
}

static struct str
owner_name(struct planner *p, uint16_t port)
{
	uint32_t owner = p->map->owner[port];

	if (owner < p->v->app_count)
		return p->apps[owner].name;
	return STR("the database");
}

/* ` (6000: browsers refuse it)` and so on: what lay between FROM and TARGET. */
static struct str
passed_over(struct planner *p, uint32_t from, uint16_t target)
{
	struct str s = STR("");
	size_t count = 0;

	for (uint32_t i = from; i < target && count < 4; i++) {
		enum port_state state = (enum port_state)p->map->state[i];

		if (state == PORT_FREE)
			continue;
		if (++count == 4)
			s = arena_cat(p->a, s, STR(", …"));
		else if (state == PORT_TAKEN)
			s = arena_printf(p->a, "%.*s%s%u is %.*s's", STR_ARG(s), count > 1 ? ", " : "; ", i,
			    STR_ARG(owner_name(p, (uint16_t)i)));
		else
			s = arena_printf(p->a, "%.*s%s%u: %s", STR_ARG(s), count > 1 ? ", " : "; ", i,
			    portmap_reason(state));
	}
	return s;
}

/* Whether the files say something else than what the registry gave, and an earlier plan was applied here:
 * drift. */
static bool
has_drifted(struct planner *p, const struct app_plan *a)
{
	bool drifted = false;

	for (uint32_t i = a->first_row; i != INVENTORY_NONE; i = p->row_after[i]) {
		const struct store_port *row = &p->ports[i];
		bool is_backend = str_eq(row->role, STR("backend"));
		struct unit *u = &p->units[is_backend ? a->backend : a->frontend];

		/* found is what the files had when the row was made: as long as they have that, the plan
		 * was only not applied */
		if ((!is_backend && !str_eq(row->role, STR("frontend"))) || row->found == u->low ||
		    row->port == u->low)
			continue;
		u->found = row->found;	/* kept, so that asked again it has drifted still */
		drifted = true;
	}
	return drifted;
}

static void
give_row(struct planner *p, struct app_plan *a)
{
	struct str name = a->name;

	p->units[a->backend].why = p->units[a->frontend].why = arena_printf(p->a,
	    "%.*s%s%u and %u are %.*s's in the registry", STR_ARG(a->lost_row),
	    has_drifted(p, a) ? "drift: the files were changed by hand since; " : "", a->row_backend,
	    a->row_frontend, STR_ARG(name));
	set_target(p, &p->units[a->backend], a->row_backend);
	set_target(p, &p->units[a->frontend], a->row_frontend);
}

static bool
try_present(struct planner *p, struct app_plan *a)
{
	const struct unit *b = &p->units[a->backend], *f = &p->units[a->frontend];

	if (b->low == f->low || !portmap_is_free(p->map, b->low) || !portmap_is_free(p->map, f->low))
		return false;
	a->row_backend = b->low;
	a->row_frontend = f->low;
	return true;
}

static void
give_pairs(struct planner *p)
{
	struct port_series series = PORT_SERIES_INIT(p->o->base_backend, p->o->base_frontend, p->o->step);

	for (size_t i = 0; i < p->v->app_count; i++) {
		struct app_plan *a = &p->apps[i];

		if (a->backend == INVENTORY_NONE)
			continue;
		if (a->has_row) {
			give_row(p, a);
			continue;
		}
		if (!(p->o->keep && try_present(p, a)) &&
		    !portmap_next_pair(p->map, &series, &a->row_backend, &a->row_frontend)) {
			p->no_place++;
			continue;
		}
		a->is_new_row = true;
		portmap_take(p->map, a->row_backend, a->app);
		portmap_take(p->map, a->row_frontend, a->app);
		give_row(p, a);	/* registered before a row is written, so planned again it reads the same */
	}
}

/* Where the search for a moved unit's place begins: above its own number; below 1024 at 8000 and its own,
 * as by hand. */
static uint32_t
search_start(const struct unit *u)
{
	return u->low < 1024 ? 8000U + u->low : u->low + 1U;
}

/* What an earlier plan, not applied since, gave this unit; 0: nothing. */
static uint16_t
registered_place(const struct planner *p, const struct unit *u)
{
	const struct inventory_item *item = &p->v->items[u->item];

	for (const struct numbered *x = first_numbered(p->found, p->found_count, u->app, u->low);
	    x < p->found + p->found_count && x->app == u->app && x->number == u->low; x++) {
		const struct store_port *row = &p->ports[x->index];

		if (row->port != u->low && str_eq(row->service, view_str(p, item->service)) &&
		    str_eq_fold(row->protocol, view_str(p, item->protocol)) &&
		    portmap_find(p->map, row->port, u->width) == row->port)
			return row->port;
	}
	return 0;
}

static void
move_unit(struct planner *p, struct unit *u)
{
	uint16_t target = registered_place(p, u);

	if (!target)
		target = portmap_find(p->map, search_start(u), u->width);
	if (!target)
		target = portmap_find(p->map, 1, u->width);
	if (!target) {
		p->no_place++;
		return;
	}
	u->why = arena_cat(p->a, u->why, passed_over(p, search_start(u), target));
	set_target(p, u, target);
	take_unit(p, u);
}

static int
check_places(struct planner *p, struct error *err)
{
	if (!p->no_place)
		return 0;
	return error_set(err,
	    "no free port is left for %zu of %zu apps or services: nothing was registered; widen --range, "
	    "lift a --reserve, or free rows with --prune",
	    p->no_place, (size_t)p->v->app_count);
}

static void
take_claims(struct planner *p, const struct fixed_list *fixed)
{
	for (size_t i = 0; i < p->v->app_count; i++)
		if (p->apps[i].has_row) {
			portmap_take(p->map, p->apps[i].row_backend, (uint32_t)i);
			portmap_take(p->map, p->apps[i].row_frontend, (uint32_t)i);
		}
	for (size_t i = 0; i < fixed->count; i++)
		portmap_take(p->map, fixed->items[i].port, fixed->items[i].app);
	for (size_t i = 0; i < p->unit_count; i++)
		if (p->units[i].target)
			take_unit(p, &p->units[i]);
}

/* Units that nobody moves keep their number; those that run into what is fixed are marked to move. */
static void
hold_against_fixed(struct planner *p, const struct fixed_list *fixed)
{
	for (size_t i = 0; i < p->unit_count; i++) {
		struct unit *u = &p->units[i];
		const struct fixed *f;

		if (!p->apps[u->app].selected)
			set_target(p, u, u->low);
		else if (!u->is_pair && u->edit != EDIT_NONE && (f = find_fixed(p, fixed, u))) {
			u->must_move = true;
			u->why = arena_printf(p->a, "%u/%.*s belongs to %.*s", f->port, STR_ARG(f->protocol),
			    STR_ARG(f->who));
		}
	}
}

int
ports_decide(struct planner *p, struct error *err)
{
	struct fixed_list *fixed = mem_zero(1, sizeof *fixed);

	p->map = mem_alloc(sizeof *p->map);
	portmap_init_from(p->map, p->o->blocked);
	if (p->o->listening)
		block_listeners(p);
	pairs_find(p);
	if (p->o->adopt)
		pairs_adopt(p);
	claim_rows(p, fixed);
	claim_registered(p, fixed);
	claim_unselected(p, fixed);
	sort_fixed(fixed);
	hold_against_fixed(p, fixed);
	keep_choose(p);
	take_claims(p, fixed);
	free(fixed->items);
	free(fixed);
	give_pairs(p);
	for (size_t i = 0; i < p->unit_count; i++)
		if (p->units[i].must_move)
			move_unit(p, &p->units[i]);
	return check_places(p, err);
}
