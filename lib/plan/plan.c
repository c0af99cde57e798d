/* plan: from the findings and the registry to the changes that end every clash: the order of decisions.
 * SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include "plan/edits.h"
#include "plan/internal.h"
#include "plan/known.h"

/* What the stages make, each from those before it. */
struct stages {
	struct known known;
	struct view view;
	struct units units;
	struct registered registered;
	struct plan_pairs pairs;
	struct ports ports;
	struct naming naming;
	const bool *copies;	/* by app: its .env becomes a copy of .env.example */
};

/* The whole plan, in the order in which one thing decides the next. */
static int
decide(
    struct stages *s, struct inventory *inventory, struct store *store, struct plan *plan, struct error *err)
{
	const struct decisions d = { &s->known, &s->view, &s->units, &s->registered, &s->pairs, &s->ports,
		&s->naming };

	if (known_read(&s->known, store, s->view.arena, err) < 0)	/* what was given out before */
		return -1;
	apps_view(&s->view, inventory, &s->known);	/* who is who, and who is planned for */
	units_gather(&s->units, &s->view);		/* which ports move as one, and how */
	registered_find(&s->registered, &d);		/* which of them the registry knows */
	pairs_find(&s->pairs, &d);			/* which of them are backend and frontend */
	if (ports_decide(&s->ports, &d, err) < 0)	/* who keeps a port, and who gets which */
		return -1;
	projects_name(&s->naming, &d);			/* what each project is called */
	if (containers_name(&s->naming, &d, err) < 0)	/* and each container, of which many follow */
		return -1;
	for (size_t i = 0; i < s->pairs.problems.count; i++)
		plan_add_problem(plan, &s->view, &s->pairs.problems.items[i]);
	s->copies = write_all(&d, write_edits, plan);	/* which bytes become which */
	outcome_check(&d, plan);			/* what clashes all the same */
	plan_identify(plan, s->view.root);
	return s->view.options->dry_run ? 0 : register_decisions(&d, s->copies, plan, store, err);
}

/* A scaffold takes no port and no name from anyone, and needs none. */
static int
decide_scaffold(
    struct stages *s, struct inventory *inventory, struct store *store, struct plan *plan, struct error *err)
{
	const struct decisions d = { .view = &s->view };

	apps_view(&s->view, inventory, &s->known);
	(void)write_all(&d, scaffold_edits, plan);
	plan_identify(plan, s->view.root);
	return s->view.options->dry_run ? 0 : register_plan(&s->view, plan, store, err);
}

int
plan_run(struct inventory *inventory, struct store *store, struct str root, const struct plan_options *o,
    struct plan *ret, struct error *err)
{
	AUTO(arena) scratch = ARENA_INIT;
	struct stages s = { .view = {
				.options = o, .root = root, .arena = &ret->arena, .scratch = &scratch } };
	int result;

	ret->texts = inventory;
	if (store_begin(store, err) < 0)
		return -1;
	result = scaffold_is_one(inventory) ? decide_scaffold(&s, inventory, store, ret, err)
					    : decide(&s, inventory, store, ret, err);
	problems_release(&s.pairs.problems);
	naming_release(&s.naming);
	return store_end(store, result, !o->dry_run, err);
}
