/* graph: the heaviest nodes of a small graph of which no two are joined.
 * SPDX-License-Identifier: MIT
 *
 * Exact: it branches only where nothing is certain, and no further than what is left could pay. */
#ifndef BERTH_PLAN_GRAPH_H
#define BERTH_PLAN_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GRAPH_NODES = 256, GRAPH_WORDS = GRAPH_NODES / 64 };

struct graph_set {
	uint64_t words[GRAPH_WORDS];
};

struct graph {
	uint32_t count;
	uint64_t weight[GRAPH_NODES];	/* above 0; all together fit as well */
	struct graph_set joined[GRAPH_NODES];
};

void graph_join(struct graph *, uint32_t a, uint32_t b);
void graph_set_add(struct graph_set *, uint32_t node);
bool graph_set_has(const struct graph_set *, uint32_t node);
uint64_t graph_weight(const struct graph *, const struct graph_set *);
/* All nodes that a path leads to from NODE, and itself. */
struct graph_set graph_part(const struct graph *, uint32_t node);
/* The heaviest of PART; of two as heavy rather the one with the lower node. *STEPS nodes may be looked at,
 * and those that were are taken off; false: that was not enough. */
bool graph_heaviest(const struct graph *, struct graph_set part, size_t *steps, struct graph_set *ret);

#endif
