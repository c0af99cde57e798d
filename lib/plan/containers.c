/* containers: what each container is called.
 * SPDX-License-Identifier: MIT */
#include "plan/naming.h"

#include <stdlib.h>

#include "base/dict.h"
#include "plan/internal.h"

/* What naming them takes. */
struct container_work {
	struct naming *n;
	const struct view *v;
	const struct known *known;
	struct names registered;	/* of apps of this fleet in the registry: the row of known.names */
	/* by item that is a name: the next of its app that has its text as well, by an alias or as a service
	 * that extends another; round and round */
	uint32_t *of_text;
	struct dict hosts;		/* the names by which containers are asked for as hosts */
};

/* --- names that are taken --- */

/* The names that Compose makes itself, so that no other container is called so. A clash of these is the
 * project's. */
static void
take_made_names(const struct container_work *w, uint32_t app)
{
	const struct view *v = w->v;
	const struct naming_app *name = &w->n->of_app[app];
	struct names_made made = { .number = 0 };
	struct str project;

	if (name->item == INVENTORY_NONE)
		return;
	made.rest = view_str(v, view_rare(v, name->item)->unnamed);
	project = v->options->keep_project_names ? view_str(v, v->inventory->items[name->item].value)
						 : names_lower(v->arena, name->project);
	while (names_made_next(&made))
		(void)names_take(
		    &w->n->containers, names_of_container(v->arena, project, &made), name->item);
}

/* What a container of an app that is gone is called goes to nobody who is not called so now. */
static void
take_gone(struct container_work *w, const struct names *borne, struct str name)
{
	if (names_owner(borne, name) == NAMES_NOBODY)
		(void)names_take(&w->n->containers, name, NAMING_FOREIGN);
}

static void
take_registered(struct container_work *w)
{
	AUTO(names) borne = NAMES_INIT;

	naming_borne(&borne, w->v, FINDING_NAME);
	naming_take_held(&w->n->containers, w->v, ROLE_CONTAINER);
	for (uint32_t i = 0; i < w->known->name_count; i++) {
		const struct store_name *row = &w->known->names[i];

		if (!str_eq(row->kind, STR("container")))
			continue;
		if (view_is_gone(w->v, row->folder))
			take_gone(w, &borne, row->name);
		else if (view_app_of_folder(w->v, row->folder) == INVENTORY_NONE)
			(void)names_take(&w->n->containers, row->name, NAMING_FOREIGN);
		else
			(void)names_take(&w->registered, row->name, i);
	}
}

/* --- names that clash --- */

static void
link_texts(const struct container_work *w, uint32_t app)
{
	struct decider *list = NULL;
	size_t count = 0, cap = 0;

	for (uint32_t i = view_first(w->v, app, FINDING_NAME); i != INVENTORY_NONE; i = view_next(w->v, i)) {
		MEM_GROW(list, count, cap);
		list[count++] = decider_of_name(w->v, i);
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
	return clash_is_of_names(&outcome, &(struct clash_name){ holder, view_str(w->v, x->words->service) },
		   &(struct clash_name){ i, view_str(w->v, y->words->service) }) &&
	    (x->app == y->app || !view_accepts(w->v, x->app, y->app, naming_after(w->n, w->v, i)));
}

/* A text that names two services which run at the same time stays: whatever it says, they clash. */
static bool
may_rename(const struct container_work *w, uint32_t i)
{
	const struct inventory_item *item = &w->v->inventory->items[i];

	if (!w->v->apps[item->app].is_selected || decider_of_name(w->v, i).edit == EDIT_NONE)
		return false;
	for (uint32_t k = w->of_text[i]; k != i; k = w->of_text[k])
		if (is_at_odds(w, k, i))
			return false;
	return true;
}

static void
find_hosts(struct container_work *w)
{
	const struct inventory *inventory = w->v->inventory;

	for (uint32_t i = 0; i < inventory->item_count; i++) {
		const struct inventory_item *item = &inventory->items[i];

		if (item->record == FINDING_REFERENCE && item->claim == CLAIM_HOST)
			(void)dict_add(&w->hosts, view_str(w->v, item->value), i);
	}
}

/* What parts project and service in the name that takes the place of NAME. An underscore is in no name of a
 * host: what is asked for as one, and has none so far, gets none, as some programs refuse it. */
static char
joint(const struct container_work *w, struct str name)
{
	return !str_has(name, '_') && dict_find(&w->hosts, name) != DICT_NONE ? '-' : '_';
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
	base = arena_printf(v->arena, "%.*s%c%.*s", STR_ARG(n->of_app[item->app].project), joint(w, name),
	    STR_ARG(view_str(v, item->words->service)));
	if (!names_is_container(base))
		base = names_of_path(v->arena, base);
	naming_rename(n, i, names_take_unique(&n->containers, v->arena, base, i));
	n->is_edited[i] = true;
	for (uint32_t k = w->of_text[i]; k != i; k = w->of_text[k])
		n->after[k] = n->after[i];
}

/* Who has a name before others: whose the registry says that it is, then another service of that app, which
 * may be it under another name; who has to stay; then all others. */
enum { TURN_REGISTERED, TURN_OF_APP, TURN_FIXED, TURN_OTHERS };

static unsigned
turn_of(const struct container_work *w, uint32_t i)
{
	const struct inventory_item *item = &w->v->inventory->items[i];
	uint32_t row = names_owner(&w->registered, naming_after(w->n, w->v, i));

	if (row < w->known->name_count &&
	    view_app_of_folder(w->v, w->known->names[row].folder) == item->app)
		return str_eq(w->known->names[row].service, view_str(w->v, item->words->service))
		    ? TURN_REGISTERED : TURN_OF_APP;
	return may_rename(w, i) ? TURN_OTHERS : TURN_FIXED;
}

static void
name_in_turn(const struct container_work *w, unsigned turn)
{
	for (uint32_t app = 0; app < w->v->inventory->app_count; app++)
		for (uint32_t i = view_first(w->v, app, FINDING_NAME); i != INVENTORY_NONE;
		     i = view_next(w->v, i))
			if (w->v->inventory->items[i].value && turn_of(w, i) == turn &&
			    inventory_runs(w->v->inventory, &w->v->inventory->items[i]))
				name_container(w, i);
}

void
containers_name(struct naming *n, const struct decisions *d)
{
	const struct view *v = &d->view;
	struct container_work w = { n, v, &d->known, NAMES_EXACT_INIT, NULL, DICT_IN(v->scratch) };

	w.of_text = arena_alloc(v->scratch, v->inventory->item_count * sizeof *w.of_text);
	take_registered(&w);
	find_hosts(&w);
	for (uint32_t app = 0; app < v->inventory->app_count; app++) {
		take_made_names(&w, app);
		link_texts(&w, app);
	}
	for (unsigned turn = TURN_REGISTERED; turn <= TURN_OTHERS; turn++)
		name_in_turn(&w, turn);
	names_release(&w.registered);
}
