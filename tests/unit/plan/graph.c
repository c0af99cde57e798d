/* graph: the heaviest nodes of which no two are joined, as trying each way finds them.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "plan/graph.h"

enum { SMALL = 14 };

static unsigned
random_below(uint64_t *state, unsigned n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*state >> 33) % n;
}

static bool
is_free_of_joints(const struct graph *g, const struct graph_set *s)
{
	for (uint32_t i = 0; i < g->count; i++)
		for (uint32_t j = 0; j < i; j++)
			if (graph_set_has(s, i) && graph_set_has(s, j) && graph_set_has(&g->joined[i], j))
				return false;
	return true;
}

/* What the heaviest choice of a graph of SMALL nodes weighs, found by trying each. */
static uint64_t
weight_by_trying(const struct graph *g)
{
	uint64_t best = 0;

	for (uint64_t way = 0; way < (uint64_t)1 << SMALL; way++) {
		struct graph_set s = { { way } };
		uint64_t weight = graph_weight(g, &s);

		if (weight > best && is_free_of_joints(g, &s))
			best = weight;
	}
	return best;
}

/* One in ODDS pairs is joined; weights are from 1 to WEIGHTS. */
static void
make(struct graph *g, uint64_t *state, uint32_t count, unsigned odds, unsigned weights)
{
	*g = (struct graph){ .count = count };
	for (uint32_t i = 0; i < count; i++) {
		g->weight[i] = 1 + random_below(state, weights);
		for (uint32_t j = 0; j < i; j++)
			if (random_below(state, odds) == 0)
				graph_join(g, i, j);
	}
}

static void
it_is_the_heaviest(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		struct graph g;
		struct graph_set all = { { ((uint64_t)1 << SMALL) - 1 } }, got;
		size_t steps = 100000;

		make(&g, &seed, SMALL, 1 + round % 7, 1 + round % 5);
		assert_true(graph_heaviest(&g, all, &steps, &got));
		assert_true(is_free_of_joints(&g, &got));
		assert_int_equal(graph_weight(&g, &got), weight_by_trying(&g));
	}
}

static void
of_two_as_heavy_it_is_the_first(void **state)
{
	struct graph g = { .count = 5, .weight = { 1, 1, 2, 1, 1 } };
	struct graph_set got;
	size_t steps = 100;

	(void)state;
	graph_join(&g, 0, 1);
	graph_join(&g, 2, 3);
	graph_join(&g, 2, 4);
	assert_true(graph_heaviest(&g, graph_part(&g, 1), &steps, &got));
	assert_int_equal(got.words[0], 1);
	assert_true(graph_heaviest(&g, graph_part(&g, 3), &steps, &got));
	assert_int_equal(got.words[0], 1 << 2);
}

static void
it_gives_up_in_time(void **state)
{
	uint64_t seed = 2;
	struct graph g;
	struct graph_set got, all;
	size_t steps = 1000;

	(void)state;
	make(&g, &seed, GRAPH_NODES, 10, 5);
	memset(&all, 0xff, sizeof all);
	assert_false(graph_heaviest(&g, all, &steps, &got));
	assert_int_equal(steps, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_heaviest),
		cmocka_unit_test(of_two_as_heavy_it_is_the_first),
		cmocka_unit_test(it_gives_up_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
