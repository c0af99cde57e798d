/* registered: which of the registry's ports are whose, of the apps that are here.
 * SPDX-License-Identifier: MIT */

#include <stdlib.h>

#include "plan/internal.h"
#include "plan/ports.h"
#include "plan/known.h"
#include "plan/units.h"
#include "plan/view.h"

static int
compare_numbers(const void *pa, const void *pb)
{
	const struct registered_number *a = pa, *b = pb;

	if (a->app != b->app)
		return a->app < b->app ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* Where the first of sorted LIST stands that is APP's with NUMBER, or would. */
static size_t
first_number(const struct registered_number *list, size_t count, uint32_t app, uint16_t number)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (list[mid].app < app || (list[mid].app == app && list[mid].number < number))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
is_row_of(const struct view *v, const struct store_port *row, const struct unit *u)
{
	const struct inventory_item *item = &v->inventory->items[u->item];

	return str_eq_fold(row->protocol, view_str(v, item->protocol)) &&
	    str_eq_fold(row->address, view_str(v, item->host_ip)) &&
	    str_eq(row->service, view_str(v, item->service)) &&
	    str_eq(row->container_port, view_str(v, item->container_port));
}

/* The unit of APP that ROW speaks of; of two that are alike to the registry the one that cannot move. BY_LOW:
 * all units, sorted. INVENTORY_NONE: none. */
static uint32_t
unit_of_row(const struct decisions *d, const struct registered_number *by_low, uint32_t app,
    const struct store_port *row)
{
	const struct units *units = d->units;
	uint32_t found = INVENTORY_NONE;

	for (size_t i = first_number(by_low, units->count, app, row->port);
	     i < units->count && by_low[i].app == app && by_low[i].number == row->port; i++) {
		const struct unit *u = &units->items[by_low[i].index];

		if (is_row_of(d->view, row, u) && (found == INVENTORY_NONE ||
		    (units->items[found].edit != EDIT_NONE && u->edit == EDIT_NONE)))
			found = by_low[i].index;
	}
	return found;
}

void
registered_find(struct registered *ret, const struct decisions *d)
{
	const struct units *units = d->units;
	const struct known *k = d->known;
	struct registered_number *by_low = mem_alloc((units->count + 1) * sizeof *by_low);

	for (uint32_t i = 0; i < units->count; i++)
		by_low[i] = (struct registered_number){ units->items[i].app, i, units->items[i].low };
	qsort(by_low, units->count, sizeof *by_low, compare_numbers);
	ret->is_kept = mem_zero(units->count + 1, sizeof *ret->is_kept);
	ret->found = mem_alloc((k->port_count + 1) * sizeof *ret->found);
	for (uint32_t i = 0; i < k->port_count; i++) {
		const struct store_port *row = &k->ports[i];
		uint32_t app = view_app_of_folder(d->view, row->folder), unit;

		if (app == INVENTORY_NONE)
			continue;
		ret->found[ret->found_count++] = (struct registered_number){ app, i, row->found };
		unit = unit_of_row(d, by_low, app, row);
		if (unit != INVENTORY_NONE)
			ret->is_kept[unit] = true;
	}
	qsort(ret->found, ret->found_count, sizeof *ret->found, compare_numbers);
	free(by_low);
}

const struct store_port *
registered_next(const struct registered *r, const struct known *k, const struct unit *u, size_t *at)
{
	if (*at == 0)
		*at = first_number(r->found, r->found_count, u->app, u->low) + 1;
	else
		++*at;
	if (*at > r->found_count || r->found[*at - 1].app != u->app || r->found[*at - 1].number != u->low)
		return NULL;
	return &k->ports[r->found[*at - 1].index];
}

void
registered_release(struct registered *r)
{
	free(r->is_kept);
	free(r->found);
}
