/* order: who frees what another one wants goes first; those that wait for each other go together.
 * SPDX-License-Identifier: MIT
 *
 * The groups are the strongly connected components of `waits for`, which Tarjan's algorithm gives in the
 * order that is needed: one comes when all that it waits for have come. */
#include "cutover/internal.h"

#include <stdlib.h>

#include "base/error.h"

struct edge {
	size_t from, to;
};

struct search {
	struct edge *edges; /* by from */
	size_t edge_count, edge_cap;
	size_t *first; /* by app, one more than there are: its edges */
	size_t *index, *low; /* by app: from 1 on in the order of their visits; 0: not visited */
	bool *is_open; /* by app: it is on the stack */
	size_t *stack, stack_count;
	size_t next, done, groups;
	struct cutover_app *apps, *sorted;
};

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The group whose first visited app is V is on the stack from V on. */
static void
close_group(struct search *s, size_t v)
{
	size_t from = s->stack_count;

	while (s->stack[--from] != v)
		;
	for (size_t i = from; i < s->stack_count; i++) {
		s->is_open[s->stack[i]] = false;
		s->sorted[s->done] = s->apps[s->stack[i]];
		s->sorted[s->done++].group = s->groups;
	}
	s->stack_count = from;
	s->groups++;
}

static void
visit(struct search *s, size_t v)
{
	s->index[v] = s->low[v] = ++s->next;
	s->stack[s->stack_count++] = v;
	s->is_open[v] = true;
	for (size_t i = s->first[v]; s->edges && i < s->first[v + 1]; i++) {
		size_t to = s->edges[i].to;

		if (!s->index[to])
			visit(s, to);
		if (s->is_open[to])
			s->low[v] = smaller(s->low[v], s->low[to]);
	}
	if (s->low[v] == s->index[v])
		close_group(s, v);
}

static int
compare_edges(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;
	size_t x = a->from == b->from ? a->to : a->from, y = a->from == b->from ? b->to : b->from;

	return (x > y) - (x < y);
}

static int
compare_ids(const void *pa, const void *pb)
{
	const struct cutover_app *a = pa, *b = pb;

	return (a->id > b->id) - (a->id < b->id);
}

/* The place of the app ID among the COUNT apps, which stand by their ids; COUNT: it is none of them. */
static size_t
find(const struct cutover_app *apps, size_t count, int64_t id)
{
	const struct cutover_app key = { .id = id };
	const struct cutover_app *found = bsearch(&key, apps, count, sizeof *apps, compare_ids);

	return found ? (size_t)(found - apps) : count;
}

static int
read_edges(struct cutover *c, struct search *s, size_t count, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(c->sql, cutover_waits_sql, "cannot find out who goes first", err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		struct edge e = { find(s->apps, count, sql_column_int(&q, 0)),
			find(s->apps, count, sql_column_int(&q, 1)) };

		if (e.from == count || e.to == count)
			continue;
		ARENA_GROW(&c->arena, s->edges, s->edge_count, s->edge_cap);
		s->edges[s->edge_count++] = e;
	}
	if (s->edge_count)
		qsort(s->edges, s->edge_count, sizeof *s->edges, compare_edges);
	return got;
}

int
order_apps(struct cutover *c, struct cutover_app *apps, size_t count, struct error *err)
{
	struct arena *a = &c->arena;
	struct search s = { .apps = apps };

	if (count == 0)
		return 0;
	qsort(apps, count, sizeof *apps, compare_ids);
	if (read_edges(c, &s, count, err) < 0)
		return -1;
	s.first = arena_zero(a, count + 1, sizeof *s.first);
	s.index = arena_zero(a, count, sizeof *s.index);
	s.low = arena_zero(a, count, sizeof *s.low);
	s.is_open = arena_zero(a, count, sizeof *s.is_open);
	s.stack = arena_zero(a, count, sizeof *s.stack);
	s.sorted = arena_zero(a, count, sizeof *s.sorted);
	for (size_t i = 0; i < s.edge_count; i++)
		s.first[s.edges[i].from + 1]++;
	for (size_t i = 0; i < count; i++)
		s.first[i + 1] += s.first[i];
	for (size_t i = 0; i < count; i++)
		if (!s.index[i])
			visit(&s, i);
	for (size_t i = 0; i < count; i++)
		apps[i] = s.sorted[i];
	return 0;
}
