/* containers: what each container is called.
 * SPDX-License-Identifier: MIT */
#include "plan/naming.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/pattern.h"
#include "plan/internal.h"

/* What naming them takes. */
struct container_work {
	struct naming *n;
	const struct view *v;
	const struct known *known;
	struct names registered;	/* of apps of this fleet in the registry: the row of known.names */
	struct pattern *expansion;	/* `$VAR` and `${VAR:-default}` */
	struct match *match;
	/* by item that is a name: the next of its app that has its text as well, by an alias or as a service
	 * that extends another; round and round */
	uint32_t *of_text;
};

/* --- names that are made of variables --- */

/* What KEY expands to: as the files stand, or AFTER the plan. */
static struct str
value_of(const struct container_work *w, uint32_t app, struct str key, struct str fallback, bool after)
{
	const struct view_app *a = &w->v->apps[app];
	const struct naming_app *name = &w->n->of_app[app];
	struct str value;

	if (after && a->in_layout && str_eq(key, STR("PROJECT_NAME")))
		return name->project;
	if (str_eq(key, STR("COMPOSE_PROJECT_NAME")) && name->item != INVENTORY_NONE)
		return after ? naming_after(w->n, w->v, name->item)
			     : view_str(w->v, w->v->inventory->items[name->item].value);
	value = view_setting_value(w->v, app, key, after && a->copies);
	return value.len ? value : fallback;
}

/* The container name that TEMPLATE, as it stands in the compose file, gives. Empty where it is not
 * understood. */
static struct str
expand(const struct container_work *w, uint32_t app, struct str template, bool after)
{
	AUTO(error) err = ERROR_INIT;
	struct match *m = w->match;
	struct arena *a = w->v->arena;
	struct str s = STR("");
	struct span whole;
	size_t at = 0;

	while (pattern_match(w->expansion, m, template, at, &err) > 0 && match_span(m, 0, &whole)) {
		struct str key = match_str(m, 1).len ? match_str(m, 1) : match_str(m, 3);

		s = arena_cat(a, s, str_sub(template, at, whole.off - at));
		s = arena_cat(a, s, value_of(w, app, key, match_str(m, 2), after));
		at = span_end(whole);
	}
	if (str_find(template, at, '$') < template.len)
		return (struct str)STR_INIT;
	return arena_cat(a, s, str_sub(template, at, template.len));
}

/* Renames the container of item I if what its variables hold afterwards calls it otherwise. */
static void
follow_variables(const struct container_work *w, uint32_t i)
{
	const struct inventory_item *item = &w->v->inventory->items[i];
	struct str value = view_str(w->v, item->value), raw = view_str(w->v, item->site.raw), now;

	if (!item->site_known || str_find(raw, 0, '$') == raw.len ||
	    !str_eq(expand(w, item->app, raw, false), value))
		return;
	now = expand(w, item->app, raw, true);
	if (now.len && !str_eq(now, value))
		naming_rename(w->n, i, now);
}

/* --- names that are taken --- */

/* The names that Compose makes itself, so that no other container is called so. A clash of these is the
 * project's. */
static void
take_made_names(const struct container_work *w, uint32_t app)
{
	const struct view *v = w->v;
	const struct naming_app *name = &w->n->of_app[app];
	struct str services, project, service;

	if (name->item == INVENTORY_NONE)
		return;
	services = view_str(v, view_rare(v, name->item)->unnamed);
	project = v->options->keep_project_names ? view_str(v, v->inventory->items[name->item].value)
						 : names_lower(v->arena, name->project);
	for (size_t at = 0; str_next_part(services, ',', &at, &service); )
		(void)names_take(
		    &w->n->containers, names_of_container(v->arena, project, service), name->item);
}

static void
take_registered(struct container_work *w)
{
	naming_take_held(&w->n->containers, w->v, ROLE_CONTAINER);
	for (uint32_t i = 0; i < w->known->name_count; i++) {
		const struct store_name *row = &w->known->names[i];

		if (!str_eq(row->kind, STR("container")))
			continue;
		if (view_app_of_folder(w->v, row->folder) == INVENTORY_NONE)
			(void)names_take(&w->n->containers, row->name, NAMING_FOREIGN);
		else
			(void)names_take(&w->registered, row->name, i);
	}
}

static bool
is_registered(const struct container_work *w, uint32_t i)
{
	const struct inventory_item *item = &w->v->inventory->items[i];
	uint32_t row = names_owner(&w->registered, naming_after(w->n, w->v, i));

	return row < w->known->name_count &&
	    view_app_of_folder(w->v, w->known->names[row].folder) == item->app &&
	    str_eq(w->known->names[row].service, view_str(w->v, item->service));
}

/* --- names that clash --- */

static void
link_texts(const struct container_work *w, uint32_t app)
{
	struct decider *list = NULL;
	size_t count = 0, cap = 0;

	for (uint32_t i = view_first(w->v, app, FINDING_NAME); i != INVENTORY_NONE; i = view_next(w->v, i)) {
		MEM_GROW(list, count, cap);
		list[count++] = decider_of_text(w->v, i);
	}
	if (count)
		qsort(list, count, sizeof *list, decider_compare);
	for (size_t i = 0, end; i < count; i = end) {
		end = decider_group_end(list, i, count);
		for (size_t k = i; k < end; k++)
			w->of_text[list[k].item] = list[k + 1 < end ? k + 1 : i].item;
	}
	free(list);
}

/* Whether HOLDER, who has a name already, and item I, which wants it too, cannot both have it. */
static bool
is_at_odds(const struct container_work *w, uint32_t holder, uint32_t i)
{
	const struct inventory *inventory = w->v->inventory;
	struct clash_view outcome = naming_outcome(w->n, w->v);
	const struct inventory_item *x, *y = &inventory->items[i];

	if (holder >= inventory->item_count)
		return true;
	x = &inventory->items[holder];
	return clash_is_of_names(&outcome, &(struct clash_name){ holder, view_str(w->v, x->service) },
		   &(struct clash_name){ i, view_str(w->v, y->service) }) &&
	    (x->app == y->app || !view_accepts(w->v, x->app, y->app, naming_after(w->n, w->v, i)));
}

/* A text that names two services which run at the same time stays: whatever it says, they clash. */
static bool
may_rename(const struct container_work *w, uint32_t i)
{
	const struct inventory_item *item = &w->v->inventory->items[i];

	if (!w->v->apps[item->app].is_selected || decider_of_text(w->v, i).edit == EDIT_NONE)
		return false;
	for (uint32_t k = w->of_text[i]; k != i; k = w->of_text[k])
		if (is_at_odds(w, k, i))
			return false;
	return true;
}

static void
name_container(const struct container_work *w, uint32_t i)
{
	struct naming *n = w->n;
	const struct view *v = w->v;
	const struct inventory_item *item = &v->inventory->items[i];
	struct str name = naming_after(n, v, i), base;

	if (names_take(&n->containers, name, i) || !is_at_odds(w, names_owner(&n->containers, name), i) ||
	    !may_rename(w, i))
		return;
	base = arena_printf(v->arena, "%.*s_%.*s", STR_ARG(n->of_app[item->app].project),
	    STR_ARG(view_str(v, item->service)));
	if (!names_is_container(base))
		base = names_of_path(v->arena, base);
	naming_rename(n, i, names_take_unique(&n->containers, v->arena, base, i));
	n->is_edited[i] = true;
	for (uint32_t k = w->of_text[i]; k != i; k = w->of_text[k])
		n->after[k] = n->after[i];
}

/* First those that the registry knows by their names, then those that have to stay, then the others. */
static void
name_in_turn(const struct container_work *w, unsigned turn)
{
	for (uint32_t app = 0; app < w->v->inventory->app_count; app++)
		for (uint32_t i = view_first(w->v, app, FINDING_NAME); i != INVENTORY_NONE;
		     i = view_next(w->v, i)) {
			unsigned its_turn = is_registered(w, i) ? 0 : !may_rename(w, i) ? 1 : 2;

			if (w->v->inventory->items[i].value && its_turn == turn &&
			    inventory_runs(w->v->inventory, &w->v->inventory->items[i]))
				name_container(w, i);
		}
}

int
containers_name(struct naming *n, const struct decisions *d, struct error *err)
{
	const struct view *v = &d->view;
	static const char expansion[] =
	    "\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)(?::?-([^{}$]*))?\\}|([A-Za-z_][A-Za-z0-9_]*))";
	struct container_work w = { n, v, &d->known, NAMES_EXACT_INIT, NULL, NULL, NULL };

	if (pattern_open(&w.expansion, expansion, 0, err) < 0)
		return -1;
	w.match = match_open();
	w.of_text = arena_alloc(v->scratch, (v->inventory->item_count + 1) * sizeof *w.of_text);
	take_registered(&w);
	for (uint32_t app = 0; app < v->inventory->app_count; app++) {
		for (uint32_t i = view_first(v, app, FINDING_NAME);
		     i != INVENTORY_NONE && v->apps[app].is_selected; i = view_next(v, i))
			follow_variables(&w, i);
		take_made_names(&w, app);
		link_texts(&w, app);
	}
	for (unsigned turn = 0; turn <= 2; turn++)
		name_in_turn(&w, turn);
	names_release(&w.registered);
	match_close(w.match);
	pattern_close(w.expansion);
	return 0;
}
