/* plan: from the findings and the registry to the changes that end every clash: the order of decisions.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"
#include "plan/internal.h"
#include "plan/plan.h"

#include <stdlib.h>

#include "plan/known.h"
#include "store/store.h"
#include "system/progress.h"

/* What the stages make, each from those before it, and by app what write_apps tells. */
struct stages {
	struct known known;
	struct view view;
	struct units units;
	struct plan_pairs pairs;
	struct ports ports;
	struct naming naming;
	bool *copies;
};

/* The rows of each app that is planned for. Returns, by app, whether its .env becomes a copy of .env.example. */
static bool *
write_apps(const struct decisions *d, struct plan *plan)
{
	const struct view *v = d->view;
	bool *copies = mem_zero(v->inventory->app_count + 1, sizeof *copies);

	for (uint32_t i = 0; i < v->inventory->app_count; i++) {
		struct edits edits;

		copies[i] = v->apps[i].copies;
		if (!v->apps[i].is_selected)
			continue;
		edits = write_app(d, i);
		copies[i] = edits.copies;
		write_rows(&edits, plan);
		edits_release(&edits);
		progress_tell(v->options->progress, "apps planned", i + 1, v->inventory->app_count);
	}
	return copies;
}

static void
check_outcome(const struct decisions *d, struct plan *plan)
{
	struct problems problems = { NULL, 0, 0 };

	outcome_check(d, &problems);
	plan_add_problems(plan, d->view, &problems);
	problems_release(&problems);
}

/* The whole plan, in the order in which one thing decides the next. */
static int
decide(struct stages *s, struct inventory *inventory, struct store *store, struct plan *plan, struct error *err)
{
	const struct decisions d = { &s->known, &s->view, &s->units, &s->pairs, &s->ports, &s->naming };

	if (known_read(&s->known, store, s->view.arena, err) < 0)	/* what the registry gave out before */
		return -1;
	apps_view(&s->view, inventory, &s->known);	/* who is who, and who is planned for */
	units_gather(&s->units, &s->view);		/* which ports move as one, and how */
	pairs_find(&s->pairs, &d);			/* which of them are backend and frontend */
	if (ports_decide(&s->ports, &d, err) < 0)	/* who keeps a port, and who gets which */
		return -1;
	projects_name(&s->naming, &d);			/* what each project is called */
	if (containers_name(&s->naming, &d, err) < 0)	/* and each container, of which many follow */
		return -1;
	plan_add_problems(plan, &s->view, &s->pairs.problems);
	s->copies = write_apps(&d, plan);		/* which bytes become which */
	check_outcome(&d, plan);			/* what clashes all the same */
	plan_identify(plan, s->view.root);
	return s->view.options->dry_run ? 0 : register_decisions(&d, s->copies, plan, store, err);
}

/* A scaffold takes no port and no name from anyone, and needs none. */
static int
decide_scaffold(
    struct stages *s, struct inventory *inventory, struct store *store, struct plan *plan, struct error *err)
{
	const struct view *v = &s->view;
	const struct decisions d = { .view = v };

	apps_view(&s->view, inventory, &s->known);
	for (uint32_t i = 0; i < inventory->app_count; i++) {
		struct edits edits;

		if (!v->apps[i].is_selected)
			continue;
		edits = scaffold_write(&d, i);
		write_rows(&edits, plan);
		edits_release(&edits);
	}
	plan_identify(plan, v->root);
	return v->options->dry_run ? 0 : register_plan(v, plan, store, err);
}

static void
release(struct stages *s)
{
	apps_release(&s->view);
	units_release(&s->units);
	pairs_release(&s->pairs);
	ports_release(&s->ports);
	naming_release(&s->naming);
	free(s->copies);
}

int
plan_run(struct inventory *inventory, struct store *store, struct str root, const struct plan_options *o,
    struct plan *ret, struct error *err)
{
	struct stages s = { .view = { .options = o, .root = root, .arena = &ret->arena, .folders = DICT_INIT } };
	int result;

	ret->texts = inventory;
	if (store_begin(store, err) < 0)
		return -1;
	result = scaffold_is_one(inventory) ? decide_scaffold(&s, inventory, store, ret, err)
					    : decide(&s, inventory, store, ret, err);
	result = store_end(store, result, !o->dry_run, err);
	release(&s);
	return result;
}
