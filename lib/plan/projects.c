/* projects: what each project is called.
 * SPDX-License-Identifier: MIT */
#include "plan/naming.h"

#include <stdlib.h>

#include "plan/internal.h"

static struct str
name_by_model(const struct view *v, uint32_t app)
{
	return names_of_model(v->arena, v->apps[app].id);
}

/* Where the project of APP, ITEM, may get another name. In the layout, and where a line of .env says it or is
 * to, that is .env; it is a compose file where services would get what is added to .env, or where none is to
 * be made or written. */
static enum naming_way
way_of(const struct view *v, uint32_t app, const struct inventory_item *item, bool is_copied)
{
	const struct view_app *a = &v->apps[app];
	uint32_t key = inventory_lookup(v->inventory, STR("COMPOSE_PROJECT_NAME"));
	bool is_elsewhere = inventory_rare(v->inventory, item)->elsewhere;
	/* what such a .env is to say nobody knows: a problem for a person */
	bool is_broken = a->env_file && (a->env_file->is_folder || a->env_file->is_unreadable);

	if (is_elsewhere && !item->place_known)
		return NAMED_NOWHERE;		/* it is given from outside of all files */
	if ((!a->in_layout || (!a->env_is_own && !is_broken)) && !is_copied) {
		if (item->place_known && item->origin == ORIGIN_LITERAL && !is_elsewhere &&
		    !view_is_folded(v, &item->place) && view_is_own(v, app, item->place.file))
			return NAMED_IN_PLACE;
		if (item->origin == ORIGIN_NONE && item->site_known && view_is_own(v, app, item->site.file) &&
		    (a->avoids_env || !a->env_is_own ||
			(key != INVENTORY_NONE && view_minds_line(v, app, key))))
			return NAMED_BY_LINE;
	}
	return a->env_is_own || is_broken ? NAMED_IN_ENV : NAMED_NOWHERE;
}

static void
note_found(struct naming *n, const struct view *v)
{
	for (uint32_t i = 0; i < v->inventory->app_count; i++) {
		struct naming_app *a = &n->of_app[i];

		a->item = view_first(v, i, FINDING_PROJECT);
		a->way = NAMED_IN_ENV;
		if (a->item == INVENTORY_NONE)
			continue;
		if (v->apps[i].copies)
			a->copied = view_setting_value(v, i, STR("COMPOSE_PROJECT_NAME"), true);
		a->way = way_of(v, i, &v->inventory->items[a->item], a->copied.len > 0);
		a->project = a->copied.len ? a->copied : view_str(v, v->inventory->items[a->item].value);
	}
}

/* Whether the project of APP keeps the name that it has, as no edit can give it another one. */
static bool
keeps_name(const struct naming *n, const struct view *v, uint32_t app)
{
	return !v->apps[app].is_selected || n->of_app[app].way == NAMED_NOWHERE;
}

/* Whether NAME is BASE, or BASE-2 and so on. */
static bool
is_base_of(struct str base, struct str name)
{
	uint64_t n;

	if (str_eq_fold(base, name))
		return true;
	return name.len > base.len + 1 && str_eq_fold(str_sub(name, 0, base.len), base) &&
	    name.ptr[base.len] == '-' && str_to_uint(str_sub(name, base.len + 1, name.len), UINT32_MAX, &n);
}

/* Whether APP, which the registry called NAME, may be called so again. */
static bool
may_have_again(const struct naming *n, const struct view *v, uint32_t app, struct str name)
{
	if (!v->apps[app].is_selected)
		return false;
	return v->apps[app].in_layout ? is_base_of(name_by_model(v, app), name)
				      : str_eq_fold(name, n->of_app[app].project);
}

/* Takes what the registry gave out: the names that their apps bear today and no stranger has (BORNE), or all.
 * GIVEN: by app, what the registry calls it. */
static void
take_rows(struct naming *n, const struct decisions *d, struct str *given, bool borne)
{
	const struct view *v = &d->view;

	for (size_t i = 0; i < d->known.name_count; i++) {
		const struct store_name *row = &d->known.names[i];
		uint32_t app = view_app_of_folder(v, row->folder);

		if (!str_eq(row->kind, STR("project")))
			continue;
		if (app == INVENTORY_NONE && !borne && !view_is_gone(v, row->folder))
			(void)names_take(&n->projects, row->name, NAMING_FOREIGN);
		else if (app != INVENTORY_NONE && may_have_again(n, v, app, row->name) &&
		    (!borne || (str_eq_fold(row->name, n->of_app[app].project) &&
				   !held_name(&d->held, ROLE_PROJECT, row->name))) &&
		    names_take(&n->projects, row->name, app))
			given[app] = row->name;
	}
}

/* Takes the names of apps (SELECTED or not) that no edit can give another one: two may share one. */
static void
take_kept(struct naming *n, const struct view *v, bool selected)
{
	for (uint32_t i = 0; i < v->inventory->app_count; i++)
		if (v->apps[i].is_selected == selected && keeps_name(n, v, i) && n->of_app[i].project.len)
			(void)names_take(&n->projects, n->of_app[i].project, i);
}

/* An app that comes takes no name from one that the registry calls so, though it has to keep its own. */
static void
take_known(struct naming *n, const struct decisions *d, struct str *given)
{
	take_kept(n, &d->view, false);
	take_rows(n, d, given, true);
	take_kept(n, &d->view, true);
	naming_take_held(&n->projects, &d->view, ROLE_PROJECT);
	take_rows(n, d, given, false);
}

/* What the registry calls an app that is gone is given to nobody, but an app that is called so now stays so:
 * it may well be that app, and its volumes go by the name. So does one that was let be for that before. */
static void
take_gone(struct naming *n, const struct view *v, const struct known *k)
{
	AUTO(names) borne = NAMES_INIT;

	naming_borne(&borne, v, FINDING_PROJECT);
	for (size_t i = 0; i < k->name_count; i++) {
		const struct store_name *row = &k->names[i];
		bool was_let = str_eq(row->kind, STR(NAMING_KEPT));
		uint32_t item = names_owner(&borne, row->name);
		uint32_t app = item == NAMES_NOBODY ? INVENTORY_NONE : v->inventory->items[item].app;

		if (was_let ? app != view_app_of_folder(v, row->folder)
			    : !str_eq(row->kind, STR("project")) || !view_is_gone(v, row->folder))
			continue;
		if (app == INVENTORY_NONE)
			(void)names_take(&n->projects, row->name, NAMING_FOREIGN);
		else if (v->apps[app].in_layout && v->apps[app].is_selected && !n->of_app[app].copied.len &&
		    !is_base_of(name_by_model(v, app), row->name))
			n->of_app[app].is_kept = names_take(&n->projects, n->of_app[app].project, app);
	}
}

/* Names the apps in the layout, of which the registry may have GIVEN one a name, in lower case. */
static void
name_by_layout(struct naming *n, const struct view *v, const struct str *given)
{
	for (uint32_t i = 0; i < v->inventory->app_count; i++) {
		struct str base;

		if (!v->apps[i].in_layout || n->of_app[i].is_kept || keeps_name(n, v, i))
			continue;
		base = name_by_model(v, i);
		n->of_app[i].project = given[i].len
		    ? arena_cat(v->arena, base, str_sub(given[i], base.len, given[i].len))
		    : names_take_unique(&n->projects, v->arena, base, i);
	}
}

/* Whether APP has its project in common with the one that has the name, on purpose. */
static bool
is_shared(const struct naming *n, const struct view *v, uint32_t app)
{
	struct str name = n->of_app[app].project;
	uint32_t owner = names_owner(&n->projects, name);

	return owner < v->inventory->app_count && view_accepts(v, app, owner, name);
}

/* Names apps outside the layout, of which each keeps its own name if it is the first: those alone that a copy
 * of .env.example renames, or those alone that it does not. */
static void
name_others(struct naming *n, const struct view *v, bool copied)
{
	for (uint32_t i = 0; i < v->inventory->app_count; i++) {
		struct naming_app *a = &n->of_app[i];

		if (v->apps[i].in_layout || keeps_name(n, v, i) || a->project.len == 0 ||
		    (a->copied.len > 0) != copied || names_take(&n->projects, a->project, i) ||
		    v->options->keep_project_names || is_shared(n, v, i))
			continue;
		a->project = names_take_unique(
		    &n->projects, v->arena, names_of_path(v->arena, view_folder(v, i)), i);
	}
}

/* Whether item I is a volume or network that Compose calls after project NAME. */
static bool
is_called_after(const struct view *v, uint32_t i, struct str name)
{
	const struct inventory_item *item = &v->inventory->items[i];
	struct str value = view_str(v, item->value);

	return (item->record == FINDING_VOLUME || item->record == FINDING_NETWORK) &&
	    item->role == ROLE_DERIVED && str_starts(value, name) && value.len > name.len &&
	    value.ptr[name.len] == '_';
}

/* APP's project OLD is to be NEW. */
static void
rename_project(struct naming *n, const struct view *v, uint32_t app, struct str old, struct str new)
{
	const struct inventory_app *a = &v->inventory->apps[app];

	n->of_app[app].changes = true;
	naming_rename(n, n->of_app[app].item, new);
	for (uint32_t i = a->first; i < a->first + a->count; i++)
		if (is_called_after(v, i, old)) {
			struct str value = view_str(v, v->inventory->items[i].value);

			naming_rename(n, i, arena_cat(v->arena, new, str_sub(value, old.len, value.len)));
		}
}

static void
rename_all(struct naming *n, const struct view *v)
{
	for (uint32_t i = 0; i < v->inventory->app_count; i++) {
		const struct naming_app *a = &n->of_app[i];
		struct str old, new;

		if (!v->apps[i].is_selected || a->item == INVENTORY_NONE)
			continue;
		old = view_str(v, v->inventory->items[a->item].value);
		if (!v->apps[i].in_layout && !a->copied.len && str_eq(a->project, old))
			continue;	/* be it one that Compose takes or not */
		new = names_lower(v->arena, a->project);
		if (!str_eq(old, new) || (a->copied.len && !str_eq(a->copied, new)))
			rename_project(n, v, i, old, new);
	}
}

void
projects_name(struct naming *n, const struct decisions *d)
{
	const struct view *v = &d->view;
	struct str *given = mem_zero(v->inventory->app_count, sizeof *given);

	naming_init(n, v);
	note_found(n, v);
	take_known(n, d, given);
	take_gone(n, v, &d->known);
	name_by_layout(n, v, given);
	/* whoever has a name today keeps it from one that would only come to it */
	name_others(n, v, false);
	name_others(n, v, true);
	if (!v->options->keep_project_names)
		rename_all(n, v);
	free(given);
}
