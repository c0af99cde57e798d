/* edits: the rows of one app in the making; the sources that make them share it, nobody else includes it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_EDITS_H
#define BERTH_PLAN_EDITS_H

#include "plan/internal.h"

/* One row in the making. Sorted by file and offset, so that a reviewer reads a file from its top. */
struct edit {
	struct change c;
	unsigned rank;		/* .env first, then .env.example, then the compose files */
	size_t order;		/* among inserts at one point */
};

/* A port of the app as addresses name it. */
struct seen_port {
	uint16_t number;
	uint32_t item;
};

struct seen_ports {
	bool is_known;
	struct seen_port *items;	/* by number, then in the fleet's order */
	size_t count, cap;
};

struct edits {
	struct planner *p;
	struct app_plan *a;
	struct edit *items;
	size_t count, cap;
	uint32_t *replaced;	/* the items that replace, by file and offset: no two of them share a byte */
	size_t replaced_count, replaced_cap;
	struct seen_ports seen[2];	/* [1]: as .env.example has them */
};

/* --- edits.c --- */
/* Adds C; what an earlier row says of the same bytes already is not said twice. False where the two
 * contradict. */
bool edits_add(struct edits *, struct change c);
/* The digest of F, the file that C is about. */
void edits_digest(struct change *c, const struct inventory_file *f);
/* PLACE's text becomes NEW. */
struct change edits_replacement(const struct edits *, const struct inventory_place *, struct str new);

/* --- env.c --- */
/* Sets KEY in the app's .env, and in step in its .env.example where it is in the layout. LIKE: service,
 * reason, detail. */
void env_set_key(struct edits *, struct change like, struct str key, struct str value);
/* Fills in the placeholder that the gap ITEM tells of. */
void env_fill_placeholder(struct edits *, const struct inventory_item *item);

/* --- references.c --- */
/* The address that item I is follows its port. Ports are as they were when the first was asked for. */
void references_edit(struct edits *, uint32_t i);

#endif
