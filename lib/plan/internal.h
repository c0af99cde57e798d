/* internal: the row of stages. Each is given what those before it have decided, and fills one struct of its
 * own.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_INTERNAL_H
#define BERTH_PLAN_INTERNAL_H

#include <stdbool.h>

struct error;
struct known;
struct naming;
struct plan;
struct plan_pairs;
struct ports;
struct registered;
struct store;
struct units;
struct view;

/* What the stages before have decided; NULL: nothing yet. */
struct decisions {
	const struct known *known;		/* known.c: what the registry gave out before */
	const struct view *view;		/* apps.c: who is who, and who is planned for */
	const struct units *units;		/* units.c: which ports move as one, and how */
	const struct registered *registered;	/* registered.c: what the registry says of them */
	const struct plan_pairs *pairs;		/* pairs.c: which of them are backend and frontend */
	const struct ports *ports;		/* ports.c: who keeps which, who gets which */
	const struct naming *naming;		/* projects.c, containers.c: what is called how */
};

/* --- outcome.c: what clashes once the plan is applied --- */

/* Adds a problem for each clash that remains and that touches an app that is planned for. */
void outcome_check(const struct decisions *, struct plan *);

/* --- register.c: what was decided, kept in the registry, in the transaction that it was decided in --- */

/* The apps, their ports and names, what was found, the plan, and what clashed before it. COPIES: by app,
 * whether its .env becomes a copy of .env.example. */
int register_decisions(
    const struct decisions *, const bool *copies, const struct plan *, struct store *, struct error *);
/* The plan alone, so that apply knows it: no app, port or name. */
int register_plan(const struct view *, const struct plan *, struct store *, struct error *);

#endif
