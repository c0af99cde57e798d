/* plan: from the findings and the database to the changes that end every clash: the apps, and the order of
 * decisions.
 * SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/pattern.h"
#include "plan/internal.h"
#include "system/progress.h"

static int
read_store(struct planner *p, struct error *err)
{
	if (store_pairs(p->store, p->a, &p->pairs, &p->pair_count, err) < 0 ||
	    store_ports(p->store, p->a, &p->ports, &p->port_count, err) < 0 ||
	    store_names(p->store, p->a, &p->names, &p->name_count, err) < 0 ||
	    store_apps(p->store, p->a, &p->known, &p->known_count, err) < 0)
		return -1;
	while (p->known_in_layout < p->known_count && p->known[p->known_in_layout].in_layout)
		p->known_in_layout++;
	return 0;
}

/* What scan could not read travels on, so that whoever reads the end of the pipe knows. */
static void
pass_problems(struct planner *p, struct app_plan *a)
{
	const struct inventory_app *app = &p->v->apps[a->app];

	for (uint32_t i = inventory_find(p->v, app, FINDING_PROBLEM, 0); i != INVENTORY_NONE;
	    i = inventory_find(p->v, app, FINDING_PROBLEM, i + 1)) {
		const struct inventory_item *item = &p->v->items[i];

		plan_add_problem(
		    p, a, view_str(p, item->service), &item->place, view_str(p, item->value));
	}
}

/* A clash is worth a row where it touches what was planned for. */
static const struct app_plan *
clash_app(const struct planner *p, const struct clash *c)
{
	if (c->other.app != INVENTORY_NONE && p->apps[c->other.app].selected)
		return &p->apps[c->other.app];
	if (c->holder.app != INVENTORY_NONE && p->apps[c->holder.app].selected)
		return &p->apps[c->holder.app];
	return NULL;
}

static const char *
remedy(enum clash_kind kind)
{
	switch (kind) {
	case CLASH_VOLUME:
	case CLASH_NETWORK:
		return ": give it another name by hand, or declare it external in all but one";
	case CLASH_REPLICAS:
		return "";
	default:
		return ": change one of them by hand";
	}
}

static int
report_clash(void *context, const struct clash *c, struct error *err)
{
	struct planner *p = context;
	const struct app_plan *a = clash_app(p, c);
	const struct inventory_item *item;
	struct str why = STR_INIT;

	(void)err;
	if (!a)
		return 0;
	item = &p->v->items[a->app == c->other.app ? c->other.item : c->holder.item];
	if (c->kind == CLASH_PORT && c->holder.app == c->other.app &&
	    p->unit_of[c->other.item] == p->unit_of[c->holder.item])
		why = STR(
		    "; both are one text, by an alias or an anchor: give one of them a list of its own");
	else if (c->kind == CLASH_PORT && p->unit_of[c->other.item] != INVENTORY_NONE &&
	    p->units[p->unit_of[c->other.item]].why_not)
		why = arena_printf(
		    p->a, "; it cannot be moved: %s", p->units[p->unit_of[c->other.item]].why_not);
	plan_add_problem(p, a, view_str(p, item->service), item->site_known ? &item->site : &item->place,
	    arena_printf(
		p->a, "%.*s%.*s%s", STR_ARG(c->detail), STR_ARG(why), why.len ? "" : remedy(c->kind)));
	return 0;
}

/* Asks what clashes once the plan is applied: the same question as of the fleet, of the items as they will
 * be. What is overwritten is kept beside: a second array of items would be a quarter of all memory. */
static void
check_outcome(struct planner *p)
{
	struct inventory *v = p->v;
	const struct clash_options o = { .accepted = p->o->accepted, .accepted_count = p->o->accepted_count };
	uint32_t *values = mem_alloc((v->item_count + 1) * sizeof *values);
	uint16_t *lows = mem_alloc((v->item_count + 1) * sizeof *lows);

	for (size_t i = 0; i < v->item_count; i++) {
		struct inventory_item *item = &v->items[i];

		values[i] = item->value;
		lows[i] = item->low;
		if (p->after[i])	/* a published port: low and high are one */
			item->low = item->high = p->after[i];
		if (p->after_name[i])
			item->value = p->after_name[i];
	}
	(void)clash_find(v, &o, report_clash, p, NULL);	/* it never fails */
	for (size_t i = 0; i < v->item_count; i++) {
		v->items[i].value = values[i];
		v->items[i].low = lows[i];
		if (p->after[i])
			v->items[i].high = lows[i];
	}
	free(values);
	free(lows);
}

/* A scaffold takes no port and no name from anyone, and needs none. */
static int
decide_template(struct planner *p, struct error *err)
{
	apps_gather(p);
	index_build(p);
	for (size_t i = 0; i < p->v->app_count; i++) {
		size_t before = p->plan->edits;

		if (p->apps[i].selected)
			scaffold_write(p, &p->apps[i]);
		p->plan->apps++;
		p->plan->apps_changed += p->plan->edits > before;
	}
	plan_identify(p->plan, p->root);
	return p->o->dry_run ? 0 : register_plan(p, err);
}

static int
decide(struct planner *p, struct error *err)
{
	if (scaffold_is_one(p->v))
		return decide_template(p, err);
	if (read_store(p, err) < 0)
		return -1;
	apps_give_back_identities(p);
	apps_gather(p);
	index_build(p);
	units_gather(p);
	if (ports_decide(p, err) < 0)
		return -1;
	if (names_decide(p, err) < 0)
		return -1;
	for (size_t i = 0; i < p->v->app_count; i++) {
		size_t before = p->plan->edits;

		if (!p->apps[i].selected)
			continue;
		pass_problems(p, &p->apps[i]);
		write_app(p, &p->apps[i]);
		progress_tell(p->o->progress, "apps planned", i + 1, p->v->app_count);
		p->plan->apps++;
		p->plan->apps_changed += p->plan->edits > before;
	}
	check_outcome(p);
	plan_identify(p->plan, p->root);
	return p->o->dry_run ? 0 : register_all(p, err);
}

static void
release(struct planner *p)
{
	free(p->units);
	free(p->members);
	free(p->now);
	free(p->after);
	free(p->unit_of);
	free(p->row_after);
	free(p->found);
	free(p->after_name);
	free(p->renamed);
	pattern_close(p->expansion);
	free(p->map);
	free(p->app_by_text);
	free(p->entries);
	free(p->first_entry);
	names_release(&p->projects);
	names_release(&p->containers);
	names_release(&p->registered);
}

int
plan_run(struct inventory *v, struct store *store, struct str root, const struct plan_options *o,
    struct plan *ret, struct error *err)
{
	struct planner p = { .v = v, .store = store, .o = o, .root = root, .plan = ret, .a = &ret->arena,
		.projects = NAMES_INIT, .containers = NAMES_INIT, .registered = NAMES_INIT };
	int result;

	ret->texts = v;
	if (store_begin(store, err) < 0)
		return -1;
	result = store_end(store, decide(&p, err), !o->dry_run, err);
	release(&p);
	return result;
}
