/* edited: which ports of an app get a text with their number, be it as a text that they share changes.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include "plan/internal.h"

/* What decides a port that moves: a variable, or a place. */
struct moved_text {
	uint32_t file, off;	/* of a variable file is UINT32_MAX, which is no text */
};

static struct str
key_of(const struct moved_text *text)
{
	return (struct str){ (const char *)text, sizeof *text };
}

static bool
has_moved(const struct edits *e, struct moved_text text)
{
	return dict_find(&e->moved, key_of(&text)) != DICT_NONE;
}

static void
add_moved(struct edits *e, struct moved_text text)
{
	(void)dict_add_copy(&e->moved, &e->words, key_of(&text), 0);
}

static void
add_moved_place(struct edits *e, const struct inventory_place *place)
{
	add_moved(e, (struct moved_text){ place->file, view_spot(&e->d->view, place)->off });
}

/* What decides port I of UNIT, which moves. */
static void
add_moved_port(struct edits *e, const struct unit *unit, uint32_t i)
{
	const struct inventory_item *item = view_item(&e->d->view, i);
	bool is_in_mapping = unit->edit == EDIT_ALIAS && decider_is_in_mapping(&e->d->view, i);

	if (unit->edit == EDIT_ENV)
		add_moved(e, (struct moved_text){ UINT32_MAX, item->words->variable });
	if (unit->edit == EDIT_SITE)
		add_moved_place(e, &item->site);
	if (item->place_known && (unit->edit == EDIT_PLACE || is_in_mapping))
		add_moved_place(e, &item->place);
}

void
edited_find(struct edits *e)
{
	const struct units *units = &e->d->units;

	e->moved = (struct dict)DICT_IN(&e->words);
	for (uint32_t u = units->first[e->app]; u < units->first[e->app + 1]; u++) {
		const struct unit *unit = &units->items[u];
		uint16_t target = e->d->ports.of_unit[u].target;

		for (uint32_t k = 0; k < unit->count && target && target != unit->low; k++)
			add_moved_port(e, unit, units->members[unit->first + k]);
	}
}

static bool
is_moved_place(const struct edits *e, bool is_known, const struct inventory_place *place)
{
	return is_known &&
	    has_moved(e, (struct moved_text){ place->file, view_spot(&e->d->view, place)->off });
}

/* Whether port I of UNIT, which was parted from what shares its text, is to stay while that text changes. */
static bool
is_left_by_text(const struct edits *e, const struct unit *unit, uint32_t i)
{
	const struct inventory_item *item = view_item(&e->d->view, i);

	if (unit->edit == EDIT_OVERRIDE && is_moved_place(e, item->site_known, &item->site))
		return true;
	if (unit->edit == EDIT_ALIAS && item->site_known && !view_rare(&e->d->view, i)->elsewhere)
		return true;	/* the anchor's port may move */
	return view_is_pinned(&e->d->view, e->app, e->copies, item) ||
	    has_moved(e, (struct moved_text){ UINT32_MAX, item->words->variable }) ||
	    is_moved_place(e, item->place_known, &item->place);
}

/* Whether that is so of a port of UNIT. */
static bool
is_left(const struct edits *e, const struct unit *unit)
{
	bool parts = unit->edit == EDIT_SITE || unit->edit >= EDIT_ALIAS;

	for (uint32_t k = 0; k < unit->count && parts; k++)
		if (is_left_by_text(e, unit, e->d->units.members[unit->first + k]))
			return true;
	return false;
}

/* Whether unit U is one of a pair that has a variable in .env: .env.example's is looked at too, even where
 * the port is right. */
static bool
is_pair_in_env(const struct edits *e, uint32_t u)
{
	const struct unit *unit = &e->d->units.items[u];

	return pairs_has(&e->d->pairs, &e->d->units, u) && unit->edit == EDIT_ENV &&
	    e->d->view.apps[e->app].in_layout && view_item(&e->d->view, unit->item)->origin == ORIGIN_ENV;
}

/* Whether the copy that becomes .env would have no number for unit U, which needs no other than it has. */
static bool
is_stand_in_of_copy(const struct edits *e, uint32_t u)
{
	const struct view *v = &e->d->view;
	const struct unit *unit = &e->d->units.items[u];
	uint32_t variable = view_item(v, unit->item)->words->variable;
	uint32_t at = variable && e->copies ? view_setting(v, e->app, variable, true) : INVENTORY_NONE;

	return (unit->edit == EDIT_ENV || unit->edit == EDIT_SITE) && at != INVENTORY_NONE &&
	    view_is_stand_in(v, at);
}

bool
edited_has(const struct edits *e, uint32_t u)
{
	const struct unit *unit = &e->d->units.items[u];
	uint16_t target = e->d->ports.of_unit[u].target;

	return target && (target != unit->low || is_pair_in_env(e, u) || is_stand_in_of_copy(e, u) ||
	    is_left(e, unit));
}
