/* env: keys of .env and .env.example, and the placeholders in them.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include <assert.h>

#include "plan/internal.h"
#include "syntax/placeholder.h"

/* Makes sure that there will be an .env to write into. */
static bool
need_env(struct edits *e)
{
	const struct view_app *a = &e->d->view.apps[e->app];

	if (!a->env_is_own)
		return false;
	e->creates = !a->has_env && !e->copies;
	return true;
}

/* Whether the use of a variable at PLACE stands in the file PATH, on a line of which the start is known. */
static bool
is_line_of(const struct view *v, const struct inventory_item *use, struct str path)
{
	const struct inventory_spot *spot = view_spot(v, &use->place);

	return use->place_known && str_eq(view_str(v, use->place.file), path) && spot->column &&
	    spot->column <= spot->off + 1;
}

/* The line of PATH before which KEY goes: the first that uses it, else the end. */
static size_t
insert_point(const struct edits *e, struct str key, struct str path, size_t size, size_t *ret_line)
{
	const struct view *v = &e->d->view;
	uint32_t variable = inventory_lookup(v->inventory, key);
	size_t point = size;

	*ret_line = 0;
	for (enum index_by by = BY_USE; by <= BY_ADDRESS; by++)
		for (const struct index_entry *x =
			 index_at(&v->index, e->app, (struct index_key){ by, variable, 0, 0 });
		     index_is(x, by, variable); x++) {
			const struct inventory_item *use = &v->inventory->items[x->item];
			const struct inventory_spot *spot = view_spot(v, &use->place);

			assert(v->inventory->items);	/* the index is of its items */
			if (is_line_of(v, use, path) && spot->off - (spot->column - 1) < point) {
				point = spot->off - (spot->column - 1);
				*ret_line = spot->line;
			}
		}
	return point;
}

/* A new line of .env (EXAMPLE: .env.example) that sets KEY to VALUE. */
static struct change
new_line(const struct edits *e, bool example, struct str key, struct str value, const struct change *like)
{
	const struct view *v = &e->d->view;
	const struct view_app *a = &v->apps[e->app];
	const struct inventory_file *f = example ? a->example_file : a->env_file;
	struct change c = *like;

	c.action = CHANGE_INSERT;
	c.new = arena_printf(v->arena, "%.*s=%.*s", STR_ARG(key), STR_ARG(value));
	if (f && f->exists)
		c.span.off = insert_point(e, key, example ? a->example : a->env, f->size, &c.line);
	edits_digest(&c, f);
	return c;
}

/* Sets KEY to VALUE in TARGET, whose statements are those of the .env (EXAMPLE: of the .env.example, which
 * TARGET may be a coming copy of). */
static void
set_in(struct edits *e, struct str target, bool example, struct change like, struct str key, struct str value)
{
	const struct view *v = &e->d->view;
	uint32_t i = view_setting(v, e->app, inventory_lookup(v->inventory, key), example);
	const struct inventory_place *place = i == INVENTORY_NONE ? NULL : &v->inventory->items[i].place;
	struct change c;

	if (place && str_eq(view_raw(v, place), value))
		return;
	if (place && view_spot(v, place)->len && !view_spot(v, place)->raw) {
		edits_problem(e, like.service, place,
		    "the value of %.*s is neither a port nor a name: set it to %.*s by hand", STR_ARG(key),
		    STR_ARG(value));
		return;
	}
	c = place ? edits_replacement(e, place, value, &like) : new_line(e, example, key, value, &like);
	c.file = target;
	if (!edits_add(e, c))
		edits_problem(e, like.service, NULL,
		    "%.*s would have to be two things at once in %.*s: set it by hand", STR_ARG(key),
		    STR_ARG(target));
}

bool
env_keeps_examples(const struct edits *e)
{
	const struct view *v = &e->d->view;

	return v->apps[e->app].in_layout && !v->options->leave_examples;
}

struct str
env_with_takers(const struct edits *e, struct str detail, struct str key)
{
	const struct view *v = &e->d->view;
	uint32_t variable = inventory_lookup(v->inventory, key), made[VIEW_MADE_MAX];
	size_t count = variable == INVENTORY_NONE ? 0 : view_made_of(v, e->app, variable, made);

	for (size_t i = 0; i < count; i++) {
		const struct inventory_item *use = view_handed(v, e->app, made[i]);

		if (use)
			detail = arena_printf(v->arena,
			    "%.*s%swhat is set here also goes to %.*s (%.*s)%s%.*s", STR_ARG(detail),
			    detail.len ? "; " : "",
			    STR_ARG(view_str(v, inventory_rare(v->inventory, use)->handed_to)),
			    STR_ARG(view_str(v, use->value)), i ? " as " : "",
			    STR_ARG(i ? view_str(v, made[i]) : STR("")));
	}
	return detail;
}

/* Sets KEY to VALUE in the app's examples beside .env.example (.env.sample …), as far as they have it. */
static void
set_in_others(struct edits *e, struct change like, struct str key, struct str value)
{
	const struct view *v = &e->d->view;
	uint32_t variable = inventory_lookup(v->inventory, key);

	for (const struct index_entry *x =
		 index_at(&v->index, e->app, (struct index_key){ BY_SETTING, variable, 0, 0 });
	     index_is(x, BY_SETTING, variable); x++) {
		const struct inventory_item *item = &v->inventory->items[x->item];
		struct str file = view_str(v, item->place.file), old = view_raw(v, &item->place);

		/* what may not be shown is no port and no name, and stays */
		if (item->role == ROLE_EXAMPLE && item->place_known &&
		    (old.len || !view_spot(v, &item->place)->len) &&
		    !str_eq(file, v->apps[e->app].example) && !str_eq(old, value) &&
		    view_is_own(v, e->app, item->place.file))
			(void)edits_add(e, edits_replacement(e, &item->place, value, &like));
	}
}

void
env_set_key(struct edits *e, struct change like, struct str key, struct str value)
{
	const struct view *v = &e->d->view;
	const struct view_app *a = &v->apps[e->app];

	if (!need_env(e)) {
		uint32_t env = inventory_lookup(v->inventory, a->env);

		edits_problem(e, like.service, NULL,
		    "%.*s is %.*s, so %.*s=%.*s cannot be set there: set it by hand", STR_ARG(a->env),
		    STR_ARG(view_why_not_own(v, e->app, env)), STR_ARG(key), STR_ARG(value));
		return;
	}
	like.detail = env_with_takers(e, like.detail, key);
	set_in(e, a->env, e->copies, like, key, value);
	if (!env_keeps_examples(e))
		return;
	like.reason = REASON_EXAMPLE;
	like.detail = STR("kept in step with .env, so that a fresh copy is right too");
	if (a->has_example && a->example_is_own)
		set_in(e, a->example, true, like, key, value);
	set_in_others(e, like, key, value);
}

bool
env_add(struct edits *e, struct change c, bool example)
{
	if (example && e->copies) {
		struct change copy = c;

		copy.file = e->d->view.apps[e->app].env;
		if (!edits_add(e, copy))	/* a key that is set anew covers it */
			return false;
	}
	if (example && c.reason != REASON_TEMPLATE)
		c.reason = REASON_EXAMPLE;
	return (example && !env_keeps_examples(e)) || edits_add(e, c);
}

/* --- placeholders --- */

/* The port that the app's backend or frontend gets, pair or not; empty where it has none. */
static struct str
port_in_role(const struct edits *e, enum finding_role role)
{
	const struct decisions *d = e->d;
	const struct port_pair *pair = &d->ports.of_app[e->app];

	if (pair->backend)
		return arena_printf(
		    d->view.arena, "%u", role == ROLE_BACKEND ? pair->backend : pair->frontend);
	for (uint32_t i = d->units.first[e->app]; i < d->units.first[e->app + 1]; i++)
		if (d->pairs.role[i] == role && d->ports.of_unit[i].target)
			return arena_printf(d->view.arena, "%u", d->ports.of_unit[i].target);
	return (struct str)STR_INIT;
}

/* What a placeholder of KEY is filled with, whichever its case; empty: that is not known here. */
static struct str
value_of_key(const struct edits *e, struct str key)
{
	const struct view *v = &e->d->view;
	const struct view_app *a = &v->apps[e->app];
	struct str project = e->d->naming.of_app[e->app].project;

	if (str_eq_fold(key, STR("PROJECT_NAME")))
		return project;
	if (str_eq_fold(key, STR("COMPOSE_PROJECT_NAME")))
		return names_lower(v->arena, project);
	if (str_eq_fold(key, STR("app_num")))
		return arena_printf(v->arena, "%llu", (unsigned long long)a->id.app_num);
	if (str_eq_fold(key, STR("model")))
		return a->id.model;
	if (str_eq_fold(key, STR("BACKEND_PORT")))
		return port_in_role(e, ROLE_BACKEND);
	if (str_eq_fold(key, STR("FRONTEND_PORT")))
		return port_in_role(e, ROLE_FRONTEND);
	return (struct str)STR_INIT;
}

/* A default that scan may not show stays where it is: what stands around it goes. */
static void
uncover_default(struct edits *e, const struct inventory_item *item)
{
	const struct view *v = &e->d->view;
	struct str end = view_str(v, item->words->whole);
	struct change like = { .reason = REASON_TEMPLATE,
		.detail = arena_printf(v->arena, "placeholder %.*s: its default stays",
		    STR_ARG(view_str(v, item->value))) };
	struct change c = edits_replacement(e, &item->site, STR(""), &like);
	const struct inventory_spot *gap = view_spot(v, &item->place);

	if (gap->len < c.old.len + end.len || !end.len || !env_add(e, c, true))
		return;
	c.column = 0;
	c.old = end;
	c.span = (struct span){ (size_t)gap->off + gap->len - end.len, end.len };
	(void)env_add(e, c, true);	/* a key that is set anew covers it */
}

/* Whether S can stand in any file as it is: a port or a name. */
static bool
is_word(struct str s)
{
	struct str allowed = STR("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return s.len && str_is_made_of(s, allowed) && str_skip(str_sub(s, 0, 1), 0, STR("_.-")) == 0;
}

/* Whether the placeholder that the gap ITEM tells of is one that .env.example is copied for: it stands there,
 * or it is all that a line of .env holds. In any other text it is the app's own. */
static bool
may_fill(const struct edits *e, const struct inventory_item *item, bool example)
{
	const struct view *v = &e->d->view;
	uint32_t setting = view_setting(v, e->app, item->words->variable, false);
	bool is_env = str_eq(view_str(v, item->place.file), v->apps[e->app].env);

	if (!v->apps[e->app].in_layout)
		return example && e->copies;
	if (example)
		return e->copies || env_keeps_examples(e);
	return is_env && item->words->variable && setting != INVENTORY_NONE &&
	    inventory_is_one_text(v->inventory, &v->inventory->items[setting].place, &item->place);
}

/* Whether the key that ITEM, a placeholder of .env.example, stands in is set to something else already. */
static bool
is_set_anew(const struct edits *e, const struct inventory_item *item)
{
	const struct view_app *a = &e->d->view.apps[e->app];
	const struct inventory_spot *spot = view_spot(&e->d->view, &item->place);

	return edits_has(e, e->copies ? a->env : a->example, (struct span){ spot->off, spot->len });
}

void
env_fill_placeholder(struct edits *e, const struct inventory_item *item)
{
	const struct view *v = &e->d->view;
	struct str raw = view_raw(v, &item->place), value;
	bool example = str_eq(view_str(v, item->place.file), v->apps[e->app].example);
	struct change like = { .reason = REASON_TEMPLATE };
	struct placeholder placeholder;

	if (!item->place_known || !view_is_own(v, e->app, item->place.file) || !may_fill(e, item, example))
		return;
	/* elsewhere it may be another program's template: scan's gap names it */
	if (item->site_known && example)
		uncover_default(e, item);
	if (!placeholder_parse(raw, &placeholder))
		return;
	value = value_of_key(e, placeholder.key);
	if (!value.len)
		value = str_trim(placeholder.fallback);
	if (!value.len && !placeholder.has_default && !example)
		return;
	if ((!value.len ? !placeholder.has_default : !is_word(value)) && !is_set_anew(e, item)) {
		edits_problem(e, (struct str)STR_INIT, &item->place,
		    "{{%.*s}} has no value that is known here and no default: fill it in by hand",
		    STR_ARG(placeholder.key));
		return;
	}
	like.detail = arena_printf(v->arena, "placeholder %.*s", STR_ARG(raw));
	/* a key that is set anew covers it */
	(void)env_add(e, edits_replacement(e, &item->place, value, &like), example);
}
