/* view: what may be asked of an app and of what scan found in it.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "plan/internal.h"

static bool
is_called(const struct planner *p, uint32_t app, struct str name)
{
	return str_eq(p->apps[app].name, name) || str_eq(view_str(p, p->v->apps[app].folder), name);
}

bool
view_is_accepted(const struct planner *p, uint32_t app, uint32_t other, struct str what)
{
	for (size_t i = 0; i < p->o->accepted_count; i++) {
		const struct clash_accepted *x = &p->o->accepted[i];

		if ((!x->what.len || str_eq(x->what, what)) &&
		    ((is_called(p, app, x->a) && is_called(p, other, x->b)) ||
			(is_called(p, app, x->b) && is_called(p, other, x->a))))
			return true;
	}
	return false;
}

uint32_t
view_app_of_folder(const struct planner *p, struct str folder)
{
	uint32_t text = inventory_lookup(p->v, folder);

	return text < p->app_by_text_count ? p->app_by_text[text] : INVENTORY_NONE;
}

uint32_t
view_setting(const struct planner *p, const struct app_plan *a, uint32_t key, bool example)
{
	enum finding_role role = example ? ROLE_EXAMPLE : ROLE_ENV;
	struct str path = example ? a->example : a->env;

	for (const struct index_entry *e =
		 index_entry_at(p, a, (struct index_key){ BY_SETTING, key, 0, 0 });
	     index_entry_is(e, BY_SETTING, key); e++) {
		const struct inventory_item *item = &p->v->items[e->item];

		if (item->place_known && item->role == role &&
		    str_eq(view_str(p, item->place.file), path))
			return e->item;
	}
	return INVENTORY_NONE;
}

bool
view_is_own(const struct planner *p, const struct app_plan *a, uint32_t file)
{
	const struct inventory_file *f = inventory_file(p->v, file);
	struct str path = view_str(p, file), folder = view_str(p, p->v->apps[a->app].folder);

	if (path.len == 0 || (f && (f->readers > 1 || (f->readers == 1 && f->app != a->app) ||
	    str_eq(view_str(p, f->detail), STR("folder")))))
		return false;
	if (str_eq(folder, STR(".")))
		return !str_starts(path, STR("../")) && path.ptr[0] != '/';
	return str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/';
}

const struct inventory_item *
view_container_side(const struct planner *p, uint32_t i)
{
	const struct inventory_item *port = &p->v->items[i];
	const struct app_plan *a = &p->apps[port->app];

	if (!p->o->follow || port->host_port != port->container_port)
		return NULL;
	for (const struct index_entry *e = index_entry_at(
		 p, a, (struct index_key){ BY_CONTAINER, port->service, port->container_port, 0 });
	     index_entry_is(e, BY_CONTAINER, port->service) && e->key.y == port->container_port; e++)
		if (str_eq_fold(
			view_str(p, p->v->items[e->item].protocol), view_str(p, port->protocol)))
			return &p->v->items[e->item];
	return NULL;
}

bool
view_follows(const struct planner *p, const struct app_plan *a, uint32_t i)
{
	const struct inventory_item *side = view_container_side(p, i);

	return side && !side->detail && side->place_known && a->env_is_own &&
	    p->now[i] == p->v->items[i].low &&
	    (side->origin == ORIGIN_DEFAULT || view_str(p, side->place.file).len == 0 ||
		str_eq(view_str(p, side->place.file), a->env)) &&
	    (!a->copies || side->variable == p->v->items[i].variable);
}

bool
view_items_clash(const struct planner *p, uint32_t i, uint32_t j)
{
	const struct inventory_item *x = &p->v->items[i], *y = &p->v->items[j];

	if (!str_eq_fold(view_str(p, x->protocol), view_str(p, y->protocol)) ||
	    !clash_addresses_overlap(view_str(p, x->host_ip), view_str(p, y->host_ip)))
		return false;
	if (x->app == y->app)
		return clash_profiles_meet(
		    view_str(p, view_rare(p, i)->profile), view_str(p, view_rare(p, j)->profile));
	if (p->o->accepted_count) {
		char what[32];
		struct str protocol = view_str(p, x->protocol);
		int n = snprintf(what, sizeof what, "%u/%.*s", p->now[i],
		    (int)(protocol.len < 8 ? protocol.len : 8), protocol.ptr ? protocol.ptr : "");

		if (view_is_accepted(p, x->app, y->app, (struct str){ what, (size_t)n }))
			return false;
	}
	/* one span that two apps reach through include or extends is one thing */
	return !(x->place_known && y->place_known && x->place.file == y->place.file &&
	    x->place.off == y->place.off && x->place.len == y->place.len);
}

bool
view_is_pinned(const struct planner *p, const struct app_plan *a, const struct inventory_item *item)
{
	size_t end = (size_t)item->site.column + item->site.len;
	uint32_t setting;

	if (!a->copies || !item->site_known || item->origin == ORIGIN_LITERAL ||
	    !view_is_own(p, a, item->site.file))
		return false;
	setting = item->place_known ? view_setting(p, a, item->variable, true) : INVENTORY_NONE;
	/* A value that is not shown: neither a number nor a placeholder. */
	if (setting != INVENTORY_NONE && p->v->items[setting].place.len &&
	    !view_str(p, p->v->items[setting].value).len)
		return true;
	for (const struct index_entry *e = index_entry_at(p, a,
		 (struct index_key){ BY_USE_PLACE, item->site.file, item->site.line, item->site.column });
	     index_entry_is(e, BY_USE_PLACE, item->site.file) && e->key.y == item->site.line && e->key.z < end; e++) {
		const struct inventory_item *use = &p->v->items[e->item];

		if ((use->variable != item->variable || !item->place_known) &&
		    (setting = view_setting(p, a, use->variable, true)) != INVENTORY_NONE &&
		    p->v->items[setting].place.len)
			return true;
	}
	return false;
}

bool
view_has_project_name(const struct planner *p, const struct app_plan *a)
{
	const struct inventory_app *app = &p->v->apps[a->app];
	uint32_t key = inventory_lookup(p->v, STR("PROJECT_NAME"));

	for (uint32_t i = app->first; i < app->first + app->count; i++) {
		const struct inventory_item *item = &p->v->items[i];
		struct str raw = view_str(p, item->site.raw);

		if (item->variable == key &&
		    (item->record == FINDING_SETTING || item->record == FINDING_USE ||
			item->record == FINDING_GAP || item->record == FINDING_NAME))
			return true;
		if (item->record == FINDING_NAME && (str_search(raw, 0, STR("{PROJECT_NAME")) < raw.len ||
		    str_search(raw, 0, STR("$PROJECT_NAME")) < raw.len))
			return true;
	}
	return false;
}
