/* fewest: who keeps a contested port, so that the fewest ports move, and of those ways the fewest texts.
 * SPDX-License-Identifier: MIT
 *
 * Those that have a port in common are a group, and each group is asked for by itself. In it those that want
 * the very same are one node, the dearest of them, as only one of them can stay. */
#include "plan/ports.h"

#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "fleet/clash.h"
#include "plan/graph.h"
#include "plan/internal.h"

/* How much may be looked at: for each contender, in one group beside that, so that no tangle takes long, and
 * in all of them. */
enum { STEPS_OF_ONE = 100, STEPS_OF_GROUP = 100 * 1000, STEPS_OF_FLEET = 2 * 1000 * 1000 };

struct fewest {
	const struct view *view;
	const struct units *units;
	struct contender *list;
	uint32_t *group;		/* by contender: one before it in its group; the first: itself */
	size_t steps;			/* that are left for the group */
	struct arena words;		/* of one look */
};

/* A contender in its group, and the node that it is there. */
struct seat {
	uint32_t group, contender, node;
};

/* A port that a node wants. */
struct want {
	uint16_t port;
	uint32_t node, item;
};

/* --- groups --- */

static uint32_t
group_of(const struct fewest *f, uint32_t n)
{
	while (f->group[n] != n)
		n = f->group[n] = f->group[f->group[n]];
	return n;
}

static void
unite(const struct fewest *f, uint32_t a, uint32_t b)
{
	a = group_of(f, a);
	b = group_of(f, b);
	if (a < b)
		f->group[b] = a;
	else
		f->group[a] = b;
}

static void
form_groups(const struct fewest *f, size_t count)
{
	uint32_t *first = mem_alloc(PORTMAP_PORTS * sizeof *first);	/* by port */

	memset(first, 0xff, PORTMAP_PORTS * sizeof *first);
	for (uint32_t n = 0; n < count; n++)
		f->group[n] = n;
	for (uint32_t n = 0; n < count; n++) {
		const struct unit *u = &f->units->items[f->list[n].unit];

		for (uint32_t i = 0; i < u->count; i++) {
			uint16_t port = f->units->now[f->units->members[u->first + i]];

			if (first[port] == UINT32_MAX)
				first[port] = n;
			else
				unite(f, first[port], n);
		}
	}
	free(first);
}

/* The seats of those in groups of which not all stay, group by group, in the fleet's order. */
static size_t
take_seats(const struct fewest *f, size_t count, struct seat *seats)
{
	bool *is_contested = mem_zero(count, sizeof *is_contested);
	uint32_t *next = mem_zero(count, sizeof *next);	/* by group: its next seat */
	size_t taken = 0;

	for (uint32_t n = 0; n < count; n++)
		if (!f->list[n].stays)
			is_contested[group_of(f, n)] = true;
	for (uint32_t n = 0; n < count; n++)
		next[group_of(f, n)]++;
	for (uint32_t n = 0; n < count; n++) {
		uint32_t size = is_contested[n] ? next[n] : 0;

		next[n] = (uint32_t)taken;
		taken += size;
	}
	for (uint32_t n = 0; n < count; n++) {
		uint32_t group = group_of(f, n);

		if (is_contested[group])
			seats[next[group]++] = (struct seat){ group, n, 0 };
	}
	free(is_contested);
	free(next);
	return taken;
}

/* --- nodes --- */

struct nodes {
	uint32_t contender[GRAPH_NODES];	/* the one that stays if the node is chosen */
	uint64_t kept[GRAPH_NODES];		/* what those of it cost that stay so far */
	struct want *wants;
	size_t want_count, want_cap;
	struct graph graph;
};

static const struct unit *
unit_of(const struct fewest *f, uint32_t contender)
{
	return &f->units->items[f->list[contender].unit];
}

static uint32_t
member(const struct fewest *f, const struct unit *u, uint32_t i)
{
	return f->units->members[u->first + i];
}

/* Whether items X and Y, of one port, cannot both be. */
static bool
clash(struct fewest *f, uint32_t x, uint32_t y)
{
	return clash_is_of_ports(f->view->inventory, x, y) &&
	    !view_accepts_port(f->view, x, y, f->units->now[x], &f->words);
}

/* Whether two contenders want the same ports on the same addresses, and so cannot both stay. */
static bool
is_same(struct fewest *f, uint32_t a, uint32_t b)
{
	const struct unit *x = unit_of(f, a), *y = unit_of(f, b);

	if (x->low != y->low || x->width != y->width || x->count != y->count || x->app == y->app)
		return false;
	for (uint32_t i = 0; i < x->count; i++) {
		const struct inventory_item *p = view_item(f->view, member(f, x, i));
		const struct inventory_item *q = view_item(f->view, member(f, y, i));

		if (f->units->now[member(f, x, i)] != f->units->now[member(f, y, i)] ||
		    p->words->protocol != q->words->protocol || p->words->host_ip != q->words->host_ip)
			return false;
	}
	return clash(f, member(f, x, 0), member(f, y, 0));
}

/* Gives each of the group its node. False: there are too many. */
static bool
make_nodes(struct fewest *f, struct nodes *n, struct seat *seats, size_t count)
{
	n->graph = (struct graph){ .count = 0 };
	for (size_t i = 0; i < count; i++) {
		struct contender *c = &f->list[seats[i].contender];
		uint32_t node = 0;

		while (node < n->graph.count && f->steps &&
		    !is_same(f, n->contender[node], seats[i].contender)) {
			f->steps--;
			node++;
		}
		if (node == GRAPH_NODES || !f->steps)
			return false;
		if (node == n->graph.count) {
			n->graph.count++;
			n->kept[node] = 0;
		}
		if (c->cost > n->graph.weight[node]) {
			n->graph.weight[node] = c->cost;
			n->contender[node] = seats[i].contender;
		}
		n->kept[node] += c->stays ? c->cost : 0;
		seats[i].node = node;
	}
	return true;
}

/* By port. */
static int
compare_wants(const void *pa, const void *pb)
{
	const struct want *a = pa, *b = pb;

	if (a->port != b->port)
		return order_of(a->port, b->port);
	return order_of(a->item, b->item);
}

static void
gather_wants(const struct fewest *f, struct nodes *n)
{
	n->want_count = 0;
	for (uint32_t node = 0; node < n->graph.count; node++) {
		const struct unit *u = unit_of(f, n->contender[node]);

		for (uint32_t i = 0; i < u->count; i++) {
			uint32_t item = member(f, u, i);

			MEM_GROW(n->wants, n->want_count, n->want_cap);
			n->wants[n->want_count++] = (struct want){ f->units->now[item], node, item };
		}
	}
	if (n->want_count)
		qsort(n->wants, n->want_count, sizeof *n->wants, compare_wants);
}

static void
join_with_those_before(struct fewest *f, struct nodes *n, size_t i)
{
	const struct want *own = &n->wants[i];

	for (; f->steps && i-- > 0 && n->wants[i].port == own->port; f->steps--) {
		const struct want *other = &n->wants[i];

		if (other->node != own->node && !graph_set_has(&n->graph.joined[own->node], other->node) &&
		    clash(f, other->item, own->item))
			graph_join(&n->graph, other->node, own->node);
	}
}

/* --- the choice --- */

/* In PART of a group those stay that are chosen, if that is cheaper. */
static void
choose_part(struct fewest *f, const struct nodes *n, struct graph_set part, const struct seat *seats,
    size_t count)
{
	struct graph_set chosen;
	uint64_t kept = 0;
	bool is_found = graph_heaviest(&n->graph, part, &f->steps, &chosen);

	for (uint32_t node = 0; node < n->graph.count; node++)
		kept += graph_set_has(&part, node) ? n->kept[node] : 0;
	if (!is_found || graph_weight(&n->graph, &chosen) <= kept)
		return;
	for (size_t i = 0; i < count; i++) {
		uint32_t node = seats[i].node, who = seats[i].contender;

		if (graph_set_has(&part, node))
			f->list[who].stays = graph_set_has(&chosen, node) && n->contender[node] == who;
	}
}

static void
choose_group(struct fewest *f, struct nodes *n, struct seat *seats, size_t count)
{
	struct graph_set done = { { 0 } };

	if (!make_nodes(f, n, seats, count))
		return;
	gather_wants(f, n);
	for (size_t i = 0; i < n->want_count; i++)
		join_with_those_before(f, n, i);
	for (uint32_t node = 0; node < n->graph.count && f->steps; node++) {
		struct graph_set part;

		if (graph_set_has(&done, node))
			continue;
		part = graph_part(&n->graph, node);
		for (uint32_t i = node; i < n->graph.count; i++)
			if (graph_set_has(&part, i))
				graph_set_add(&done, i);
		choose_part(f, n, part, seats, count);
	}
}

void
fewest_choose(struct contender *list, size_t count, const struct decisions *d)
{
	struct fewest f = { .view = &d->view, .units = &d->units, .list = list, .words = ARENA_INIT };
	struct seat *seats = mem_alloc(count * sizeof *seats);
	struct nodes *nodes = mem_zero(1, sizeof *nodes);
	size_t taken, left = STEPS_OF_FLEET + STEPS_OF_ONE * count;

	f.group = mem_alloc(count * sizeof *f.group);
	form_groups(&f, count);
	taken = take_seats(&f, count, seats);
	for (size_t i = 0, end, steps; i < taken; i = end) {
		for (end = i + 1; end < taken && seats[end].group == seats[i].group; end++)
			;
		steps = STEPS_OF_GROUP + STEPS_OF_ONE * (end - i);
		f.steps = steps = steps < left ? steps : left;
		choose_group(&f, nodes, seats + i, end - i);
		left -= steps - f.steps;
	}
	free(nodes->wants);
	free(nodes);
	free(seats);
	free(f.group);
	arena_release(&f.words);
}
