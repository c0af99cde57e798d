/* pairs: which units are an app's backend and frontend, and which rows of the registry are whose.
 * SPDX-License-Identifier: MIT */
#include "plan/ports.h"

#include <stdlib.h>
#include <string.h>

#include "plan/internal.h"

static uint32_t *
all_none(size_t count)
{
	uint32_t *list = mem_alloc(count * sizeof *list);

	memset(list, 0xFF, count * sizeof *list);
	return list;
}

static struct pair_numbers
pair_numbers_of(const struct store_pair *row)
{
	return (struct pair_numbers){ row->backend, row->frontend };
}

static bool
has_address(const struct decisions *d, const struct store_port *row, const struct unit *u)
{
	return str_eq_fold(
	    row->address, view_str(&d->view, d->view.inventory->items[u->item].words->host_ip));
}

/* Whether ROW, whose number unit U has, speaks of it. One of another address does (--bind has moved it),
 * unless the registry found U with this number on its very address, and gave it another. */
static bool
speaks_of(const struct decisions *d, const struct store_port *row, const struct unit *u)
{
	const struct registered_rows *all = &d->registered.ports;

	if (u->width != 1 || u->low != row->port || !registered_may_be(&d->view, row, u->item) ||
	    !registered_has_protocol(&d->view, row, u->item))
		return false;
	for (uint32_t r = all->first[u->app]; !has_address(d, row, u) && r < all->first[u->app + 1]; r++)
		if (all->rows[r]->found == u->low && has_address(d, all->rows[r], u) &&
		    registered_has_protocol(&d->view, all->rows[r], u->item) &&
		    registered_may_be(&d->view, all->rows[r], u->item))
			return false;
	return true;
}

/* The last of APP's units that has PORT by the first row that gives it PORT in ROLE: rows are in the order of
 * their protocols, so tcp's is before udp's. INVENTORY_NONE: none. */
static uint32_t
unit_of_row(const struct decisions *d, uint32_t app, enum finding_role role, uint16_t port)
{
	uint32_t found = INVENTORY_NONE;

	for (uint32_t r = d->registered.ports.first[app];
	     found == INVENTORY_NONE && r < d->registered.ports.first[app + 1]; r++) {
		const struct store_port *row = d->registered.ports.rows[r];

		if (row->port != port || !str_eq(row->role, finding_role_name(role)))
			continue;
		for (uint32_t i = d->units.first[app]; i < d->units.first[app + 1]; i++)
			if (speaks_of(d, row, &d->units.items[i]))
				found = i;
	}
	return found;
}

/* Gives ROLE to UNIT, and to no other one of APP: what the registry says of that role is of one unit. */
static void
give_role(
    const struct decisions *d, struct plan_pairs *ret, uint32_t app, enum finding_role role, uint32_t unit)
{
	for (uint32_t i = d->units.first[app]; i < d->units.first[app + 1]; i++)
		if (ret->role[i] == role)
			ret->role[i] = ROLE_NONE;
	ret->role[unit] = (uint8_t)role;
}

/* Where a unit has the PORT that the registry gave it in ROLE, it is that one, whatever scan takes for it: an
 * edit of ours, a literal for a variable, may have taken away the words that scan knows it by. */
static uint32_t
unit_in_role(
    const struct decisions *d, struct plan_pairs *ret, uint32_t app, enum finding_role role, uint16_t port)
{
	uint32_t known = unit_of_row(d, app, role, port);

	if (known != INVENTORY_NONE && ret->role[known] != role)
		give_role(d, ret, app, role, known);
	return known;
}

/* Whether a port of U is of tcp, which a pair's numbers are held to be of. */
static bool
has_tcp(const struct decisions *d, const struct unit *u)
{
	for (uint32_t k = u->first; k < u->first + u->count; k++)
		if (view_is_tcp(&d->view, d->units.members[k]))
			return true;
	return false;
}

/* The first of APP's units that has ROLE and is one port, of tcp if there is one; INVENTORY_NONE: none. */
static uint32_t
first_in_role(const struct decisions *d, struct plan_pairs *ret, uint32_t app, enum finding_role role)
{
	uint32_t found = INVENTORY_NONE;

	for (uint32_t i = d->units.first[app]; i < d->units.first[app + 1]; i++) {
		if (d->units.items[i].width != 1 || ret->role[i] != role)
			continue;
		if (has_tcp(d, &d->units.items[i]))
			return i;
		if (found == INVENTORY_NONE)
			found = i;
	}
	return found;
}

static bool
may_move(const struct units *units, uint32_t unit)
{
	return unit != INVENTORY_NONE && units->items[unit].edit != EDIT_NONE;
}

/* Finds APP's row, its backend and its frontend. */
static void
find_pair(const struct decisions *d, struct plan_pairs *ret, uint32_t app)
{
	const struct view_app *a = &d->view.apps[app];
	struct pair_of_app *pair = &ret->of_app[app];
	const struct store_pair *row = known_pair(&d->known, a->row_id);
	uint32_t backend = INVENTORY_NONE, frontend = INVENTORY_NONE;

	*pair = (struct pair_of_app){ backend, frontend, INVENTORY_NONE, false, STR_INIT };
	if (!a->in_layout && !d->view.options->pairs_all)
		return;
	if (row && row->backend && row->frontend && row->backend != row->frontend)
		pair->row = (uint32_t)(row - d->known.pairs);
	if (!a->is_selected)
		return;
	if (pair->row != INVENTORY_NONE) {
		backend = unit_in_role(d, ret, app, ROLE_BACKEND, row->backend);
		frontend = unit_in_role(d, ret, app, ROLE_FRONTEND, row->frontend);
	}
	if (backend == INVENTORY_NONE)
		backend = first_in_role(d, ret, app, ROLE_BACKEND);
	if (frontend == INVENTORY_NONE)
		frontend = first_in_role(d, ret, app, ROLE_FRONTEND);
	if (may_move(&d->units, backend) && may_move(&d->units, frontend)) {
		pair->backend = backend;
		pair->frontend = frontend;
		give_role(d, ret, app, ROLE_BACKEND, backend);
		give_role(d, ret, app, ROLE_FRONTEND, frontend);
	}
}

/* --- rows that contradict each other --- */

/* Takes ROW away from its app, APP, if that is planned for, as its PORT is also WHOSE. */
static bool
give_way(const struct decisions *d, struct plan_pairs *ret, uint32_t app, uint32_t row, uint16_t port,
    struct str whose)
{
	struct pair_of_app *pair;
	struct pair_numbers *numbers = &ret->rows[row];

	if (app == INVENTORY_NONE || ret->of_app[app].backend == INVENTORY_NONE)
		return false;
	pair = &ret->of_app[app];
	pair->row = INVENTORY_NONE;
	pair->lost_row = arena_printf(d->view.arena, "overlap: %u of its row %u and %u is also %.*s; ", port,
	    numbers->backend, numbers->frontend, STR_ARG(whose));
	*numbers = (struct pair_numbers){ 0, 0 };
	return true;
}

static struct str
of_row(const struct decisions *d, uint32_t row)
{
	return arena_printf(
	    d->view.arena, IDENTITY_FORMAT "'s in the database", IDENTITY_ARG(d->known.pairs[row].id));
}

/* Who beside the fleet has PORT, which ITEM would publish, as a message ends; empty: nobody. */
static struct str
whose(const struct decisions *d, uint16_t port, const struct inventory_item *item)
{
	const struct portmap *blocked = d->view.options->blocked;
	const struct inventory_held *held = held_port(&d->held, port,
	    view_str(&d->view, item->words->protocol), view_str(&d->view, item->words->host_ip));

	if (held)
		return arena_printf(d->view.arena, "held by %.*s", STR_ARG(view_str(&d->view, held->whose)));
	return blocked && blocked->state[port] == PORT_RESERVED ? STR("reserved (--reserve)")
								: (struct str)STR_INIT;
}

/* A row that a stranger on the host has a port of, or that has one which is reserved, gives its app none that
 * it could publish. */
static void
leave_held(const struct decisions *d, struct plan_pairs *ret, uint32_t app)
{
	const struct pair_of_app *pair = &ret->of_app[app];
	uint32_t row = pair->row;

	if (row == INVENTORY_NONE || pair->backend == INVENTORY_NONE)
		return;
	for (int is_frontend = 0; is_frontend < 2 && pair->row != INVENTORY_NONE; is_frontend++) {
		uint32_t unit = is_frontend ? pair->frontend : pair->backend;
		const struct inventory_item *item = view_item(&d->view, d->units.items[unit].item);
		uint16_t port = is_frontend ? ret->rows[row].frontend : ret->rows[row].backend;
		struct str other = whose(d, port, item);

		if (other.len)
			(void)give_way(d, ret, app, row, port, other);
	}
}

static void
add_contradiction(
    const struct decisions *d, struct plan *plan, uint32_t row, uint32_t other, uint16_t port)
{
	struct identity id = d->known.pairs[row].id;

	plan_add_problem(plan, &d->view, &(struct problem){ .app = INVENTORY_NONE, .id = id,
		.message = arena_printf(d->view.arena,
		    "the database gives %u to both " IDENTITY_FORMAT " and " IDENTITY_FORMAT
		    ", neither of which is planned for here: plan --release one of them",
		    port, IDENTITY_ARG(id), IDENTITY_ARG(d->known.pairs[other].id)) });
}

/* Two rows that give one number out in two roles cannot both stand: the later gives way where its app is
 * planned for, else the earlier. */
static void
part_rows(const struct decisions *d, struct plan_pairs *ret, struct plan *plan)
{
	uint32_t *holder = all_none(PORTMAP_PORTS), *app_of_row = all_none(d->known.pair_count);
	const struct pair_numbers *rows = ret->rows;

	for (uint32_t i = 0; i < d->view.inventory->app_count; i++)
		if (ret->of_app[i].row != INVENTORY_NONE)
			app_of_row[ret->of_app[i].row] = i;
	for (uint32_t i = 0; i < d->known.pair_count; i++)
		for (int is_frontend = 0; is_frontend < 2; is_frontend++) {
			uint16_t port = is_frontend ? rows[i].frontend : rows[i].backend;
			uint32_t other = holder[port];
			bool is_shared = port && other != INVENTORY_NONE && other != i && rows[other].backend;

			if (is_shared && !give_way(d, ret, app_of_row[i], i, port, of_row(d, other)) &&
			    !give_way(d, ret, app_of_row[other], other, port, of_row(d, i)))
				add_contradiction(d, plan, i, other, port);
			if (port && rows[i].backend)
				holder[port] = i;
		}
	free(holder);
	free(app_of_row);
}

/* --- adopt --- */

static void
count_holder(uint32_t *holders, const struct pair_numbers *row, int by)
{
	holders[row->backend] += (uint32_t)by;
	if (row->frontend != row->backend)
		holders[row->frontend] += (uint32_t)by;
}

/* Whether no row but ROW holds PORT in any role. HOLDERS: how many rows hold each port. */
static bool
may_adopt(const uint32_t *holders, const struct pair_numbers *row, uint16_t port)
{
	return holders[port] == (row->backend == port || row->frontend == port);
}

/* Takes APP's files' pair into its row, unless another row has one of the two. */
static void
adopt(const struct decisions *d, struct plan_pairs *ret, uint32_t app, uint32_t *holders, struct plan *plan)
{
	struct pair_of_app *pair = &ret->of_app[app];
	const struct unit *backend = &d->units.items[pair->backend],
			  *frontend = &d->units.items[pair->frontend];
	const struct inventory_item *item = view_item(&d->view, backend->item);
	struct pair_numbers *row = &ret->rows[pair->row];

	if (backend->low == row->backend && frontend->low == row->frontend)
		return;
	if (backend->low != frontend->low && may_adopt(holders, row, backend->low) &&
	    may_adopt(holders, row, frontend->low)) {
		count_holder(holders, row, -1);
		*row = (struct pair_numbers){ backend->low, frontend->low };
		count_holder(holders, row, 1);
		pair->is_adopted = true;
		return;
	}
	plan_add_problem(plan, &d->view,
	    &(struct problem){ .app = app,
		.service = view_str(&d->view, item->words->service),
		.place = &item->place,
		.message = arena_printf(d->view.arena,
		    "%u and %u cannot be adopted, as another row of the registry has one of them, or both "
		    "are one: the row's %u and %u stay",
		    backend->low, frontend->low, row->backend, row->frontend) });
}

static void
adopt_all(const struct decisions *d, struct plan_pairs *ret, struct plan *plan)
{
	uint32_t *holders = mem_zero(PORTMAP_PORTS, sizeof *holders);

	for (size_t i = 0; i < d->known.pair_count; i++) {
		const struct pair_numbers written = pair_numbers_of(&d->known.pairs[i]);

		count_holder(holders, ret->rows[i].backend ? &ret->rows[i] : &written, 1);
	}
	for (uint32_t i = 0; i < d->view.inventory->app_count; i++)
		if (ret->of_app[i].backend != INVENTORY_NONE && ret->of_app[i].row != INVENTORY_NONE)
			adopt(d, ret, i, holders, plan);
	free(holders);
}

/* Why APP, of which no text has a number for a backend or frontend, gets no pair. */
static struct str
why_none(const struct decisions *d, const struct plan_pairs *ret, uint32_t app)
{
	for (uint32_t i = d->units.first[app]; i < d->units.first[app + 1]; i++)
		if (ret->role[i] != ROLE_NONE && d->units.items[i].edit == EDIT_NONE)
			return str_from(d->units.items[i].why_not);
	return STR("its backend or frontend is not one port by itself");
}

static void
tell_unset(const struct decisions *d, const struct plan_pairs *ret, uint32_t app, struct plan *plan)
{
	for (uint32_t i = d->units.first[app]; i < d->units.first[app + 1]; i++) {
		uint32_t first = d->units.items[i].item;
		const struct inventory_item *item = view_item(&d->view, first);

		if (ret->of_app[app].backend != INVENTORY_NONE || !view_is_unset(&d->view, first))
			continue;
		plan_add_problem(plan, &d->view, &(struct problem){ .app = app,
			.service = view_str(&d->view, item->words->service),
			.place = &item->place,
			.message = arena_printf(d->view.arena,
			    "%.*s has no number, and the app gets no pair of ports: %.*s",
			    STR_ARG(view_str(&d->view, item->words->variable)),
			    STR_ARG(why_none(d, ret, app))) });
	}
}

void
pairs_find(struct plan_pairs *ret, const struct decisions *d, struct plan *plan)
{
	const struct units *units = &d->units;
	const struct known *known = &d->known;
	size_t apps = d->view.inventory->app_count;

	ret->role = arena_alloc(d->view.scratch, units->count);
	for (size_t i = 0; i < units->count; i++)
		ret->role[i] = units->items[i].role;
	ret->rows = arena_zero(d->view.scratch, known->pair_count, sizeof *ret->rows);
	for (size_t i = 0; i < known->pair_count; i++)
		if (!view_is_gone(&d->view, known->pairs[i].folder))
			ret->rows[i] = pair_numbers_of(&known->pairs[i]);
	ret->of_app = arena_zero(d->view.scratch, apps, sizeof *ret->of_app);
	for (uint32_t i = 0; i < apps; i++) {
		find_pair(d, ret, i);
		tell_unset(d, ret, i, plan);
	}
	part_rows(d, ret, plan);
	for (uint32_t i = 0; i < apps; i++)
		leave_held(d, ret, i);
	if (d->view.options->adopt)
		adopt_all(d, ret, plan);
}

bool
pairs_has(const struct plan_pairs *p, const struct units *units, uint32_t u)
{
	const struct pair_of_app *pair = &p->of_app[units->items[u].app];

	return pair->backend == u || pair->frontend == u;
}

const struct pair_numbers *
pairs_row(const struct plan_pairs *p, uint32_t app)
{
	uint32_t row = p->of_app[app].row;

	return row == INVENTORY_NONE ? NULL : &p->rows[row];
}
