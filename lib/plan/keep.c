/* keep: who keeps a contested port.
 * SPDX-License-Identifier: MIT */
#include "plan/ports.h"

#include <assert.h>
#include <stdlib.h>

#include "fleet/clash.h"
#include "plan/internal.h"

/* A port of a unit that stays. */
struct stayer {
	uint32_t unit, item;
	uint32_t next;			/* index + 1 of the one added before it on this port; 0: none */
	uint32_t address;		/* its key, see clash_address_key */
};

struct keep {
	const struct decisions *d;
	const struct view *view;
	const struct units *units;
	struct keep_unit *of;		/* by unit */
	struct stayer *stayers;
	size_t count, cap;
	uint32_t *heads;		/* by port: index + 1 of the stayer added last */
	struct arena words;		/* of one look */
};

static uint32_t
address_of(const struct keep *k, uint32_t item)
{
	return clash_address_key(view_str(k->view, k->view->inventory->items[item].host_ip));
}

static void
settle_down(struct keep *k, uint32_t unit)
{
	const struct unit *u = &k->units->items[unit];

	k->of[unit].stays = true;
	for (uint32_t i = 0; i < u->count; i++) {
		uint32_t item = k->units->members[u->first + i], *head = &k->heads[k->units->now[item]];

		MEM_GROW(k->stayers, k->count, k->cap);
		k->stayers[k->count++] = (struct stayer){ unit, item, *head, address_of(k, item) };
		*head = (uint32_t)k->count;
	}
}

/* Whether the apps of items X and Y share PORT on purpose (--accept). */
static bool
is_accepted(struct keep *k, const struct inventory_item *x, const struct inventory_item *y, uint16_t port)
{
	bool result;

	if (k->view->options->accepted_count == 0)
		return false;
	result = view_accepts(k->view, x->app, y->app,
	    arena_printf(&k->words, "%u/%.*s", port, STR_ARG(view_str(k->view, x->protocol))));
	arena_reset(&k->words);
	return result;
}

/* Whether item I, whose address has the key ADDRESS, cannot have the port that S has as well. */
static bool
runs_into(struct keep *k, uint32_t i, uint32_t address, const struct stayer *s)
{
	const struct inventory *v = k->view->inventory;

	return !clash_keys_are_apart(address, s->address) && k->of[s->unit].stays &&
	    clash_is_of_ports(v, i, s->item) && (v->items[i].app == v->items[s->item].app ||
	    !is_accepted(k, &v->items[i], &v->items[s->item], k->units->now[i]));
}

/* The units that stay and that UNIT runs into: how many (2 stands for more), and one of them. */
static unsigned
against(struct keep *k, uint32_t unit, uint32_t *ret)
{
	const struct unit *u = &k->units->items[unit];
	uint32_t found = INVENTORY_NONE;

	for (uint32_t i = 0; i < u->count; i++) {
		uint32_t item = k->units->members[u->first + i], address = address_of(k, item);

		for (uint32_t at = k->heads[k->units->now[item]]; at; at = k->stayers[at - 1].next) {
			assert(k->stayers);	/* a head is one's number plus 1 */

			const struct stayer *s = &k->stayers[at - 1];

			if (s->unit == unit || s->unit == found || !runs_into(k, item, address, s))
				continue;
			*ret = s->unit;
			if (found != INVENTORY_NONE)
				return 2;
			found = s->unit;
		}
	}
	return found != INVENTORY_NONE;
}

static bool
takes_part(const struct keep *k, uint32_t unit)
{
	return k->of[unit].is_asked && !k->of[unit].must_move;
}

/* Those whose number the registry says is theirs come first: an app that is added moves no other. Then those
 * that cannot move, then the fleet's order. */
static unsigned
rank(const struct keep *k, uint32_t unit)
{
	return k->d->registered.is_kept[unit] ? 0 : k->units->items[unit].edit == EDIT_NONE ? 1 : 2;
}

static void
choose_in_order(struct keep *k)
{
	for (unsigned r = 0; r <= 2; r++)
		for (uint32_t i = 0; i < k->units->count; i++) {
			uint32_t other;
			bool is_fixed = k->units->items[i].edit == EDIT_NONE, is_free;

			if (!takes_part(k, i) || rank(k, i) != r)
				continue;
			is_free = against(k, i, &other) == 0;
			k->of[i].is_disputed = is_fixed && !is_free;
			if (is_fixed || is_free)
				settle_down(k, i);
		}
}

/* One that does not stay, and the only one that it runs into. */
struct loser {
	uint32_t winner, unit;
};

static int
compare_losers(const void *pa, const void *pb)
{
	const struct loser *a = pa, *b = pb;

	if (a->winner != b->winner)
		return a->winner < b->winner ? -1 : 1;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

/* Lets WINNER go if those that then may stay are more ports than it is. */
static bool
try_swap(struct keep *k, uint32_t winner, const struct loser *losers, size_t count)
{
	uint32_t weight = 0, other;
	size_t before = k->count;

	k->of[winner].stays = false;
	for (size_t i = 0; i < count; i++)
		if (against(k, losers[i].unit, &other) == 0) {
			settle_down(k, losers[i].unit);
			weight += k->units->items[losers[i].unit].width;
		}
	if (weight > k->units->items[winner].width)
		return true;
	while (k->count > before) {	/* undone in the reverse order, so each is its port's head */
		const struct stayer *s = &k->stayers[--k->count];

		k->of[s->unit].stays = false;
		k->heads[k->units->now[s->item]] = s->next;
	}
	k->of[winner].stays = true;
	return false;
}

static bool
improve(struct keep *k)
{
	struct loser *losers = mem_alloc((k->units->count + 1) * sizeof *losers);
	size_t count = 0;
	bool better = false;

	for (uint32_t i = 0; i < k->units->count; i++) {
		uint32_t winner = INVENTORY_NONE;

		if (takes_part(k, i) && !k->of[i].stays && against(k, i, &winner) == 1 &&
		    rank(k, winner) == 2)
			losers[count++] = (struct loser){ winner, i };
	}
	qsort(losers, count, sizeof *losers, compare_losers);
	for (size_t i = 0, end; i < count; i = end) {
		uint32_t winner = losers[i].winner;

		for (end = i + 1; end < count && losers[end].winner == winner; end++)
			;
		better = (k->of[winner].stays && try_swap(k, winner, losers + i, end - i)) || better;
	}
	free(losers);
	return better;
}

static void
name_winners(struct keep *k)
{
	for (uint32_t i = 0; i < k->units->count; i++) {
		k->of[i].winner = INVENTORY_NONE;
		if (k->of[i].is_asked && !k->of[i].stays)
			(void)against(k, i, &k->of[i].winner);
	}
}

void
keep_choose(struct keep_unit *units, const struct decisions *d)
{
	struct keep k = { .d = d, .view = &d->view, .units = &d->units, .of = units, .words = ARENA_INIT };

	k.heads = mem_zero(PORTMAP_PORTS, sizeof *k.heads);
	choose_in_order(&k);
	for (int round = 0; round < 8 && improve(&k); round++)
		;
	name_winners(&k);
	free(k.stayers);
	free(k.heads);
	arena_release(&k.words);
}
