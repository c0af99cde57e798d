/* env: keys of .env and .env.example, and the placeholders in them.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"
#include "syntax/placeholder.h"

/* Makes sure that there will be an .env to write into. */
static bool
need_env(struct edits *e)
{
	struct app_plan *a = e->a;

	if (!a->env_is_own)
		return false;
	if (a->has_env || a->copies || a->creates)
		return true;
	if (a->has_example)
		a->copies = true;
	else
		a->creates = true;
	return true;
}

/* The line of PATH before which KEY goes: the first that uses it, else the end. */
static size_t
insert_point(
    const struct edits *e, struct str key, struct str path, const struct inventory_file *f, size_t *ret_line)
{
	const struct planner *p = e->p;
	uint32_t variable = inventory_lookup(p->v, key);
	size_t point = f ? f->size : 0;

	*ret_line = 0;
	for (enum index_by by = BY_USE; by <= BY_ADDRESS; by++)
		for (const struct index_entry *x =
			 index_entry_at(p, e->a, (struct index_key){ by, variable, 0, 0 });
		     index_entry_is(x, by, variable); x++) {
			const struct inventory_item *item = &p->v->items[x->item];
			const struct inventory_place *place = &item->place;

			if (item->place_known && str_eq(view_str(p, place->file), path) && place->column &&
			    place->column <= place->off + 1 && place->off - (place->column - 1) < point) {
				point = place->off - (place->column - 1);
				*ret_line = place->line;
			}
		}
	return point;
}

/* Sets KEY to VALUE in TARGET, whose statements are those of the .env (EXAMPLE: of the .env.example, which
 * TARGET may be a coming copy of). */
static void
set_in(struct edits *e, struct str target, bool example, struct change like, struct str key, struct str value)
{
	struct planner *p = e->p;
	uint32_t text = inventory_lookup(p->v, key);
	uint32_t i = text == INVENTORY_NONE ? INVENTORY_NONE : view_setting(p, e->a, text, example);
	const struct inventory_file *f = example ? e->a->example_file : e->a->env_file;
	struct change c;

	if (i != INVENTORY_NONE) {
		const struct inventory_place *place = &p->v->items[i].place;

		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the index is one of an item, so
		 * there are items */
		if (str_eq(view_str(p, place->raw), value))
			return;
		c = edits_replacement(e, place, value);
		if (place->len && !place->raw) {
			plan_add_problem(p, e->a, like.service, place,
			    arena_printf(p->a,
				"the value of %.*s is neither a port nor "
				"a name: set it to %.*s by hand",
				STR_ARG(key), STR_ARG(value)));
			return;
		}
	} else {
		c = (struct change){ .action = CHANGE_INSERT,
			.new = arena_printf(p->a, "%.*s=%.*s", STR_ARG(key), STR_ARG(value)) };
		if (f && f->exists)
			c.span.off = insert_point(e, key, example ? e->a->example : e->a->env, f, &c.line);
	}
	edits_digest(&c, f);
	c.file = target;
	c.service = like.service;
	c.reason = like.reason;
	c.detail = like.detail;
	if (!edits_add(e, c))
		plan_add_problem(p, e->a, like.service, NULL,
		    arena_printf(p->a,
			"%.*s would have to be two things at once in "
			"%.*s: set it by hand",
			STR_ARG(key), STR_ARG(target)));
}

void
env_set_key(struct edits *e, struct change like, struct str key, struct str value)
{
	struct planner *p = e->p;
	struct app_plan *a = e->a;

	if (!need_env(e)) {
		bool is_folder = a->env_file && str_eq(view_str(p, a->env_file->detail), STR("folder"));

		plan_add_problem(p, a, like.service, NULL,
		    arena_printf(p->a,
			"%.*s is %s, so %.*s=%.*s cannot "
			"be set there: set it by hand",
			STR_ARG(a->env), is_folder ? "a folder" : "shared with other apps", STR_ARG(key),
			STR_ARG(value)));
		return;
	}
	if (a->creates)
		set_in(e, a->env, false, like, key, value);
	else
		set_in(e, a->env, a->copies, like, key, value);
	if (!a->in_layout || p->o->leave_examples || !a->has_example || !a->example_is_own)
		return;
	like.reason = REASON_EXAMPLE;
	like.detail = STR("kept in step with .env, so that a fresh copy is right too");
	set_in(e, a->example, true, like, key, value);
}

/* The port that the app's backend or frontend gets, pair or not; empty where it has none. */
static struct str
role_port(struct planner *p, const struct app_plan *a, enum finding_role role)
{
	if (a->backend != INVENTORY_NONE || a->has_row)
		return arena_printf(p->a, "%u", role == ROLE_BACKEND ? a->row_backend : a->row_frontend);
	for (uint32_t i = a->first_unit; i < a->first_unit + a->unit_count; i++)
		if (p->units[i].role == role && p->units[i].target)
			return arena_printf(p->a, "%u", p->units[i].target);
	return (struct str)STR_INIT;
}

static struct str
key_value(struct planner *p, const struct app_plan *a, struct str key)
{
	if (str_eq_fold(key, STR("PROJECT_NAME")))
		return a->project;
	if (str_eq_fold(key, STR("COMPOSE_PROJECT_NAME")))
		return names_lower(p->a, a->project);
	if (str_eq_fold(key, STR("app_num")))
		return arena_printf(p->a, "%llu", (unsigned long long)a->id.app_num);
	if (str_eq_fold(key, STR("model")))
		return a->id.model;
	if (str_eq_fold(key, STR("BACKEND_PORT")))
		return role_port(p, a, ROLE_BACKEND);
	if (str_eq_fold(key, STR("FRONTEND_PORT")))
		return role_port(p, a, ROLE_FRONTEND);
	return (struct str)STR_INIT;
}

/* C, a row of a placeholder, wherever it is to be filled in: a copied example's in the copy, the example's
 * own in the layout. */
static bool
add_filled(struct edits *e, struct change c, bool example)
{
	const struct app_plan *a = e->a;
	bool added = true;

	if (example && a->copies) {
		struct change copy = c;

		copy.file = a->env;
		added = edits_add(e, copy);	/* a key that is set anew covers it */
	}
	if (added && (!example || (a->in_layout && !e->p->o->leave_examples)))
		added = edits_add(e, c);		/* likewise */
	return added;
}

/* A default that scan may not show stays where it is: what stands around it goes. */
static void
uncover_default(struct edits *e, const struct inventory_item *item, bool example)
{
	struct planner *p = e->p;
	struct str end = view_str(p, item->whole);
	struct change c = edits_replacement(e, &item->site, STR(""));

	if (item->place.len < c.old.len + end.len || !end.len)
		return;
	c.reason = REASON_TEMPLATE;
	c.detail = arena_printf(
	    p->a, "placeholder %.*s: its default stays", STR_ARG(view_str(p, item->value)));
	if (!add_filled(e, c, example))
		return;
	c.column = 0;
	c.old = end;
	c.span = (struct span){ (size_t)item->place.off + item->place.len - end.len, end.len };
	(void)add_filled(e, c, example);
}

void
env_fill_placeholder(struct edits *e, const struct inventory_item *item)
{
	struct planner *p = e->p;
	struct app_plan *a = e->a;
	struct str raw = view_str(p, item->place.raw), value;
	struct str file = view_str(p, item->place.file);
	bool example = str_eq(file, a->example);
	struct placeholder placeholder;
	struct change c;

	if (!item->place_known || !view_is_own(p, a, item->place.file) ||
	    (example && !a->copies && (!a->in_layout || p->o->leave_examples)))
		return;
	/* elsewhere it may be another program's template: scan's gap names it */
	if (item->site_known && example)
		uncover_default(e, item, example);
	if (!placeholder_parse(raw, &placeholder))
		return;
	value = key_value(p, a, placeholder.key);
	if (!value.len)
		value = str_trim(placeholder.fallback);
	if (!value.len && !placeholder.has_default) {
		plan_add_problem(p, a, (struct str)STR_INIT, &item->place,
		    arena_printf(p->a,
			"{{%.*s}} has no value that is known "
			"here and no default: fill it in by hand",
			STR_ARG(placeholder.key)));
		return;
	}
	c = edits_replacement(e, &item->place, value);
	c.reason = REASON_TEMPLATE;
	c.detail = arena_printf(p->a, "placeholder %.*s", STR_ARG(raw));
	(void)add_filled(e, c, example);
}
