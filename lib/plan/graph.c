/* graph: the heaviest nodes of a small graph of which no two are joined.
 * SPDX-License-Identifier: MIT */
#include "plan/graph.h"

static const struct graph_set nobody;

void
graph_set_add(struct graph_set *s, uint32_t node)
{
	s->words[node / 64] |= (uint64_t)1 << node % 64;
}

static void
take_off(struct graph_set *s, uint32_t node)
{
	s->words[node / 64] &= ~((uint64_t)1 << node % 64);
}

bool
graph_set_has(const struct graph_set *s, uint32_t node)
{
	return s->words[node / 64] >> node % 64 & 1;
}

void
graph_join(struct graph *g, uint32_t a, uint32_t b)
{
	graph_set_add(&g->joined[a], b);
	graph_set_add(&g->joined[b], a);
}

static struct graph_set
both(struct graph_set a, const struct graph_set *b)
{
	for (int i = 0; i < GRAPH_WORDS; i++)
		a.words[i] &= b->words[i];
	return a;
}

static struct graph_set
either(struct graph_set a, const struct graph_set *b)
{
	for (int i = 0; i < GRAPH_WORDS; i++)
		a.words[i] |= b->words[i];
	return a;
}

static struct graph_set
without(struct graph_set a, const struct graph_set *b)
{
	for (int i = 0; i < GRAPH_WORDS; i++)
		a.words[i] &= ~b->words[i];
	return a;
}

/* The first node of S from FROM on; GRAPH_NODES: there is none. */
static uint32_t
next_of(const struct graph_set *s, uint32_t from)
{
	for (uint32_t i = from / 64; i < GRAPH_WORDS; i++) {
		uint64_t word = i == from / 64 ? s->words[i] >> from % 64 << from % 64 : s->words[i];

		if (word)
			return i * 64 + (uint32_t)__builtin_ctzll(word);
	}
	return GRAPH_NODES;
}

/* NOLINTBEGIN(bugprone-macro-parentheses): a declaration takes none */
#define FOR_EACH(node, set) \
	for (uint32_t node = next_of((set), 0); node < GRAPH_NODES; node = next_of((set), node + 1))
/* NOLINTEND(bugprone-macro-parentheses) */

static bool
is_empty(const struct graph_set *s)
{
	return next_of(s, 0) == GRAPH_NODES;
}

uint64_t
graph_weight(const struct graph *g, const struct graph_set *s)
{
	uint64_t sum = 0;

	FOR_EACH(i, s)
		sum += g->weight[i];
	return sum;
}

/* The nodes of WITHIN that a path leads to from NODE, which is one of them. */
static struct graph_set
part_of(const struct graph *g, const struct graph_set *within, uint32_t node)
{
	struct graph_set part = nobody, edge = nobody;

	graph_set_add(&edge, node);
	for (; node < GRAPH_NODES; node = next_of(&edge, 0)) {
		struct graph_set near = both(g->joined[node], within);

		graph_set_add(&part, node);
		edge = either(edge, &near);
		edge = without(edge, &part);
	}
	return part;
}

struct graph_set
graph_part(const struct graph *g, uint32_t node)
{
	struct graph_set all = nobody;

	for (uint32_t i = 0; i < g->count; i++)
		graph_set_add(&all, i);
	return part_of(g, &all, node);
}

/* --- the search --- */

struct hunt {
	const struct graph *g;
	size_t steps;		/* nodes that may still be looked at */
	bool is_over;		/* there were too many */
};

/* Whether whoever chooses V does as well with the neighbour U in its stead: U bars nobody whom V does not. */
static bool
is_no_worse(const struct graph *g, const struct graph_set *open, uint32_t u, uint32_t v)
{
	struct graph_set of_u = both(g->joined[u], open), of_v = both(g->joined[v], open), more;

	take_off(&of_u, v);
	take_off(&of_v, u);
	more = without(of_u, &of_v);
	if (g->weight[u] < g->weight[v] || !is_empty(&more))
		return false;
	more = without(of_v, &of_u);
	return g->weight[u] > g->weight[v] || u < v || !is_empty(&more);
}

/* What is certain of node V: it is chosen, it is not, or nothing. Whether *OPEN is less for it. */
static bool
settle_node(const struct graph *g, struct graph_set *open, uint32_t v, struct graph_set *chosen)
{
	struct graph_set near = both(g->joined[v], open);

	if (graph_weight(g, &near) <= g->weight[v]) {
		graph_set_add(chosen, v);
		take_off(open, v);
		*open = without(*open, &near);
		return true;
	}
	FOR_EACH(u, &near)
		if (is_no_worse(g, open, u, v)) {
			take_off(open, v);
			return true;
		}
	return false;
}

static void
settle_what_is_certain(struct hunt *h, struct graph_set *open, struct graph_set *chosen)
{
	for (bool again = true; again && !h->is_over; ) {
		again = false;
		FOR_EACH(v, open) {
			h->is_over = h->is_over || h->steps == 0;
			h->steps -= !h->is_over;
			again = settle_node(h->g, open, v, chosen) || again;
		}
	}
}

static uint32_t
heaviest_node(const struct graph *g, const struct graph_set *s)
{
	uint32_t best = next_of(s, 0);

	FOR_EACH(i, s)
		if (g->weight[i] > g->weight[best])
			best = i;
	return best;
}

/* What the choice of OPEN weighs at most: of nodes that are all joined there is one in it. */
static uint64_t
bound(const struct graph *g, struct graph_set open)
{
	uint64_t sum = 0;

	for (uint32_t v; (v = heaviest_node(g, &open)) < GRAPH_NODES; ) {
		struct graph_set near = both(g->joined[v], &open);

		sum += g->weight[v];
		take_off(&open, v);
		FOR_EACH(u, &near) {
			take_off(&open, u);
			near = both(near, &g->joined[u]);
		}
	}
	return sum;
}

static uint32_t
most_joined(const struct graph *g, const struct graph_set *open)
{
	uint32_t best = GRAPH_NODES;
	int most = -1;

	FOR_EACH(v, open) {
		struct graph_set near = both(g->joined[v], open);
		int count = 0;

		for (int i = 0; i < GRAPH_WORDS; i++)
			count += __builtin_popcountll(near.words[i]);
		if (count > most) {
			most = count;
			best = v;
		}
	}
	return best;
}

static struct graph_set search(struct hunt *h, struct graph_set open);

/* OPEN, of which nothing is certain, hangs together: with the node that bars most, and without it. */
static struct graph_set
try_both(struct hunt *h, struct graph_set open)
{
	uint32_t v = most_joined(h->g, &open);
	struct graph_set with, rest;

	take_off(&open, v);
	with = search(h, without(open, &h->g->joined[v]));
	graph_set_add(&with, v);
	if (h->is_over || bound(h->g, open) <= graph_weight(h->g, &with))
		return with;
	rest = search(h, open);
	return graph_weight(h->g, &rest) > graph_weight(h->g, &with) ? rest : with;
}

static struct graph_set
search(struct hunt *h, struct graph_set open)
{
	struct graph_set chosen = nobody;

	settle_what_is_certain(h, &open, &chosen);
	while (!h->is_over && !is_empty(&open)) {
		struct graph_set part = part_of(h->g, &open, next_of(&open, 0)), best = try_both(h, part);

		chosen = either(chosen, &best);
		open = without(open, &part);
	}
	return chosen;
}

/* Those that stand before all whom they would push out, and weigh as much, are chosen instead. */
static void
prefer_the_first(const struct graph *g, const struct graph_set *part, struct graph_set *chosen)
{
	FOR_EACH(v, part) {
		struct graph_set out = both(g->joined[v], chosen);

		if (graph_set_has(chosen, v) || next_of(&out, 0) < v || graph_weight(g, &out) != g->weight[v])
			continue;
		*chosen = without(*chosen, &out);
		graph_set_add(chosen, v);
	}
}

bool
graph_heaviest(const struct graph *g, struct graph_set part, size_t *steps, struct graph_set *ret)
{
	struct hunt h = { g, *steps, false };

	*ret = search(&h, part);
	*steps = h.steps;
	prefer_the_first(g, &part, ret);
	return !h.is_over;
}
