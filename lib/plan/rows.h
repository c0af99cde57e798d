/* rows: what a plan is made of, held compactly, and the problems that a stage finds on its way.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_ROWS_H
#define BERTH_PLAN_ROWS_H

#include "plan/plan.h"
#include "stream/identity.h"

struct inventory_place;
struct view;

/* What a person has to mend, or may want to look at. */
struct problem {
	uint32_t app;			/* INVENTORY_NONE: a row of the registry's, whose app is not here */
	struct identity id;		/* of that row */
	struct str service;
	const struct inventory_place *place;	/* NULL: none */
	struct str message;
	bool is_note;			/* nothing is wrong */
	uint8_t role;			/* enum finding_role: of a problem of scan's, what is wrong */
};

/* Adds C to the plan; its app columns are APP's. */
void plan_add(struct plan *, const struct view *, uint32_t app, const struct change *c);
void plan_add_problem(struct plan *, const struct view *, const struct problem *);
/* Notes how the content of volume OLD comes into NEW, which takes its place. */
void plan_note_volume(struct plan *, const struct view *, struct str old, struct str new);
/* Gives the plan its id, once all rows are there. */
void plan_identify(struct plan *, struct str root);

#endif
