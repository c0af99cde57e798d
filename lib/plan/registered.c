/* registered: which of the registry's ports are whose, of the apps that are here.
 * SPDX-License-Identifier: MIT */
#include "plan/ports.h"

#include <stdlib.h>

#include "fleet/clash.h"
#include "plan/internal.h"

/* The COUNT rows at FROM side by side by app (a counting sort, which leaves them in their order). */
static struct registered_rows
sort_rows(const struct view *v, const struct store_port *from, size_t count)
{
	size_t apps = v->inventory->app_count;
	struct registered_rows r = { .first = arena_zero(v->scratch, apps + 2, sizeof *r.first),
		.rows = arena_alloc(v->scratch, count * sizeof *r.rows) };

	for (size_t i = 0; i < count; i++) {
		uint32_t app = view_app_of_folder(v, from[i].folder);

		if (app != INVENTORY_NONE)
			r.first[app + 2]++;
	}
	for (size_t i = 0; i < apps; i++)
		r.first[i + 2] += r.first[i + 1];
	for (size_t i = 0; i < count; i++) {
		uint32_t app = view_app_of_folder(v, from[i].folder);

		if (app != INVENTORY_NONE)
			r.rows[r.first[app + 1]++] = &from[i];
	}
	return r;
}

/* Where the first of the rows of APP stands that has PORT, or would. */
static uint32_t
first_of_port(const struct registered_rows *r, uint32_t app, uint16_t port)
{
	uint32_t low = r->first[app], high = r->first[app + 1];

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (r->rows[mid]->port < port)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
registered_may_be(const struct view *v, const struct store_port *row, uint32_t i)
{
	const struct inventory_words *words = v->inventory->items[i].words;

	return str_eq(row->service, view_str(v, words->service)) &&
	    str_eq(row->container_port, view_str(v, words->container_port));
}

bool
registered_has_protocol(const struct view *v, const struct store_port *row, uint32_t i)
{
	return str_eq_fold(row->protocol, view_str(v, v->inventory->items[i].words->protocol));
}

static bool
is_row_of_item(const struct view *v, const struct store_port *row, uint32_t i)
{
	return registered_has_protocol(v, row, i) && registered_may_be(v, row, i) &&
	    str_eq_fold(row->address, view_str(v, v->inventory->items[i].words->host_ip));
}

/* Whether ROW may speak of a port of unit U, which has its number. */
static bool
is_row_of(const struct decisions *d, const struct store_port *row, const struct unit *u)
{
	const struct units *units = &d->units;

	for (uint32_t k = u->first; k < u->first + u->count; k++)
		if (units->now[units->members[k]] == row->port &&
		    is_row_of_item(&d->view, row, units->members[k]))
			return true;
	return false;
}

/* Whether a row of R speaks of ITEM, of APP, with the number that it has. */
static bool
has_row_of_item(const struct registered_rows *r, const struct decisions *d, uint32_t app, uint32_t item)
{
	uint16_t port = d->units.now[item];

	for (uint32_t i = first_of_port(r, app, port); i < r->first[app + 1] && r->rows[i]->port == port; i++)
		if (is_row_of_item(&d->view, r->rows[i], item))
			return true;
	return false;
}

/* Whether items I and J are one port, of which the registry can have one row: that of one of them. */
static bool
is_one_port(const struct decisions *d, uint32_t i, uint32_t j)
{
	const struct view *v = &d->view;
	const struct inventory_words *a = v->inventory->items[i].words, *b = v->inventory->items[j].words;

	return d->units.now[i] == d->units.now[j] &&
	    str_eq_fold(view_str(v, a->protocol), view_str(v, b->protocol)) &&
	    str_eq_fold(view_str(v, a->host_ip), view_str(v, b->host_ip));
}

/* Whether R has a row of each port of unit U, with the number that it has. */
static bool
has_all_rows(const struct registered_rows *r, const struct decisions *d, const struct unit *u)
{
	const uint32_t *members = d->units.members;

	for (uint32_t k = u->first, end = k + u->count; k < end; ) {
		bool has_one = false;

		do
			has_one = has_one || has_row_of_item(r, d, u->app, members[k]);
		while (++k < end && is_one_port(d, members[k - 1], members[k]));
		if (!has_one)
			return false;
	}
	return true;
}

/* Of units that are alike to a row of R it speaks of the one that cannot move, else of the one of the most
 * ports of which R has all. */
static uint32_t
rank_of(const struct registered_rows *r, const struct decisions *d, const struct unit *u)
{
	return u->edit == EDIT_NONE ? UINT32_MAX : has_all_rows(r, d, u) ? u->count : 0;
}

static struct str
profile_of(const struct view *v, const struct unit *u)
{
	return view_str(v, view_rare(v, u->item)->profile);
}

/* Whether unit U runs into no other one of its app, be it of another protocol: tcp and udp may be one. */
static bool
is_alone_in_app(const struct decisions *d, uint32_t u)
{
	const struct units *units = &d->units;
	const struct unit *unit = &units->items[u];

	for (uint32_t k = units->first[unit->app]; k < units->first[unit->app + 1]; k++) {
		const struct unit *other = &units->items[k];

		if (k != u && other->low < unit->low + unit->width && unit->low < other->low + other->width &&
		    clash_profiles_meet(profile_of(&d->view, other), profile_of(&d->view, unit)))
			return false;
	}
	return true;
}

/* Whether R has a row of unit U itself, be it of another port. */
static bool
has_row(const struct registered_rows *r, const struct view *v, const struct unit *u)
{
	for (uint32_t i = r->first[u->app]; i < r->first[u->app + 1]; i++)
		if (is_row_of_item(v, r->rows[i], u->item))
			return true;
	return false;
}

/* Unit U, of the app of ROW, has its port as well as HOLDER, of whom the row speaks, if the two never run at
 * the same time: the registry has one row for them. */
static bool
is_alternative(const struct decisions *d, const struct store_port *row, const struct unit *holder, uint32_t u)
{
	const struct view *v = &d->view;
	const struct unit *unit = &d->units.items[u];

	return unit->width == holder->width && unit->count == holder->count &&	/* nothing beside it */
	    str_eq_fold(row->protocol, view_str(v, v->inventory->items[unit->item].words->protocol)) &&
	    str_eq_fold(row->address, view_str(v, v->inventory->items[unit->item].words->host_ip)) &&
	    !clash_profiles_meet(profile_of(v, holder), profile_of(v, unit)) && is_alone_in_app(d, u);
}

/* Whether APP has so few ports that each may be held against each. */
static bool
has_few(const struct decisions *d, uint32_t app)
{
	enum { MANY = 500 };

	return d->units.first[app + 1] - d->units.first[app] < MANY;
}

/* Notes in UNIT_OF that the rows of all ports of unit U speak of that, on whatever address. */
static void
claim_rows(const struct registered_rows *r, const struct decisions *d, uint32_t u, uint32_t *unit_of)
{
	const struct unit *unit = &d->units.items[u];

	for (uint32_t k = unit->first; k < unit->first + unit->count; k++) {
		uint32_t item = d->units.members[k], i = first_of_port(r, unit->app, d->units.now[item]);

		for (; i < r->first[unit->app + 1] && r->rows[i]->port == d->units.now[item]; i++)
			if (!unit_of[i] && registered_has_protocol(&d->view, r->rows[i], item) &&
			    registered_may_be(&d->view, r->rows[i], item))
				unit_of[i] = u + 1;
	}
}

/* A row whose port no unit of its app has as it says speaks of one that has it otherwise, which has no row of
 * its own: on another address, which --bind or a person gave it, or, LOOSELY, for another container port or
 * service. UNIT_OF: by row, the unit that it speaks of, + 1; 0: none. */
static void
find_remapped(struct registered *ret, const struct decisions *d, uint32_t *unit_of, bool loosely)
{
	const struct registered_rows *r = &ret->ports;
	const struct view *v = &d->view;

	for (uint32_t u = 0; u < d->units.count; u++) {
		const struct unit *unit = &d->units.items[u];
		uint32_t i = first_of_port(r, unit->app, unit->low), end = r->first[unit->app + 1];

		while (i < end && r->rows[i]->port == unit->low && (unit_of[i] ||
		    !registered_has_protocol(v, r->rows[i], unit->item) ||
		    !(loosely || registered_may_be(v, r->rows[i], unit->item))))
			i++;
		if (i == end || r->rows[i]->port != unit->low || ret->is_kept[u] || ret->is_remapped[u] ||
		    !has_few(d, unit->app) || has_row(r, v, unit))
			continue;
		unit_of[i] = u + 1;
		ret->is_remapped[u] = true;
	}
	for (uint32_t u = 0; u < d->units.count; u++)
		if (ret->is_kept[u] || ret->is_remapped[u])
			claim_rows(r, d, u, unit_of);
}

/* UNIT_OF: by row, the unit that it speaks of, + 1; 0: none. */
static void
find_alternatives(struct registered *ret, const struct decisions *d, const uint32_t *unit_of)
{
	const struct registered_rows *r = &ret->ports;

	for (uint32_t u = 0; u < d->units.count; u++) {
		const struct unit *unit = &d->units.items[u];

		for (uint32_t i = first_of_port(r, unit->app, unit->low);
		     has_few(d, unit->app) && i < r->first[unit->app + 1] &&
		     r->rows[i]->port == unit->low; i++)
			if (unit_of[i] && !has_row(r, &d->view, unit) &&
			    is_alternative(d, r->rows[i], &d->units.items[unit_of[i] - 1], u))
				ret->is_kept[u] = true;
	}
}

void
registered_find(struct registered *ret, const struct decisions *d)
{
	const struct units *units = &d->units;
	const struct registered_rows *r = &ret->ports;
	uint32_t *unit_of;	/* by row: the unit that it speaks of, + 1; 0: none */

	ret->ports = sort_rows(&d->view, d->known.ports, d->known.port_count);
	ret->former = sort_rows(&d->view, d->known.former, d->known.former_count);
	ret->is_kept = arena_zero(d->view.scratch, units->count, sizeof *ret->is_kept);
	ret->is_remapped = arena_zero(d->view.scratch, units->count, sizeof *ret->is_remapped);
	unit_of = mem_zero(d->known.port_count, sizeof *unit_of);
	for (uint32_t u = 0; u < units->count; u++) {
		const struct unit *unit = &units->items[u];

		for (uint32_t i = first_of_port(r, unit->app, unit->low);
		     i < r->first[unit->app + 1] && r->rows[i]->port == unit->low; i++) {
			const struct unit *other = unit_of[i] ? &units->items[unit_of[i] - 1] : NULL;

			if (is_row_of(d, r->rows[i], unit) &&
			    (!other || rank_of(r, d, unit) > rank_of(r, d, other)))
				unit_of[i] = u + 1;
		}
	}
	for (size_t i = 0; i < d->known.port_count; i++)
		if (unit_of[i])
			ret->is_kept[unit_of[i] - 1] = true;
	find_alternatives(ret, d, unit_of);
	find_remapped(ret, d, unit_of, false);
	find_remapped(ret, d, unit_of, true);
	free(unit_of);
}
