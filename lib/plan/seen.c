/* seen: the ports of an app by the numbers that its .env or its .env.example gives them.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include "plan/internal.h"

/* The number of port I as .env has it (EXAMPLE: as .env.example has it). */
static uint16_t
number_seen(const struct view *v, uint32_t i, bool example)
{
	const struct inventory_item *item = view_item(v, i);
	uint32_t setting;
	uint64_t n;

	if (!example || !item->words->variable)
		return item->low;
	setting = view_setting(v, item->app, item->words->variable, true);
	if (setting != INVENTORY_NONE &&
	    str_to_uint(view_str(v, v->inventory->items[setting].value), UINT16_MAX, &n) && n)
		return (uint16_t)n;
	return item->low;
}

/* Adds to SEEN the ports of services that run with a PROFILE, or of those that always do, where their numbers
 * are not in it yet. */
static void
add_ports(struct dict *seen, struct edits *e, bool others, bool example, bool profile)
{
	const struct view *v = &e->d->view;

	for (uint32_t i = view_first(v, e->app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		uint16_t number = number_seen(v, i, example);

		if (e->d->units.of[i] != INVENTORY_NONE && view_is_tcp(v, i) != others &&
		    (view_str(v, view_rare(v, i)->profile).len > 0) == profile)
			(void)dict_add_copy(
			    seen, &e->words, (struct str){ (const char *)&number, sizeof number }, i);
	}
}

/* The ports of OTHERS than tcp, or of that, as .env (EXAMPLE: .env.example) has them: of those that are alike
 * the first of a service that always runs, else the first. */
static const struct dict *
ports_of(struct edits *e, bool others, bool example)
{
	struct dict *seen = &e->seen[others][example];

	if (seen->arena)
		return seen;
	*seen = (struct dict)DICT_IN(&e->words);
	add_ports(seen, e, others, example, false);
	add_ports(seen, e, others, example, true);
	return seen;
}

static uint32_t
find(struct edits *e, bool others, uint16_t port, bool example)
{
	return dict_find(
	    ports_of(e, others, example), (struct str){ (const char *)&port, sizeof port });
}

uint32_t
seen_find(struct edits *e, uint16_t port, bool example)
{
	return find(e, false, port, example);
}

uint32_t
seen_find_other(struct edits *e, uint16_t port, bool example)
{
	return find(e, true, port, example);
}
