/* images: what each tag is called that an app builds.
 * SPDX-License-Identifier: MIT
 *
 * Two apps that build one tag from different folders run each other's code. In the layout the later one's is
 * called after its project and service, with all of the app that runs it; elsewhere it stays. */
#include "plan/naming.h"

#include "plan/internal.h"

/* What naming them takes. */
struct image_work {
	struct naming *n;
	const struct view *v;
	struct arena *a;
	struct dict registered;		/* `FOLDER TAG` of the rows of the registry */
	/* by item: the next of its app that has its tag; round and round */
	uint32_t *of_tag;
};

static struct str
tag_of(const struct image_work *w, uint32_t i)
{
	return names_of_tag(w->a, naming_after(w->n, w->v, i));
}

static struct str
key_of(struct arena *a, struct str folder, struct str tag)
{
	return arena_printf(a, "%.*s %.*s", STR_ARG(folder), STR_ARG(tag));
}

/* What an app had that is gone goes to nobody, but stays with who builds it now. */
static void
take_gone(struct image_work *w, const struct known *known)
{
	const struct inventory *inventory = w->v->inventory;
	struct dict borne = DICT_IN(w->a);

	for (uint32_t i = 0; i < inventory->item_count; i++)
		if (inventory->items[i].record == FINDING_IMAGE)
			(void)dict_add(&borne, tag_of(w, i), i);
	for (uint32_t i = 0; i < known->name_count; i++) {
		const struct store_name *row = &known->names[i];

		if (str_eq(row->kind, STR("image")) && view_is_gone(w->v, row->folder) &&
		    dict_find(&borne, row->name) == DICT_NONE)
			(void)names_take(&w->n->images, row->name, NAMING_FOREIGN);
	}
}

static void
take_registered(struct image_work *w, const struct known *known)
{
	take_gone(w, known);
	for (uint32_t i = 0; i < known->name_count; i++) {
		const struct store_name *row = &known->names[i];

		if (!str_eq(row->kind, STR("image")) || view_is_gone(w->v, row->folder))
			continue;
		if (view_app_of_folder(w->v, row->folder) == INVENTORY_NONE)
			(void)names_take(&w->n->images, row->name, NAMING_FOREIGN);
		else
			(void)dict_add(&w->registered, key_of(w->a, row->folder, row->name), i);
	}
}

static void
link_tags(const struct image_work *w)
{
	const struct inventory *inventory = w->v->inventory;
	struct dict first = DICT_IN(w->a);	/* `APP TAG` */

	for (uint32_t i = 0; i < inventory->item_count; i++) {
		const struct inventory_item *item = &inventory->items[i];
		uint32_t at;

		if (item->record != FINDING_IMAGE)
			continue;
		at = dict_add(&first, arena_printf(w->a, "%u %.*s", item->app, STR_ARG(tag_of(w, i))), i);
		w->of_tag[i] = at == i ? i : w->of_tag[at];
		w->of_tag[at] = i;
	}
}

static bool
is_registered(const struct image_work *w, uint32_t i)
{
	struct str folder = w->v->apps[w->v->inventory->items[i].app].folder;

	return dict_find(&w->registered, key_of(w->a, folder, tag_of(w, i))) != DICT_NONE;
}

/* Whether each text of the app of item I that says its tag may be another. */
static bool
may_rename(const struct image_work *w, uint32_t i)
{
	const struct inventory *inventory = w->v->inventory;
	const struct view_app *app = &w->v->apps[inventory->items[i].app];
	uint32_t k = i;

	if (!app->is_selected || !app->in_layout)
		return false;
	do {
		if (!decider_may_be_site(w->v, &inventory->items[k]))
			return false;
		k = w->of_tag[k];
	} while (k != i);
	return true;
}

/* Whether HOLDER, who has the tag already, and item I cannot both build it. */
static bool
is_at_odds(const struct image_work *w, uint32_t holder, uint32_t i)
{
	const struct inventory *inventory = w->v->inventory;
	const struct inventory_item *x, *y = &inventory->items[i];

	if (holder >= inventory->item_count)
		return true;
	x = &inventory->items[holder];
	return x->app != y->app && x->words->whole != y->words->whole &&
	    !clash_is_one_text(inventory, holder, i) &&
	    !view_accepts(w->v, x->app, y->app, tag_of(w, i));
}

/* The tag of item I afterwards: one of its own, as the first of its app that builds it is called. */
static void
rename_tag(const struct image_work *w, uint32_t i)
{
	struct naming *n = w->n;
	const struct view *v = w->v;
	const struct inventory_item *item = &v->inventory->items[i];
	struct str project = n->of_app[item->app].project, tag = tag_of(w, i), name, base;
	size_t at = names_tag_at(view_str(v, item->value)), tag_at = names_tag_at(tag);

	if (!project.len)
		project = names_of_model(w->a, v->inventory->apps[item->app].id);
	name = base = names_of_image(
	    w->a, str_sub(view_str(v, item->value), 0, at), project, view_str(v, item->words->service));
	tag = str_sub(tag, tag_at, tag.len);
	for (unsigned k = 2; !names_take(&n->images, names_of_tag(w->a, arena_cat(w->a, name, tag)), i); k++)
		name = arena_printf(w->a, "%.*s-%u", STR_ARG(base), k);
	for (uint32_t k = i; !n->is_edited[k]; k = w->of_tag[k]) {
		struct str value = view_str(v, v->inventory->items[k].value);

		tag = str_sub(value, names_tag_at(value), value.len);
		naming_rename(n, k, arena_cat(v->arena, name, tag));
		n->is_edited[k] = true;
	}
}

static void
name_image(const struct image_work *w, uint32_t i)
{
	struct str tag = names_of_tag(w->v->arena, naming_after(w->n, w->v, i));

	if (!names_take(&w->n->images, tag, i) && is_at_odds(w, names_owner(&w->n->images, tag), i) &&
	    may_rename(w, i))
		rename_tag(w, i);
}

void
images_name(struct naming *n, const struct decisions *d)
{
	const struct view *v = &d->view;
	struct image_work w = { n, v, v->scratch, DICT_IN(v->scratch), NULL };

	w.of_tag = arena_alloc(v->scratch, v->inventory->item_count * sizeof *w.of_tag);
	link_tags(&w);
	take_registered(&w, &d->known);
	/* first those that the registry knows by their tags, then those that have to stay, then the others */
	for (unsigned turn = 0; turn <= 2; turn++)
		for (uint32_t i = 0; i < v->inventory->item_count; i++) {
			const struct inventory_item *item = &v->inventory->items[i];
			bool builds = item->record == FINDING_IMAGE && item->words->whole && item->value;

			if (builds && !n->is_edited[i] &&
			    turn == (is_registered(&w, i) ? 0 : !may_rename(&w, i) ? 1 : 2))
				name_image(&w, i);
		}
}
