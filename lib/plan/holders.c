/* holders: who has a port that this plan does not move.
 * SPDX-License-Identifier: MIT */
#include "plan/ports.h"

#include "fleet/hostip.h"
#include "plan/internal.h"

/* Behind those that are on the port already: who is named of several is the first. */
static void
add(struct holders *h, struct holder holder)
{
	uint32_t *last = &h->last[holder.port];

	ARENA_GROW(h->arena, h->items, h->count, h->cap);
	h->items[h->count++] = holder;
	*(*last ? &h->items[*last - 1].next : &h->first[holder.port]) = (uint32_t)h->count;
	*last = (uint32_t)h->count;
}

/* What a stranger on the host has. */
static void
add_held(struct holders *h, const struct view *v)
{
	for (size_t i = 0; i < v->inventory->held_count && !v->options->leave_held; i++) {
		const struct inventory_held *held = &v->inventory->held[i];

		if (held->role == ROLE_PORT || held->role == ROLE_LISTENER)
			add(h,
			    (struct holder){ held->port, view_str(v, held->protocol),
				view_str(v, held->host_ip), INVENTORY_NONE, view_str(v, held->whose), false,
				0, 0 });
	}
}

/* What is kept for somebody of whom the plan knows no more. */
static void
add_reserved(struct holders *h, const struct portmap *blocked)
{
	for (uint32_t port = 1; blocked && port < PORTMAP_PORTS; port++)
		if (blocked->state[port] == PORT_RESERVED)
			add(h,
			    (struct holder){
				(uint16_t)port, STR_INIT, STR_INIT, INVENTORY_NONE, STR_INIT, false,
				0, 0 });
}

/* The address that unit U publishes on by tcp, which no move changes; empty: on all, or on several. */
static struct str
address_of(const struct decisions *d, uint32_t u)
{
	const struct units *units = &d->units;
	const struct unit *unit = u == INVENTORY_NONE ? NULL : &units->items[u];
	uint32_t address = 0;
	bool any = false;

	if (!unit)
		return (struct str)STR_INIT;
	for (uint32_t k = unit->first; k < unit->first + unit->count; k++) {
		const struct inventory_words *words = view_item(&d->view, units->members[k])->words;

		if (!view_is_tcp(&d->view, units->members[k]))
			continue;
		if (any && words->host_ip != address)
			return (struct str)STR_INIT;
		address = words->host_ip;
		any = true;
	}
	return any ? view_str(&d->view, address) : (struct str)STR_INIT;
}

/* A row of port_configurations has no address, but the app that it is of may be here. */
static void
add_pairs(struct holders *h, const struct decisions *d)
{
	size_t apps = d->view.inventory->app_count;
	const struct pair_of_app **owners = arena_zero(h->arena, d->known.pair_count, sizeof *owners);

	for (size_t i = 0; i < apps; i++)
		if (d->pairs.of_app[i].row != INVENTORY_NONE)
			owners[d->pairs.of_app[i].row] = &d->pairs.of_app[i];
	for (size_t i = 0; i < d->known.pair_count; i++) {
		const struct store_pair *row = &d->known.pairs[i];
		struct holder holder = { .protocol = STR("tcp"), .row = (uint32_t)i + 1,
			.app = row->folder.len ? view_app_of_folder(&d->view, row->folder) : INVENTORY_NONE,
			.is_gone = view_is_gone(&d->view, row->folder),
			.who = arena_printf(
			    d->view.arena, IDENTITY_FORMAT " in the database", IDENTITY_ARG(row->id)) };

		holder.port = holder.is_gone ? row->backend : d->pairs.rows[i].backend;
		holder.address = address_of(d, owners[i] ? owners[i]->backend : INVENTORY_NONE);
		if (holder.port)
			add(h, holder);
		holder.port = holder.is_gone ? row->frontend : d->pairs.rows[i].frontend;
		holder.address = address_of(d, owners[i] ? owners[i]->frontend : INVENTORY_NONE);
		if (holder.port)
			add(h, holder);
	}
}

/* The registry's other ports, of apps that are not in this fleet. Those of apps that are decide who keeps. */
static void
add_absent(struct holders *h, const struct view *v, const struct known *k)
{
	for (size_t i = 0; i < k->port_count; i++) {
		const struct store_port *row = &k->ports[i];

		if (view_app_of_folder(v, row->folder) == INVENTORY_NONE)
			add(h, (struct holder){ row->port, row->protocol, row->address, INVENTORY_NONE,
				arena_printf(v->arena, "%.*s in the database", STR_ARG(row->folder)),
				view_is_gone(v, row->folder), 0, 0 });
	}
}

/* What the apps hold now that are not planned for. */
static void
add_unselected(struct holders *h, const struct view *v, const struct units *units)
{
	for (size_t i = 0; i < v->inventory->item_count; i++) {
		const struct inventory_item *item = &v->inventory->items[i];

		if (units->of[i] != INVENTORY_NONE && !v->apps[item->app].is_selected)
			add(h, (struct holder){ units->now[i], view_str(v, item->words->protocol),
				view_str(v, item->words->host_ip), item->app, v->apps[item->app].name,
				false, 0, 0 });
	}
}

struct holders *
holders_gather(const struct decisions *d)
{
	struct holders *h = arena_zero(d->view.scratch, 1, sizeof *h);

	h->arena = d->view.scratch;
	add_held(h, &d->view);
	add_reserved(h, d->view.options->blocked);
	add_pairs(h, d);
	add_absent(h, &d->view, &d->known);
	add_unselected(h, &d->view, &d->units);
	return h;
}

/* Whether HOLDER stands for the row of APP itself, which gets no pair by it: only one half is left in the
 * files, or nobody asked for pairs outside the layout this time. */
static bool
is_its_own_row(const struct plan_pairs *pairs, uint32_t app, const struct holder *holder)
{
	const struct pair_of_app *pair = &pairs->of_app[app];

	return pair->backend == INVENTORY_NONE && holder->row &&
	    (holder->app == app || holder->row - 1 == pair->row);
}

const struct holder *
holders_find(const struct holders *h, const struct decisions *d, uint32_t u)
{
	const struct units *units = &d->units;
	const struct unit *unit = &units->items[u];

	for (uint32_t k = 0; k < unit->count; k++) {
		uint32_t i = units->members[unit->first + k];
		const struct inventory_item *item = &d->view.inventory->items[i];

		for (uint32_t at = h->first[units->now[i]]; at; at = h->items[at - 1].next) {
			const struct holder *holder = &h->items[at - 1];

			if (!holder->is_gone && !is_its_own_row(&d->pairs, unit->app, holder) &&
			    (!holder->who.len ||
				str_eq_fold(holder->protocol, view_str(&d->view, item->words->protocol))) &&
			    hostip_overlaps(holder->address, view_str(&d->view, item->words->host_ip)))
				return holder;
		}
	}
	return NULL;
}
