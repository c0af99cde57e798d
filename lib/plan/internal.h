/* internal: the row of stages. Each reads what those before it have decided, and fills one struct of its own.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_INTERNAL_H
#define BERTH_PLAN_INTERNAL_H

#include <stdbool.h>

#include "fleet/held.h"
#include "plan/claims.h"
#include "plan/known.h"
#include "plan/naming.h"
#include "plan/ports.h"
#include "plan/units.h"
#include "plan/view.h"

/* binding.c: what is asked for where ports get an address (--bind) */
struct binding {
	/* by port: an address that names this host and that port, by which something else than this host may
	 * reach it; NULL, all of it: nobody asked for an address */
	const struct inventory_item **reached;
};

/* In the order in which they are made: a stage may read what stands above its own. */
struct decisions {
	struct known known;		/* known.c: what the registry gave out before */
	struct view view;		/* apps.c: who is who, and who is planned for */
	struct held held; /* what the host holds beside the fleet; nothing: it does not count */
	struct units units;		/* units.c: which ports move as one, and how */
	struct registered registered;	/* registered.c: which of them the registry knows */
	struct plan_pairs pairs;	/* pairs.c: which of them are backend and frontend */
	struct ports ports;		/* ports.c: who keeps a port, and who gets which */
	struct naming naming;		/* projects.c, containers.c: what is called how */
	struct claims claims;		/* claims.c: who has the names that texts name */
	size_t carried;			/* moved.c: how many apps were moved since the last plan */
	struct binding binding;
	bool *copies;			/* write.c: by app: its .env becomes a copy of .env.example */
};

/* --- moved.c: apps whose folders were moved since the last plan --- */

/* Lets the registry, and KNOWN with it, have what such apps had where they are now. */
int moved_carry(struct decisions *, const struct inventory *, struct store *, struct error *);

/* --- binding.c --- */

void binding_find(struct binding *ret, const struct decisions *);
/* The address that the open record I gets; empty: it stays as it is. */
struct str binding_address(const struct decisions *, uint32_t i);

/* --- outcome.c: what clashes once the plan is applied --- */

/* Adds a problem for each clash that remains and that touches an app that is planned for. */
void outcome_check(const struct decisions *, struct plan *);

/* --- register.c: what was decided, kept in the registry, in the transaction that it was decided in --- */

/* The apps, their ports and names, what was found, the plan, and what clashed before it. */
int register_decisions(const struct decisions *, const struct plan *, struct store *, struct error *);
/* The plan alone, so that apply knows it: no app, port or name. */
int register_plan(const struct view *, const struct plan *, struct store *, struct error *);

#endif
