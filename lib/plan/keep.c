/* keep: who keeps a contested port: the least number of moved ports that leaves no clash.
 * SPDX-License-Identifier: MIT
 *
 * Each unit in order of preference stays if it runs into none that stays. That is the least for the usual
 * group, where everyone wants the one port. Where one stands against several that do not mind each other
 * (0.0.0.0:80 against two specific addresses; one port against a range), it gives way if more ports would
 * otherwise move. */
#include <stdlib.h>
#include <string.h>

#include "plan/internal.h"

struct node {
	uint32_t unit, item, next;	/* next: index + 1 of the node before it on this port; 0: none */
	uint32_t address;		/* its key */
};

struct keep {
	struct planner *p;
	struct node *nodes;
	size_t count, cap;
	uint32_t heads[PORTMAP_PORTS];	/* by port: index + 1 of the last node added */
	bool *stays;			/* by unit */
};

static uint32_t
address_of(const struct planner *p, uint32_t item)
{
	return clash_address_key(view_str(p, p->v->items[item].host_ip));
}

static void
settle_down(struct keep *k, uint32_t unit)
{
	const struct unit *u = &k->p->units[unit];

	k->stays[unit] = true;
	for (uint32_t i = 0; i < u->count; i++) {
		uint32_t item = k->p->members[u->first + i];
		uint16_t port = k->p->now[item];

		MEM_GROW(k->nodes, k->count, k->cap);
		k->nodes[k->count++] = (struct node){ unit, item, k->heads[port], address_of(k->p, item) };
		k->heads[port] = (uint32_t)k->count;
	}
}

/* The units that stay and that UNIT runs into: how many (2 stands for more), and one of them. */
static unsigned
against(const struct keep *k, uint32_t unit, uint32_t *ret)
{
	const struct unit *u = &k->p->units[unit];
	uint32_t found = INVENTORY_NONE;

	for (uint32_t i = 0; i < u->count; i++) {
		uint32_t item = k->p->members[u->first + i], address = address_of(k->p, item);

		for (uint32_t n = k->heads[k->p->now[item]]; n; n = k->nodes[n - 1].next) {
			const struct node *node = &k->nodes[n - 1];

			if ((address && node->address && address != node->address) || !k->stays[node->unit] ||
			    node->unit == unit || node->unit == found ||
			    !view_items_clash(k->p, item, node->item))
				continue;
			*ret = node->unit;
			if (found != INVENTORY_NONE)
				return 2;
			found = node->unit;
		}
	}
	return found != INVENTORY_NONE;
}

static bool
takes_part(const struct planner *p, const struct unit *u)
{
	return p->apps[u->app].selected && !u->is_pair && !u->must_move;
}

/* Those whose number the registry says is theirs come first: an app that is added moves no other. Then
 * those that cannot move, then the fleet's order. */
static unsigned
rank(const struct unit *u)
{
	return u->is_registered ? 0 : u->edit == EDIT_NONE ? 1 : 2;
}

static void
choose_in_order(struct keep *k)
{
	for (unsigned r = 0; r <= 2; r++)
		for (uint32_t i = 0; i < k->p->unit_count; i++) {
			struct unit *u = &k->p->units[i];
			uint32_t other;

			if (!takes_part(k->p, u) || rank(u) != r)
				continue;
			u->is_disputed = against(k, i, &other) > 0;
			if (u->edit == EDIT_NONE || !u->is_disputed)
				settle_down(k, i);
		}
}

/* Losers by the one unit that each stands against. */
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
	size_t nodes = k->count;

	k->stays[winner] = false;
	for (size_t i = 0; i < count; i++)
		if (against(k, losers[i].unit, &other) == 0) {
			settle_down(k, losers[i].unit);
			weight += k->p->units[losers[i].unit].width;
		}
	if (weight > k->p->units[winner].width)
		return true;
	while (k->count > nodes) {	/* undone in the reverse order, so each node is its port's head */
		const struct node *n = &k->nodes[--k->count];

		k->stays[n->unit] = false;
		k->heads[k->p->now[n->item]] = n->next;
	}
	k->stays[winner] = true;
	return false;
}

static bool
improve(struct keep *k)
{
	struct loser *losers = mem_alloc((k->p->unit_count + 1) * sizeof *losers);
	size_t count = 0;
	bool better = false;

	for (uint32_t i = 0; i < k->p->unit_count; i++) {
		uint32_t winner = INVENTORY_NONE;

		if (takes_part(k->p, &k->p->units[i]) && !k->stays[i] && against(k, i, &winner) == 1 &&
		    rank(&k->p->units[winner]) == 2)
			losers[count++] = (struct loser){ winner, i };
	}
	if (count)
		qsort(losers, count, sizeof *losers, compare_losers);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && losers[end].winner == losers[i].winner; end++)
			;
		better = (k->stays[losers[i].winner] && try_swap(k, losers[i].winner, losers + i, end - i)) ||
		    better;
	}
	free(losers);
	return better;
}

static void
tell(struct keep *k)
{
	struct planner *p = k->p;

	for (uint32_t i = 0; i < p->unit_count; i++) {
		struct unit *u = &p->units[i];
		uint32_t winner = INVENTORY_NONE;

		if (!p->apps[u->app].selected || u->is_pair)
			continue;
		if (k->stays[i]) {
			u->target = u->low;
			continue;
		}
		/* also of what was to move already: a new pair takes its number only because it loses
		 * here, and is a row when the same is asked again */
		u->must_move = true;
		(void)against(k, i, &winner);
		if (winner != INVENTORY_NONE) {
			const struct inventory_item *item = &p->v->items[p->units[winner].item];

			u->why = arena_printf(p->a,
			    "%u/%.*s is also published by %.*s %.*s, which keeps it (%s)", u->low,
			    STR_ARG(view_str(p, item->protocol)),
			    STR_ARG(p->apps[p->units[winner].app].name),
			    STR_ARG(view_str(p, item->service)),
			    p->units[winner].edit == EDIT_NONE ? "it cannot be moved"
				: winner < i                   ? "it comes first"
							       : "it had it before, or fewer ports move so");
		}
	}
}

void
keep_choose(struct planner *p)
{
	struct keep *k = mem_zero(1, sizeof *k);

	k->p = p;
	k->stays = mem_zero(p->unit_count + 1, sizeof *k->stays);
	choose_in_order(k);
	for (int round = 0; round < 8 && improve(k); round++)
		;
	tell(k);
	free(k->nodes);
	free(k->stays);
	free(k);
}
