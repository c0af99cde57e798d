/* names: project and container names: unique, valid, and changed only where they have to.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/error.h"
#include "base/pattern.h"
#include "plan/internal.h"

/* Owners of names are items; these stand for no item of the fleet. */
#define FOREIGN (NAMES_NOBODY - 1)

/* --- projects --- */

static struct str
setting_value(const struct planner *p, const struct app_plan *a, struct str key, bool example)
{
	uint32_t text = inventory_lookup(p->v, key), i;

	if (text == INVENTORY_NONE || (i = view_setting(p, a, text, example)) == INVENTORY_NONE)
		return (struct str)STR_INIT;
	return view_str(p, p->v->items[i].value);
}

static void
note_found_projects(struct planner *p)
{
	for (size_t i = 0; i < p->v->app_count; i++) {
		struct app_plan *a = &p->apps[i];

		a->project_item = inventory_find(p->v, &p->v->apps[i], FINDING_PROJECT, 0);
		if (a->project_item == INVENTORY_NONE)
			continue;
		a->project = view_str(p, p->v->items[a->project_item].value);
		if (a->copies)
			a->copied_project = setting_value(p, a, STR("COMPOSE_PROJECT_NAME"), true);
		if (a->copied_project.len)
			a->project = a->copied_project;
	}
}

static bool
is_base_of(struct str base, struct str name)
{
	uint64_t n;

	if (str_eq_fold(base, name))
		return true;
	return name.len > base.len + 1 && str_eq_fold(str_sub(name, 0, base.len), base) &&
	    name.ptr[base.len] == '-' && str_to_uint(str_sub(name, base.len + 1, name.len), UINT32_MAX, &n);
}

/* Names of others come first; then what the registry says an app of ours was given. */
static void
take_known_projects(struct planner *p)
{
	for (size_t i = 0; i < p->v->app_count; i++)
		if (!p->apps[i].selected && p->apps[i].project.len)
			/* two may share one already */
			(void)names_take(&p->projects, p->apps[i].project, (uint32_t)i);
	for (size_t i = 0; i < p->name_count; i++) {
		const struct store_name *row = &p->names[i];
		uint32_t app = view_app_of_folder(p, row->folder);
		struct app_plan *a = app == INVENTORY_NONE ? NULL : &p->apps[app];

		if (!str_eq(row->kind, STR("project")))
			continue;
		if (!a)
			(void)names_take(&p->projects, row->name, FOREIGN);
		else if (a->selected &&
		    (a->in_layout ? is_base_of(names_of_model(p->a, a->id), row->name)
				  : str_eq_fold(row->name, a->project)) &&
		    names_take(&p->projects, row->name, app))
			a->registered_name = row->name;
	}
}

/* The registered or first free name that begins with BASE. */
static struct str
unique_project(struct planner *p, struct app_plan *a, struct str base)
{
	struct str given = a->registered_name;

	if (given.len)
		return arena_cat(p->a, base, str_sub(given, base.len, given.len));
	return names_take_unique(&p->projects, p->a, base, a->app);
}

/* Gives apps outside the layout their names, of which each keeps its own if it is the first: those alone
 * that a copy of .env.example renames, or those alone that it does not. */
static void
name_others(struct planner *p, bool copied)
{
	for (size_t i = 0; i < p->v->app_count; i++) {
		struct app_plan *a = &p->apps[i];

		if (!a->selected || a->in_layout || a->project.len == 0 ||
		    (a->copied_project.len > 0) != copied || names_take(&p->projects, a->project, a->app) ||
		    p->o->keep_project_names)
			continue;
		a->project = names_take_unique(&p->projects, p->a,
		    names_of_path(p->a, view_str(p, p->v->apps[i].folder)), a->app);
	}
}

static void
name_projects(struct planner *p)
{
	for (size_t i = 0; i < p->v->app_count; i++) {
		struct app_plan *a = &p->apps[i];

		if (a->selected && a->in_layout)
			a->project = unique_project(p, a, names_of_model(p->a, a->id));
	}
	name_others(p, false);	/* whoever has a name today keeps it from one that would only come to it */
	name_others(p, true);
}

/* Volumes and networks that are called after the project follow it. */
static void
rename_resources(struct planner *p, const struct app_plan *a, struct str old, struct str new)
{
	const struct inventory_app *app = &p->v->apps[a->app];

	for (uint32_t i = app->first; i < app->first + app->count; i++) {
		const struct inventory_item *item = &p->v->items[i];
		struct str value = view_str(p, item->value);

		if ((item->record == FINDING_VOLUME || item->record == FINDING_NETWORK) &&
		    item->origin == ORIGIN_NONE && str_starts(value, old) && value.len > old.len &&
		    value.ptr[old.len] == '_')
			p->after_name[i] = inventory_intern(
			    p->v, arena_cat(p->a, new, str_sub(value, old.len, value.len)));
	}
}

static void
apply_projects(struct planner *p)
{
	for (size_t i = 0; i < p->v->app_count; i++) {
		struct app_plan *a = &p->apps[i];
		struct str old, new;

		if (!a->selected || p->o->keep_project_names || a->project_item == INVENTORY_NONE)
			continue;
		old = view_str(p, p->v->items[a->project_item].value);
		new = names_lower(p->a, a->project);
		if (str_eq(old, new) && (!a->copied_project.len || str_eq(a->copied_project, new)))
			continue;
		a->project_changes = true;
		p->after_name[a->project_item] = inventory_intern(p->v, new);
		rename_resources(p, a, old, new);
	}
}

/* --- containers --- */

/* What KEY expands to: before (as the files stand) or after the plan. */
static struct str
value_of(struct planner *p, const struct app_plan *a, struct str key, struct str fallback, bool after)
{
	struct str value;

	if (after && a->in_layout && str_eq(key, STR("PROJECT_NAME")))
		return a->project;
	if (str_eq(key, STR("COMPOSE_PROJECT_NAME")) && a->project_item != INVENTORY_NONE) {
		uint32_t text = p->after_name[a->project_item];

		return view_str(p, after && text ? text : p->v->items[a->project_item].value);
	}
	value = setting_value(p, a, key, after && a->copies);
	return value.len ? value : fallback;
}

/* The container name that TEMPLATE, as it stands in the compose file, gives. Empty where it is not
 * understood. */
static struct str
expand(struct planner *p, const struct app_plan *a, struct str template, bool after, struct match *m)
{
	AUTO(error) err = ERROR_INIT;
	struct str s = STR("");
	size_t at = 0;

	while (pattern_match(p->expansion, m, template, at, &err) > 0) {
		struct span whole;

		if (!match_span(m, 0, &whole))
			break;
		s = arena_cat(p->a, s, str_sub(template, at, whole.off - at));
		s = arena_cat(p->a, s,
		    value_of(p, a, match_str(m, 1).len ? match_str(m, 1) : match_str(m, 3), match_str(m, 2),
			after));
		at = span_end(whole);
	}
	if (str_find(template, at, '$') < template.len)
		return (struct str)STR_INIT;
	return arena_cat(p->a, s, str_sub(template, at, template.len));
}

/* The container name of item I once the variables have their new values. */
static struct str
follow(struct planner *p, const struct app_plan *a, uint32_t i, struct match *m)
{
	const struct inventory_item *item = &p->v->items[i];
	struct str value = view_str(p, item->value), raw = view_str(p, item->site.raw), now;

	if (!item->site_known || str_find(raw, 0, '$') == raw.len ||
	    !str_eq(expand(p, a, raw, false, m), value))
		return value;
	now = expand(p, a, raw, true, m);
	return now.len ? now : value;
}

/* Takes the names that Compose makes itself, so that no explicit one is given them. */
static void
take_made_names(struct planner *p, const struct app_plan *a)
{
	struct str list, project;

	if (a->project_item == INVENTORY_NONE)
		return;
	list = view_str(p, p->v->items[a->project_item].detail);
	project = p->o->keep_project_names ? view_str(p, p->v->items[a->project_item].value)
					   : names_lower(p->a, a->project);
	for (size_t at = 0; at < list.len; ) {
		size_t comma = str_find(list, at, ',');

		(void)names_take(&p->containers, arena_printf(p->a, "%.*s-%.*s-1", STR_ARG(project),
		    /* a clash of these is the project's */
		    STR_ARG(str_sub(list, at, comma - at))), a->project_item);
		at = comma + 1;
	}
}

/* Whether the holder of a name and item I, which wants it too, are at odds. */
static bool
at_odds(const struct planner *p, uint32_t holder, uint32_t i)
{
	const struct inventory_item *x, *y = &p->v->items[i];

	if (holder >= p->v->item_count)
		return true;
	x = &p->v->items[holder];
	if (x->record == FINDING_NAME && (p->after_name[holder] ? p->after_name[holder] : x->value) !=
	    (p->after_name[i] ? p->after_name[i] : y->value))
		return false;	/* they differ in case: two names to Docker */
	if (x->app == y->app)
		return x->service != y->service &&
		    clash_profiles_meet(view_str(p, view_rare(p, holder)->profile),
			view_str(p, view_rare(p, i)->profile));
	if (view_is_accepted(
		p, x->app, y->app, view_str(p, p->after_name[i] ? p->after_name[i] : y->value)))
		return false;
	return !(x->place_known && y->place_known && x->place.file == y->place.file &&
	    x->place.off == y->place.off);
}

/* The text that gets the new name. */
static const struct inventory_place *
name_text(const struct inventory_item *item)
{
	return item->place_known && item->origin == ORIGIN_LITERAL ? &item->place : &item->site;
}

/* The app's next name, behind item FROM, that is the text of item I as well: an alias, or a service that
 * extends another. */
static uint32_t
next_of_text(const struct planner *p, const struct app_plan *a, uint32_t i, uint32_t from)
{
	const struct inventory_place *x = name_text(&p->v->items[i]), *y;

	for (uint32_t k = inventory_find(p->v, &p->v->apps[a->app], FINDING_NAME, from); k != INVENTORY_NONE;
	    k = inventory_find(p->v, &p->v->apps[a->app], FINDING_NAME, k + 1)) {
		y = name_text(&p->v->items[k]);
		if (k != i && x->file == y->file && x->off == y->off && x->len == y->len)
			return k;
	}
	return INVENTORY_NONE;
}

/* Not a text that names two services which run at the same time: whatever it says, they clash. */
static bool
may_rename(const struct planner *p, const struct app_plan *a, uint32_t i)
{
	const struct inventory_item *item = &p->v->items[i];

	if (!a->selected || !((item->site_known && view_is_own(p, a, item->site.file)) ||
	    (item->place_known && item->origin == ORIGIN_LITERAL && view_is_own(p, a, item->place.file))))
		return false;
	for (uint32_t k = next_of_text(p, a, i, 0); k != INVENTORY_NONE; k = next_of_text(p, a, i, k + 1))
		if (at_odds(p, k, i))
			return false;
	return true;
}

static void
name_container(struct planner *p, const struct app_plan *a, uint32_t i)
{
	const struct inventory_item *item = &p->v->items[i];
	struct str name = view_str(p, p->after_name[i] ? p->after_name[i] : item->value), base;

	if (names_take(&p->containers, name, i) || !at_odds(p, names_owner(&p->containers, name), i) ||
	    !may_rename(p, a, i))
		return;
	base = arena_printf(p->a, "%.*s_%.*s", STR_ARG(a->project), STR_ARG(view_str(p, item->service)));
	if (!names_is_container(base))
		base = names_of_path(p->a, base);
	p->after_name[i] = inventory_intern(p->v, names_take_unique(&p->containers, p->a, base, i));
	p->renamed[i] = true;
	for (uint32_t k = next_of_text(p, a, i, 0); k != INVENTORY_NONE; k = next_of_text(p, a, i, k + 1))
		p->after_name[k] = p->after_name[i];
}

static bool
is_registered_name(
    const struct planner *p, const struct app_plan *a, const struct inventory_item *item, struct str name)
{
	uint32_t row = names_owner(&p->registered, name);

	return row < p->name_count && view_app_of_folder(p, p->names[row].folder) == a->app &&
	    str_eq(p->names[row].service, view_str(p, item->service));
}

static void
each_name(struct planner *p, unsigned turn)
{
	for (size_t n = 0; n < p->v->app_count; n++) {
		const struct app_plan *a = &p->apps[n];

		for (uint32_t i = inventory_find(p->v, &p->v->apps[n], FINDING_NAME, 0); i != INVENTORY_NONE;
		    i = inventory_find(p->v, &p->v->apps[n], FINDING_NAME, i + 1)) {
			const struct inventory_item *item = &p->v->items[i];
			struct str name = view_str(p, p->after_name[i] ? p->after_name[i] : item->value);
			unsigned its_turn = is_registered_name(p, a, item, name) ? 0
			    : !may_rename(p, a, i)                               ? 1
										 : 2;

			if (item->value && its_turn == turn)
				name_container(p, a, i);
		}
	}
}

static void
name_containers(struct planner *p)
{
	AUTO_PTR(match) m = match_open();

	for (uint32_t i = 0; i < p->name_count; i++) {
		const struct store_name *row = &p->names[i];
		uint32_t app = view_app_of_folder(p, row->folder);

		if (!str_eq(row->kind, STR("container")))
			continue;
		if (app == INVENTORY_NONE)
			(void)names_take(&p->containers, row->name, FOREIGN);
		else
			(void)names_take(&p->registered, row->name, i);
	}
	for (size_t n = 0; n < p->v->app_count; n++) {
		const struct app_plan *a = &p->apps[n];

		for (uint32_t i = inventory_find(p->v, &p->v->apps[n], FINDING_NAME, 0);
		     i != INVENTORY_NONE && a->selected;
		     i = inventory_find(p->v, &p->v->apps[n], FINDING_NAME, i + 1)) {
			struct str name = follow(p, a, i, m);

			if (!str_eq(name, view_str(p, p->v->items[i].value)))
				p->after_name[i] = inventory_intern(p->v, name);
		}
		take_made_names(p, a);
	}
	for (unsigned turn = 0; turn <= 2; turn++)
		each_name(p, turn);
}

int
names_decide(struct planner *p, struct error *err)
{
	static const char expansion[] =
	    "\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)(?::?-([^{}$]*))?\\}|([A-Za-z_][A-Za-z0-9_]*))";

	if (pattern_open(&p->expansion, expansion, 0, err) < 0)
		return -1;
	p->after_name = mem_zero(p->v->item_count + 1, sizeof *p->after_name);
	p->renamed = mem_zero(p->v->item_count + 1, sizeof *p->renamed);
	note_found_projects(p);
	take_known_projects(p);
	name_projects(p);
	apply_projects(p);
	name_containers(p);
	return 0;
}

