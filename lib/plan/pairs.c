/* pairs: which units are an app's backend and frontend, and which row of the registry is theirs.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "plan/internal.h"

static const struct store_pair *
find_pair(const struct planner *p, struct identity id)
{
	size_t at = p->pair_count ? identity_find(&p->pairs->id, sizeof *p->pairs, p->pair_count, id) : 0;

	return at < p->pair_count ? &p->pairs[at] : NULL;
}

/* The registry's rows by their apps. From the last, so that each app's are met in the order of their
 * ports, which is the order they were given in. */
static void
chain_rows(struct planner *p)
{
	p->row_after = mem_alloc((p->port_count + 1) * sizeof *p->row_after);
	for (uint32_t i = (uint32_t)p->port_count; i-- > 0; ) {
		uint32_t app = view_app_of_folder(p, p->ports[i].folder);

		if (app == INVENTORY_NONE)
			continue;
		p->row_after[i] = p->apps[app].first_row;
		p->apps[app].first_row = i;
	}
}

/* Where a unit has the PORT that the registry gave it in ROLE, it is that one, whatever scan takes for it:
 * an edit of ours, a literal for a variable, may have taken away the words that scan knows it by. */
static uint32_t
unit_in_role(struct planner *p, const struct app_plan *a, uint8_t role, struct str name, uint16_t port)
{
	uint32_t known = INVENTORY_NONE;

	for (uint32_t r = a->first_row; r != INVENTORY_NONE; r = p->row_after[r])
		for (uint32_t i = a->first_unit;
		     i < a->first_unit + a->unit_count && p->ports[r].port == port; i++) {
			const struct inventory_item *item = &p->v->items[p->units[i].item];

			if (p->units[i].width == 1 && p->units[i].low == port &&
			    str_eq(p->ports[r].role, name) &&
			    str_eq(p->ports[r].service, view_str(p, item->service)) &&
			    str_eq(p->ports[r].container_port, view_str(p, item->container_port)))
				known = i;
		}
	if (known == INVENTORY_NONE || p->units[known].role == role)
		return known;
	for (uint32_t i = a->first_unit; i < a->first_unit + a->unit_count; i++)
		if (p->units[i].role == role)
			p->units[i].role = ROLE_NONE;
	p->units[known].role = role;
	return known;
}

/* Finds the app's backend and frontend and the row that it has. */
static void
look_for_pair(struct planner *p, struct app_plan *a)
{
	const struct store_pair *row = find_pair(p, a->id);

	if (row && (a->in_layout || p->o->pairs_all) && row->backend && row->frontend &&
	    row->backend != row->frontend) {
		a->has_row = true;
		a->row = (uint32_t)(row - p->pairs);
		a->row_backend = row->backend;
		a->row_frontend = row->frontend;
	}
	if (!a->selected || !(a->in_layout || p->o->pairs_all))
		return;
	if (a->has_row) {
		a->backend = unit_in_role(p, a, ROLE_BACKEND, STR("backend"), a->row_backend);
		a->frontend = unit_in_role(p, a, ROLE_FRONTEND, STR("frontend"), a->row_frontend);
	}
	for (uint32_t i = a->first_unit; i < a->first_unit + a->unit_count; i++) {
		const struct unit *u = &p->units[i];

		if (u->width != 1)
			continue;
		if (u->role == ROLE_BACKEND && a->backend == INVENTORY_NONE)
			a->backend = i;
		else if (u->role == ROLE_FRONTEND && a->frontend == INVENTORY_NONE)
			a->frontend = i;
	}
	if (a->backend == INVENTORY_NONE || a->frontend == INVENTORY_NONE ||
	    p->units[a->backend].edit == EDIT_NONE || p->units[a->frontend].edit == EDIT_NONE) {
		/* no pair, or one that could not be given its ports */
		a->backend = a->frontend = INVENTORY_NONE;
		return;
	}
	p->units[a->backend].is_pair = p->units[a->frontend].is_pair = true;
}

/* Two rows that give one number out in two roles cannot both stand: the later gives way where its app is
 * planned for, else the earlier. */
static bool
give_way(struct planner *p, const uint32_t *app_of_row, size_t row, size_t other, uint16_t port)
{
	struct app_plan *a = app_of_row[row] == INVENTORY_NONE ? NULL : &p->apps[app_of_row[row]];

	if (!a || a->backend == INVENTORY_NONE)
		return false;
	a->has_row = false;
	a->lost_row = arena_printf(p->a,
	    "overlap: %u of its row %u and %u is also " IDENTITY_FORMAT "'s in the database; ", port, a->row_backend,
	    a->row_frontend, IDENTITY_ARG(p->pairs[other].id));
	p->pairs[row].backend = p->pairs[row].frontend = 0;
	return true;
}

static void
part_rows(struct planner *p)
{
	uint32_t *holder = mem_zero(PORTMAP_PORTS, sizeof *holder);	/* row + 1 */
	uint32_t *app_of_row = mem_alloc((p->pair_count + 1) * sizeof *app_of_row);

	memset(app_of_row, 0xFF, (p->pair_count + 1) * sizeof *app_of_row);
	for (uint32_t i = 0; i < p->v->app_count; i++)
		if (p->apps[i].has_row)
			app_of_row[p->apps[i].row] = i;
	for (uint32_t i = 0; i < p->pair_count; i++)
		for (int role = 0; role < 2; role++) {
			const struct store_pair *row = &p->pairs[i];
			uint16_t port = role ? row->frontend : row->backend;
			uint32_t other = holder[port];

			if (port && other && other - 1 != i && p->pairs[other - 1].backend &&
			    !give_way(p, app_of_row, i, other - 1, port) &&
			    !give_way(p, app_of_row, other - 1, i, port))
				plan_add_row_problem(p, row,
				    arena_printf(p->a,
					"the database gives %u to both " IDENTITY_FORMAT " and " IDENTITY_FORMAT
					", neither of which is planned for here: plan --release one of them",
					port, IDENTITY_ARG(row->id),
					IDENTITY_ARG(p->pairs[other - 1].id)));
			if (port && row->backend)
				holder[port] = i + 1;
		}
	free(holder);
	free(app_of_row);
}

void
pairs_find(struct planner *p)
{
	chain_rows(p);
	for (size_t i = 0; i < p->v->app_count; i++)
		look_for_pair(p, &p->apps[i]);
	part_rows(p);
}
