/* references: addresses follow the ports that they name.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include "plan/internal.h"

/* The number of port I as .env has it (EXAMPLE: as .env.example has it). */
static uint16_t
number_seen(const struct view *v, uint32_t i, bool example)
{
	const struct inventory_item *item = view_item(v, i);
	uint32_t setting;
	uint64_t n;

	if (!example || !item->variable)
		return item->low;
	setting = view_setting(v, item->app, item->variable, true);
	if (setting != INVENTORY_NONE &&
	    str_to_uint(view_str(v, v->inventory->items[setting].value), UINT16_MAX, &n) && n)
		return (uint16_t)n;
	return item->low;
}

/* The app's tcp ports as .env (EXAMPLE: .env.example) has them: of two that are alike the first. */
static const struct dict *
seen_ports(struct edits *e, bool example)
{
	const struct view *v = &e->d->view;
	struct dict *seen = &e->seen[example];

	if (seen->arena)
		return seen;
	*seen = (struct dict)DICT_IN(&e->words);
	for (uint32_t i = view_first(v, e->app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		uint16_t number = number_seen(v, i, example);

		if (e->d->units.of[i] != INVENTORY_NONE &&
		    str_eq_fold(view_str(v, v->inventory->items[i].protocol), STR("tcp")))
			(void)dict_add_copy(
			    seen, &e->words, (struct str){ (const char *)&number, sizeof number }, i);
	}
	return seen;
}

/* The item that has PORT there; DICT_NONE: none has. */
static uint32_t
find_seen(struct edits *e, uint16_t port, bool example)
{
	return dict_find(seen_ports(e, example), (struct str){ (const char *)&port, sizeof port });
}

/* What the app's PORT becomes; PORT itself where it stays or is none of the app's. A number that .env does
 * not have yet may be one that its coming copy of .env.example has. */
static uint16_t
new_port(struct edits *e, uint16_t port, bool example)
{
	uint32_t i = find_seen(e, port, example);

	if (i == DICT_NONE && e->copies && !example)
		i = find_seen(e, port, true);
	return i == DICT_NONE ? port : e->d->ports.after[i];
}

/* How many bytes the port of a reference takes. */
static size_t
digits_of(const struct view *v, const struct inventory_item *item)
{
	struct port_range_room room;

	return port_range_text(&room, inventory_ports(v->inventory, item)).len;
}

/* Whether WHOLE has the address that ITEM is at AT, in a default. */
static bool
is_address_at(const struct view *v, const struct inventory_item *item, struct str whole, size_t at)
{
	struct str value = view_str(v, item->value);
	size_t end = at + value.len;
	bool is_longer = end < whole.len && whole.ptr[end] >= '0' && whole.ptr[end] <= '9';

	return item->origin == ORIGIN_DEFAULT && value.len > digits_of(v, item) && !is_longer &&
	    str_eq(str_sub(whole, at, value.len), value);
}

/* The app's reference in the default of VARIABLE, which is WHOLE, that stands there at AT; NULL: none. */
static const struct inventory_item *
reference_at(const struct edits *e, uint32_t variable, struct str whole, size_t at)
{
	const struct view *v = &e->d->view;

	for (const struct index_entry *x =
		 index_at(&v->index, e->app, (struct index_key){ BY_REFERENCE, variable, 0, 0 });
	     index_is(x, BY_REFERENCE, variable); x++)
		if (is_address_at(v, &v->inventory->items[x->item], whole, at))
			return &v->inventory->items[x->item];
	return NULL;
}

/* WHOLE with each `host:port` of the app's references moved, in one pass, so that what became 8005 is not
 * moved again. */
static struct str
move_addresses(struct edits *e, uint32_t variable, struct str whole)
{
	const struct view *v = &e->d->view;
	struct str s = STR("");
	size_t from = 0;

	for (size_t at = 0; at < whole.len; ) {
		const struct inventory_item *item = reference_at(e, variable, whole, at);

		if (!item) {
			at++;
			continue;
		}
		at += view_str(v, item->value).len;
		s = arena_printf(v->arena, "%.*s%.*s%u", STR_ARG(s),
		    STR_ARG(str_sub(whole, from, at - digits_of(v, item) - from)),
		    new_port(e, item->low, false));
		from = at;
	}
	return arena_cat(v->arena, s, str_sub(whole, from, whole.len));
}

/* Sets the variable of ITEM, which is an address in its default. */
static void
edit_default(struct edits *e, const struct inventory_item *item, struct change like)
{
	const struct view *v = &e->d->view;
	struct str whole = view_str(v, item->whole), variable = view_str(v, item->variable), new;

	if (!whole.len) {
		edits_problem(e, like.service, &item->place,
		    "the default of %.*s names %.*s, which moves: set %.*s by hand",
			STR_ARG(variable), STR_ARG(view_str(v, item->value)), STR_ARG(variable));
		return;
	}
	/* a copied .env.example that sets the variable has a reference of its own, or none */
	if (e->copies && view_setting(v, e->app, item->variable, true) != INVENTORY_NONE)
		return;
	new = move_addresses(e, item->variable, whole);
	if (!str_eq(new, whole))
		env_set_key(e, like, variable, new);
}

void
references_edit(struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *item = &v->inventory->items[i];
	bool example = item->role == ROLE_EXAMPLE;
	uint16_t port = new_port(e, item->low, example);
	struct str value = view_str(v, item->value), variable = view_str(v, item->variable);
	struct str new = arena_printf(v->arena, "%u", port);
	struct change like = { .service = view_str(v, item->service), .reason = REASON_REFERENCE };

	if (port == item->low || !item->place_known ||
	    (item->role == ROLE_MENTION && !v->options->rewrite_mentions))
		return;
	if (view_rare(v, i)->doubt) {
		edits_note(e, like.service, &item->place,
		    "%.*s%s%.*s names port %u, which becomes %u, and stays, as %.*s", STR_ARG(variable),
		    item->variable ? " " : "", STR_ARG(value), item->low, port,
		    STR_ARG(view_str(v, view_rare(v, i)->doubt)));
		return;
	}
	like.detail = arena_printf(v->arena, "%.*s%s%.*s names this app's port %u", STR_ARG(variable),
	    item->variable ? " " : "", STR_ARG(value), item->low);
	if (item->origin == ORIGIN_DEFAULT)
		edit_default(e, item, like);
	else if (view_is_own(v, e->app, item->place.file))
		/* one that contradicts is covered: its key is set anew, or its variable's own text changes */
		(void)env_add(e, edits_replacement(e, &item->place, new, &like), example);
	else
		edits_problem(e, like.service, &item->place,
		    "%.*s names port %u, which becomes %u, in a file that is not this app's alone: change it "
			"by hand",
			STR_ARG(value), item->low, port);
}
