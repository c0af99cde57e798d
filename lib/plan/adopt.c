/* adopt: what the files have becomes the registry's row (--adopt).
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "plan/internal.h"

static bool
is_held(const struct store_pair *row, uint16_t port)
{
	return row->backend == port || row->frontend == port;
}

static void
count_row(uint32_t *holders, const struct store_pair *row, int by)
{
	holders[row->backend] += (uint32_t)by;
	if (row->frontend != row->backend)
		holders[row->frontend] += (uint32_t)by;
}

/* Whether no other row holds PORT in any role. HOLDERS: how many rows hold each port. */
static bool
may_adopt(const struct planner *p, const struct app_plan *a, uint16_t port, const uint32_t *holders)
{
	return holders[port] == is_held(&p->pairs[a->row], port);
}

static void
move_row(struct planner *p, struct app_plan *a, uint16_t backend, uint16_t frontend, uint32_t *holders)
{
	struct store_pair *row = &p->pairs[a->row];

	count_row(holders, row, -1);
	row->backend = a->row_backend = backend;
	row->frontend = a->row_frontend = frontend;
	count_row(holders, row, 1);
	a->is_new_row = true;
}

/* --adopt: the files' pair becomes the row where nobody else has it. */
void
pairs_adopt(struct planner *p)
{
	uint32_t *holders = mem_zero(PORTMAP_PORTS, sizeof *holders);

	for (size_t i = 0; i < p->pair_count; i++)
		count_row(holders, &p->pairs[i], 1);
	for (size_t i = 0; i < p->v->app_count; i++) {
		struct app_plan *a = &p->apps[i];
		const struct unit *b = &p->units[a->backend == INVENTORY_NONE ? 0 : a->backend];
		const struct unit *f = &p->units[a->backend == INVENTORY_NONE ? 0 : a->frontend];

		if (a->backend == INVENTORY_NONE || !a->has_row ||
		    (b->low == a->row_backend && f->low == a->row_frontend))
			continue;
		if (b->low != f->low && may_adopt(p, a, b->low, holders) &&
		    may_adopt(p, a, f->low, holders)) {
			move_row(p, a, b->low, f->low, holders);
			continue;
		}
		plan_add_problem(p, a, view_str(p, p->v->items[b->item].service),
		    &p->v->items[b->item].place,
		    arena_printf(p->a,
			"%u and %u cannot be adopted, as another row of the registry has one of them, or both are "
			"one: the row's %u and %u stay",
			b->low, f->low, a->row_backend, a->row_frontend));
	}
	free(holders);
}
