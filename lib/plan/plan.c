/* plan: from the findings and the registry to the changes that end every clash: the order of decisions.
 * SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include "plan/edits.h"
#include "plan/internal.h"

/* Whether APP goes on with a port that the registry has for an app that is gone. */
static bool
has_of_gone(const struct decisions *d, uint32_t app)
{
	if (d->ports.of_app[app].is_lent)
		return true;
	for (uint32_t i = view_first(&d->view, app, FINDING_PORT); i != INVENTORY_NONE;
	     i = view_next(&d->view, i))
		if (d->units.of[i] != INVENTORY_NONE && d->ports.is_of_gone[d->ports.after[i]])
			return true;
	return false;
}

/* Counts for a person what the registry knows of places that are not those of the fleet. */
static void
tell_places(const struct decisions *d, struct plan *plan)
{
	const struct view *v = &d->view;

	plan->carried = d->carried;
	plan->borne = v->borne;
	plan->bearer = v->bearer;
	plan->borne_at = v->borne_at;
	for (uint32_t i = 0; i < v->inventory->app_count; i++)
		plan->lent += has_of_gone(d, i);
}

/* The whole plan, in the order in which one thing decides the next. */
static int
decide(struct decisions *d, struct inventory *inventory, struct store *store, struct plan *plan,
    struct error *err)
{
	if (known_read(&d->known, store, &plan->arena, err) < 0 || moved_carry(d, inventory, store, err) < 0)
		return -1;
	apps_view(&d->view, inventory, &d->known);
	if (!d->view.options->leave_held)
		held_index(&d->held, inventory, d->view.scratch);
	units_gather(&d->units, &d->view);
	registered_find(&d->registered, d);
	pairs_find(&d->pairs, d, plan);
	if (ports_decide(&d->ports, d, err) < 0)
		return -1;
	projects_name(&d->naming, d);
	if (expanded_follow(&d->naming, &d->view, err) < 0)
		return -1;
	containers_name(&d->naming, d);
	images_name(&d->naming, d);
	claims_gather(&d->claims, d);
	binding_find(&d->binding, d);
	write_all(d, write_edits, plan);
	outcome_check(d, plan);
	tell_places(d, plan);
	plan_identify(plan, d->view.root);
	return d->view.options->dry_run ? 0 : register_decisions(d, plan, store, err);
}

/* A scaffold takes no port and no name from anyone, and needs none. */
static int
decide_scaffold(struct decisions *d, struct inventory *inventory, struct store *store, struct plan *plan,
    struct error *err)
{
	apps_view(&d->view, inventory, &d->known);
	write_all(d, scaffold_edits, plan);
	plan_identify(plan, d->view.root);
	return d->view.options->dry_run ? 0 : register_plan(&d->view, plan, store, err);
}

/* A registry serves one host: the first plan that is told which notes it. */
static int
take_host(struct store *store, struct str host, struct plan *ret, struct error *err)
{
	return store_check_host(store, host, err) < 0 || store_put_host(store, host, err) < 0 ||
		store_host(store, &ret->arena, &ret->host, err) < 0
	    ? -1
	    : 0;
}

int
plan_run(struct inventory *inventory, struct store *store, struct str root, const struct plan_options *o,
    struct plan *ret, struct error *err)
{
	AUTO(arena) scratch = ARENA_INIT;
	struct decisions d = { .view = {
				   .options = o, .root = root, .arena = &ret->arena, .scratch = &scratch } };
	int result;

	ret->texts = inventory;
	if (store_begin(store, err) < 0)
		return -1;
	if (take_host(store, o->host, ret, err) < 0)
		return store_end(store, -1, false, err);
	result = scaffold_is_one(inventory) ? decide_scaffold(&d, inventory, store, ret, err)
					    : decide(&d, inventory, store, ret, err);
	naming_release(&d.naming);
	return store_end(store, result, !o->dry_run, err);
}
