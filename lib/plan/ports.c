/* ports: which port each unit gets.
 * SPDX-License-Identifier: MIT */
#include "plan/ports.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "fleet/ranges.h"
#include "plan/internal.h"

/* What the decision takes. */
struct port_work {
	const struct decisions *d;
	const struct view *v;
	const struct units *units;
	const struct plan_pairs *pairs;
	struct ports *ret;
	struct holders *holders;
	struct portmap *map;		/* owners are apps */
	struct keep_unit *keep;		/* by unit */
	size_t no_place;		/* pairs that found no port */
};

static void
set_target(struct port_work *w, uint32_t unit, uint16_t target)
{
	const struct unit *u = &w->units->items[unit];

	w->ret->of_unit[unit].target = target;
	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t i = w->units->members[u->first + k];

		w->ret->after[i] = (uint16_t)(w->units->now[i] - u->low + target);
	}
}

/* --- who stays --- */

/* Marks the units that run into what no plan moves. Of an app that is not planned for all stay. */
static void
hold_against_holders(struct port_work *w)
{
	for (uint32_t i = 0; i < w->units->count; i++) {
		const struct unit *u = &w->units->items[i];
		const struct holder *h = NULL;

		w->keep[i].is_asked = w->v->apps[u->app].is_selected && !pairs_has(w->pairs, w->units, i) &&
		    !view_is_unset(w->v, u->item);
		if (view_is_unset(w->v, u->item) && !pairs_has(w->pairs, w->units, i))
			w->ret->after[u->item] = 0;
		else if (!w->v->apps[u->app].is_selected)
			set_target(w, i, u->low);
		else if (w->keep[i].is_asked && u->edit != EDIT_NONE)
			h = holders_find(w->holders, w->d, i);
		if (!h)
			continue;
		w->keep[i].must_move = true;
		w->ret->of_unit[i].why = h->who.len
		    ? arena_printf(w->v->arena, "%u/%.*s belongs to %.*s", h->port, STR_ARG(h->protocol),
			STR_ARG(h->who))
		    : arena_printf(w->v->arena, "%u is reserved (--reserve)", h->port);
	}
}

/* The protocol over which the two clash, of which each may have several. */
static struct str
contested_protocol(const struct port_work *w, uint32_t unit, uint32_t winner)
{
	const struct inventory_item *items = w->v->inventory->items;
	const struct unit *u = &w->units->items[winner];
	uint32_t own = items[w->units->items[unit].item].words->protocol;

	for (uint32_t k = 0; k < u->count; k++)
		if (items[w->units->members[u->first + k]].words->protocol == own)
			return view_str(w->v, own);
	return view_str(w->v, items[u->item].words->protocol);
}

/* Why UNIT moves: WINNER has its port. */
static struct str
why_lost(const struct port_work *w, uint32_t unit, uint32_t winner)
{
	const struct unit *u = &w->units->items[winner];
	const struct inventory_item *item = &w->v->inventory->items[u->item];
	const char *reason = "it had it before, or fewer ports move so";

	if (u->edit == EDIT_NONE)
		reason = "it cannot be moved";
	else if (w->keep[winner].preferred)
		reason = w->keep[winner].preferred;
	else if (winner < unit)
		reason = "it comes first";
	return arena_printf(w->v->arena, "%u/%.*s is also published by %.*s %.*s, which keeps it (%s)",
	    w->units->items[unit].low, STR_ARG(contested_protocol(w, unit, winner)),
	    STR_ARG(w->v->apps[u->app].name), STR_ARG(view_str(w->v, item->words->service)), reason);
}

/* Gives those that stay their own number, and tells of the others why they do not. */
static void
decide_who_stays(struct port_work *w)
{
	hold_against_holders(w);
	keep_choose(w->keep, w->d);
	for (uint32_t i = 0; i < w->units->count; i++) {
		const struct keep_unit *k = &w->keep[i];

		w->ret->of_unit[i].is_disputed = k->is_disputed;
		if (k->is_asked && k->stays)
			set_target(w, i, w->units->items[i].low);
		/* told rather than the row that it may run into as well: the row of a new pair is there only
		 * the next time that a plan is made, which is to say the same */
		else if (k->is_asked && k->winner != INVENTORY_NONE) {
			w->ret->of_unit[i].why = why_lost(w, i, k->winner);
			w->ret->of_unit[i].lost_to = k->has_winners ? 0 : k->winner + 1;
		}
	}
}

/* --- what is taken --- */

/* Blocks what something on the host listens on that may be the fleet's own, but for what the fleet publishes
 * now. */
static void
block_sockets(struct port_work *w)
{
	const struct inventory *v = w->v->inventory;
	bool *is_own = mem_zero(PORTMAP_PORTS, sizeof *is_own);

	for (uint32_t i = 0; i < v->item_count; i++)
		if (w->units->of[i] != INVENTORY_NONE)
			is_own[view_item(w->v, i)->low] = true;
	for (size_t i = 0; i < v->held_count && !w->v->options->leave_held; i++)
		if (v->held[i].role == ROLE_SOCKET && !is_own[v->held[i].port])
			portmap_block(w->map, v->held[i].port, v->held[i].port, PORT_LISTENING);
	free(is_own);
}

/* Blocks the ranges of which mappings may take any port: which one they get is known when they start. */
static void
block_ranges(struct port_work *w)
{
	const struct inventory *v = w->v->inventory;

	for (uint32_t i = 0; i < v->item_count; i++)
		if (ranges_has(v, i))
			portmap_block(w->map, v->items[i].low, v->items[i].high, PORT_IN_RANGE);
}

/* Where nothing else is free, a port of such a range is given out after all; a clash is found and told. */
static bool
reopen_ranges(struct port_work *w)
{
	return portmap_reopen(w->map, PORT_IN_RANGE);
}

static void
take_unit(struct port_work *w, uint32_t unit)
{
	for (uint32_t i = 0; i < w->units->items[unit].width; i++)
		portmap_take(w->map, (uint16_t)(w->ret->of_unit[unit].target + i), w->units->items[unit].app);
}

static void
take_claims(struct port_work *w)
{
	for (uint32_t i = 0; i < w->v->inventory->app_count; i++) {
		const struct pair_numbers *row = pairs_row(w->pairs, i);

		if (!row)
			continue;
		portmap_take(w->map, row->backend, i);
		portmap_take(w->map, row->frontend, i);
	}
	for (size_t i = 0; i < w->holders->count; i++)
		if (w->holders->items[i].who.len)
			portmap_take(w->map, w->holders->items[i].port, w->holders->items[i].app);
	for (uint32_t i = 0; i < w->units->count; i++)
		if (w->ret->of_unit[i].target)
			take_unit(w, i);
}

/* --- pairs --- */

/* Whether the files say something else than what the registry gave, and an earlier plan was applied here. As
 * long as the files have what they had when the row was made, that plan was only not applied. */
static bool
has_drifted(struct port_work *w, uint32_t app)
{
	const struct registered_rows *r = &w->d->registered.ports;
	const struct pair_of_app *pair = &w->pairs->of_app[app];
	bool drifted = false;

	for (uint32_t i = r->first[app]; i < r->first[app + 1]; i++) {
		const struct store_port *row = r->rows[i];
		bool is_backend = str_eq(row->role, finding_role_name(ROLE_BACKEND));
		uint32_t unit = is_backend ? pair->backend : pair->frontend;
		uint16_t low = w->units->items[unit].low;

		if ((!is_backend && !str_eq(row->role, finding_role_name(ROLE_FRONTEND))) ||
		    row->found == low || row->port == low)
			continue;
		w->ret->of_unit[unit].found = row->found;
		drifted = true;
	}
	return drifted;
}

static void
give_pair(struct port_work *w, uint32_t app, struct port_pair numbers)
{
	const struct pair_of_app *pair = &w->pairs->of_app[app];
	struct str why = arena_printf(w->v->arena, "%.*s%s%u and %u are %.*s's in the registry",
	    STR_ARG(pair->lost_row),
	    has_drifted(w, app) ? "drift: the files were changed by hand since; " : "", numbers.backend,
	    numbers.frontend, STR_ARG(w->v->apps[app].name));

	w->ret->of_app[app] = numbers;
	w->ret->of_unit[pair->backend].why = w->ret->of_unit[pair->frontend].why = why;
	set_target(w, pair->backend, numbers.backend);
	set_target(w, pair->frontend, numbers.frontend);
}

static struct port_series
series_of(const struct plan_options *o)
{
	return (struct port_series)PORT_SERIES_INIT(o->base_backend, o->base_frontend, o->step);
}

/* The pair of an app that has no row: the files' own with --keep, if it is free, else the next of SERIES. */
static bool
find_new_pair(struct port_work *w, uint32_t app, struct port_series *series, struct port_pair *ret)
{
	const struct pair_of_app *pair = &w->pairs->of_app[app];
	uint16_t backend = w->units->items[pair->backend].low, frontend = w->units->items[pair->frontend].low;

	ret->is_new = true;
	if (w->v->options->keep && backend != frontend && portmap_is_free(w->map, backend) &&
	    portmap_is_free(w->map, frontend)) {
		ret->backend = backend;
		ret->frontend = frontend;
		return true;
	}
	if (portmap_next_pair(w->map, series, &ret->backend, &ret->frontend))
		return true;
	if (!reopen_ranges(w))
		return false;
	*series = series_of(w->v->options);
	return portmap_next_pair(w->map, series, &ret->backend, &ret->frontend);
}

/* Lets apps that have no row keep a pair that clashes with nothing. The registry can give out a number once,
 * whatever addresses it is published on. */
static void
keep_clean(struct port_work *w)
{
	bool *is_given = mem_zero(PORTMAP_PORTS, sizeof *is_given);
	const bool *clean = keep_clean_pairs(w->d, w->holders);

	for (size_t i = 0; i < w->d->known.pair_count; i++)
		is_given[w->pairs->rows[i].backend] = is_given[w->pairs->rows[i].frontend] = true;
	for (uint32_t i = 0; i < w->v->inventory->app_count; i++) {
		const struct pair_of_app *pair = &w->pairs->of_app[i];
		uint16_t backend = clean[i] ? w->units->items[pair->backend].low : 0;
		uint16_t frontend = clean[i] ? w->units->items[pair->frontend].low : 0;

		if (backend == frontend || is_given[backend] || is_given[frontend])
			continue;
		is_given[backend] = is_given[frontend] = true;
		portmap_take(w->map, backend, i);
		portmap_take(w->map, frontend, i);
		w->ret->of_app[i] = (struct port_pair){ backend, frontend, true, false };
		if (w->ret->is_of_gone[backend] || w->ret->is_of_gone[frontend])
			w->ret->of_app[i] = (struct port_pair){ backend, frontend, false, true };
	}
	free(is_given);
}

static void
give_pairs(struct port_work *w)
{
	struct port_series series = series_of(w->v->options);

	for (uint32_t i = 0; i < w->v->inventory->app_count; i++) {
		const struct pair_numbers *row = pairs_row(w->pairs, i);
		struct port_pair numbers = w->ret->of_app[i];

		if (row)
			numbers = (struct port_pair){ row->backend, row->frontend,
				w->pairs->of_app[i].is_adopted, false };
		w->ret->of_app[i] = numbers;
		if (w->pairs->of_app[i].backend == INVENTORY_NONE)
			continue;
		if (!row && !numbers.is_new && !numbers.is_lent) {
			if (!find_new_pair(w, i, &series, &numbers)) {
				w->no_place++;
				continue;
			}
			portmap_take(w->map, numbers.backend, i);
			portmap_take(w->map, numbers.frontend, i);
		}
		give_pair(w, i, numbers);
	}
}

/* --- ports that move --- */

static struct str
owner_name(const struct port_work *w, uint32_t port)
{
	uint32_t owner = w->map->owner[port], held = w->holders->first[port];

	if (owner < w->v->inventory->app_count)
		return w->v->apps[owner].name;
	return held ? w->holders->items[held - 1].who : STR("the database");
}

/* `; 6000: browsers refuse it, 6001 is m/app1's` and so on: what lay between FROM and TARGET. */
static struct str
passed_over(const struct port_work *w, uint32_t from, uint16_t target)
{
	struct arena *a = w->v->arena;
	struct str s = STR("");
	size_t count = 0;

	for (uint32_t i = from; i < target && count < 4; i++) {
		enum port_state state = (enum port_state)w->map->state[i];
		const char *by = count ? ", " : "; ";

		if (state == PORT_FREE)
			continue;
		if (++count == 4)
			s = arena_cat(a, s, STR(", …"));
		else if (state == PORT_TAKEN)
			s = arena_printf(
			    a, "%.*s%s%u is %.*s's", STR_ARG(s), by, i, STR_ARG(owner_name(w, i)));
		else
			s = arena_printf(a, "%.*s%s%u: %s", STR_ARG(s), by, i, portmap_reason(state));
	}
	return s;
}

/* Where the search for a moved unit's place begins: above its own number; below 1024 at 8000 and its own, as
 * by hand. */
static uint32_t
search_start(const struct unit *u)
{
	return u->low < 1024 ? 8000U + u->low : u->low + 1U;
}

/* What an earlier plan, not applied since, gave this unit; 0: nothing. */
static uint16_t
registered_place(const struct port_work *w, const struct unit *u)
{
	const struct inventory_item *item = &w->v->inventory->items[u->item];
	const struct registered_rows *r = &w->d->registered.ports;

	for (uint32_t i = r->first[u->app]; i < r->first[u->app + 1]; i++) {
		const struct store_port *row = r->rows[i];

		if (row->found == u->low && row->port != u->low &&
		    str_eq(row->service, view_str(w->v, item->words->service)) &&
		    str_eq_fold(row->protocol, view_str(w->v, item->words->protocol)) &&
		    portmap_find(w->map, row->port, u->width) == row->port)
			return row->port;
	}
	return 0;
}

static uint16_t
find_place(const struct port_work *w, const struct unit *u)
{
	uint16_t target = registered_place(w, u);

	if (!target)
		target = portmap_find(w->map, search_start(u), u->width);
	return target ? target : portmap_find(w->map, 1, u->width);
}

static void
move_unit(struct port_work *w, uint32_t unit)
{
	const struct unit *u = &w->units->items[unit];
	struct port_of_unit *port = &w->ret->of_unit[unit];
	uint16_t target = find_place(w, u);

	if (!target && reopen_ranges(w))
		target = find_place(w, u);
	if (!target) {			/* outcome tells it, as a problem of its app: the others get theirs */
		port->has_no_place = port->is_disputed = true;
		set_target(w, unit, u->low);
		return;
	}
	port->why = arena_cat(w->v->arena, port->why, passed_over(w, search_start(u), target));
	if (u->low < 1024)
		port->why = arena_printf(w->v->arena, "%.*s; who looks for it on %u has to be told",
		    STR_ARG(port->why), u->low);
	set_target(w, unit, target);
	take_unit(w, unit);
}

/* An app that wants very many other ports, one by one or in ranges, is served when all others have theirs,
 * so that it is the one for which none is left. */
static void
move_units(struct port_work *w)
{
	enum { MANY = 256 };
	uint32_t *moving = arena_zero(w->v->scratch, w->v->inventory->app_count, sizeof *moving);

	for (uint32_t i = 0; i < w->units->count; i++)
		if (w->keep[i].is_asked && !w->keep[i].stays)
			moving[w->units->items[i].app] += w->units->items[i].width;
	for (unsigned many = 0; many <= 1; many++)
		for (uint32_t i = 0; i < w->units->count; i++)
			if (w->keep[i].is_asked && !w->keep[i].stays &&
			    (moving[w->units->items[i].app] > MANY) == many)
				move_unit(w, i);
}

/* --- all of it --- */

int
ports_decide(struct ports *ret, const struct decisions *d, struct error *err)
{
	struct port_work w = { .d = d, .v = &d->view, .units = &d->units, .pairs = &d->pairs, .ret = ret };
	struct arena *a = d->view.scratch;
	size_t units = d->units.count, items = d->view.inventory->item_count;

	ret->of_unit = arena_zero(a, units, sizeof *ret->of_unit);
	ret->of_app = arena_zero(a, d->view.inventory->app_count, sizeof *ret->of_app);
	ret->after = arena_alloc(a, items * sizeof *ret->after);
	memcpy(ret->after, d->units.now, items * sizeof *ret->after);
	w.keep = arena_zero(a, units, sizeof *w.keep);
	w.map = arena_alloc(a, sizeof *w.map);
	portmap_init_from(w.map, d->view.options->blocked);
	w.holders = holders_gather(d);
	ret->is_of_gone = arena_zero(a, PORTMAP_PORTS, sizeof *ret->is_of_gone);
	for (size_t i = 0; i < w.holders->count; i++)
		if (w.holders->items[i].is_gone)
			ret->is_of_gone[w.holders->items[i].port] = true;
	block_sockets(&w);
	decide_who_stays(&w);
	take_claims(&w);
	if (!d->view.options->renumber)
		keep_clean(&w);
	block_ranges(&w);
	give_pairs(&w);
	move_units(&w);
	if (!w.no_place)
		return 0;
	return error_set(err,
	    "no free port is left for %zu of %zu apps or services: nothing was registered; widen --range, "
	    "lift a --reserve, or free rows with --prune",
	    w.no_place, d->view.inventory->app_count);
}
