/* decider: which text decides a claim, a port or a name, and so where the edit that changes it goes.
 * SPDX-License-Identifier: MIT */
#include "plan/units.h"

#include "base/order.h"
#include "plan/view.h"
#include "syntax/placeholder.h"

/* Whether the number is all that the variable holds: not so in `HOST=127.0.0.1:8080`, nor where a later line
 * of .env sets the variable again and the port was made of the earlier one. */
static bool
is_all_of_variable(const struct view *v, const struct inventory_item *item)
{
	uint32_t setting;
	const struct inventory_spot *line, *text = view_spot(v, &item->place);

	if (item->origin != ORIGIN_ENV)	/* a line may hold what the default holds beside the number */
		return item->site_known || inventory_rare(v->inventory, item)->before ||
		    inventory_rare(v->inventory, item)->behind;
	setting = view_setting(v, item->app, item->words->variable, false);
	if (setting == INVENTORY_NONE)
		return true;
	line = view_spot(v, &v->inventory->items[setting].place);
	return line->off == text->off && line->len == text->len;
}

/* Whether a port that VARIABLE decides has the use at PLACE in its host part, or in its mapping where no one
 * place is the host part. */
static bool
is_use_of_port(const struct view *v, uint32_t app, uint32_t variable, const struct inventory_place *use)
{
	const struct inventory_spot *spot = view_spot(v, use);
	const struct index_entry *first = v->index.entries + v->index.first[app];
	/* the first port behind the use: the mapping that holds the use stands before it, and near */
	const struct index_entry *e = index_at(
	    &v->index, app, (struct index_key){ BY_PORT_PLACE, use->file, spot->line, spot->column + 1 });

	while (e-- > first && index_is(e, BY_PORT_PLACE, use->file) &&
	    index_key(&v->index, e).y == spot->line) {
		const struct inventory_item *port = view_item(v, e->item);
		const struct inventory_spot *site = view_spot(v, &port->site);
		size_t width = port->site_known ? site->len : view_str(v, port->words->whole).len;

		if (spot->column >= site->column + width) {
			if (port->site_known)
				return false;	/* it ends before the use, and so do all before it */
		} else if (port->words->variable == variable && port->low && port->place_known) {
			return true;
		}
	}
	return false;
}

/* Adds to F what the uses of VARIABLE say of a change of ports that BASE decides. */
static void
add_facts(const struct view *v, struct decider_facts *f, uint32_t base, uint32_t variable)
{
	f->has_other_use = f->has_other_use || view_minds_line(v, f->app, variable) ||
	    index_is(index_at(&v->index, f->app, (struct index_key){ BY_ANCHORED, variable, 0, 0 }),
		BY_ANCHORED, variable);
	for (const struct index_entry *e =
		 index_at(&v->index, f->app, (struct index_key){ BY_USE, variable, 0, 0 });
	     index_is(e, BY_USE, variable); e++) {
		const struct inventory_item *use = &v->inventory->items[e->item];

		if (use->role == ROLE_HOST_PORT)
			f->is_in_other_port = f->is_in_other_port || (!view_is_in_env(use) &&
			    !is_use_of_port(v, f->app, base, &use->place));
		else if (use->role != ROLE_CONTAINER && use->role != ROLE_HANDED &&
		    !view_is_address_of_copy(v, use))
			f->has_other_use = true;
	}
}

/* What the uses of CHANGED, and of what .env makes of it, say of a change of ports that BASE decides. */
static const struct decider_facts *
facts_of(const struct decider_search *s, uint32_t app, uint32_t base, uint32_t changed)
{
	struct decider_facts *f = &s->facts[changed];
	uint32_t made[VIEW_MADE_MAX];
	size_t count;

	if (f->app == app)
		return f;
	count = view_made_of(s->view, app, changed, made);
	*f = (struct decider_facts){ .app = app, .has_other_use = count == VIEW_MADE_MAX };
	for (size_t i = 0; i < count; i++)
		add_facts(s->view, f, base, made[i]);
	return f;
}

/* Whether another value of the variable CHANGED would change nothing but port I and what is to follow it. */
static bool
is_free_to_change(
    const struct decider_search *s, uint32_t i, const struct inventory_item *item, uint32_t changed)
{
	const struct view *v = s->view;
	const struct decider_facts *f = facts_of(s, item->app, item->words->variable, changed);
	bool follows = view_follows(v, i, s->now[i], v->apps[item->app].copies) &&
	    view_container_side(v, i)->words->variable == item->words->variable;

	return !f->is_in_other_port && (follows || !f->has_other_use);
}

/* The key of the line of .env in whose `${VARIABLE:-default}` the default stands that decides ITEM; 0: that
 * stands elsewhere. */
static uint32_t
line_of_default(const struct view *v, const struct inventory_item *item)
{
	size_t off = view_spot(v, &item->place)->off;

	for (const struct index_entry *e =
		 index_at(&v->index, item->app, (struct index_key){ BY_USE, item->words->variable, 0, 0 });
	     item->origin == ORIGIN_DEFAULT && index_is(e, BY_USE, item->words->variable); e++) {
		const struct inventory_item *use = &v->inventory->items[e->item];
		const struct inventory_spot *text = view_spot(v, &use->place);

		if (view_is_in_env(use) && use->place.file == item->place.file && text->off <= off &&
		    off < text->off + text->len)
			return use->words->detail;
	}
	return 0;
}

/* Whether .env sets the variable of ITEM below the line whose default decides that: it does not count there,
 * as Compose reads line by line. */
static bool
is_set_too_late(const struct view *v, const struct inventory_item *item)
{
	uint32_t setting = view_setting(v, item->app, item->words->variable, false);

	return line_of_default(v, item) && setting != INVENTORY_NONE &&
	    view_spot(v, &v->inventory->items[setting].place)->off > view_spot(v, &item->place)->off;
}

/* Whether the variable of ITEM, the app's backend or frontend, holds a placeholder for that port, in .env or
 * in the .env.example that becomes it: filled in it has the new number anyway, whatever is made of it. */
static bool
is_filled_in(const struct view *v, const struct inventory_item *item)
{
	uint32_t setting = view_setting(v, item->app, item->words->variable, v->apps[item->app].copies);
	struct placeholder p;

	if (setting == INVENTORY_NONE || !v->apps[item->app].in_layout ||
	    !placeholder_parse(str_trim(view_raw(v, &v->inventory->items[setting].place)), &p))
		return false;
	return item->role == ROLE_BACKEND ? str_eq_fold(p.key, STR("BACKEND_PORT"))
	    : item->role == ROLE_FRONTEND && str_eq_fold(p.key, STR("FRONTEND_PORT"));
}

/* Whether a line of the app's .env can decide port I, be there one yet or not. */
static bool
env_may_decide(const struct decider_search *s, uint32_t i, const struct inventory_item *item)
{
	const struct view *v = s->view;
	const struct view_app *a = &v->apps[item->app];

	if (!item->words->variable || item->origin == ORIGIN_LITERAL || item->origin == ORIGIN_NONE ||
	    (!is_free_to_change(s, i, item, item->words->variable) && !is_filled_in(v, item)) ||
	    !is_all_of_variable(v, item) ||
	    is_set_too_late(v, item))
		return false;
	if (item->origin == ORIGIN_ENV && !str_eq(view_str(v, item->place.file), a->env))
		return false;	/* another project's .env, or the environment's */
	return a->env_is_own;
}

/* Whether what decides port I is a text in an .env of the app's own of which nothing else is made. */
static bool
may_be_in_env(const struct decider_search *s, uint32_t i, const struct inventory_item *item)
{
	uint32_t changed =
	    item->origin == ORIGIN_ENV ? item->words->variable : line_of_default(s->view, item);

	return item->place_known && changed && view_is_own(s->view, item->app, item->place.file) &&
	    is_free_to_change(s, i, item, changed);
}

/* The text at PLACE, which decides claim I. */
static struct decider
decider_at(const struct view *v, uint8_t edit, const struct inventory_place *place, uint32_t i)
{
	const struct inventory_spot *spot = view_spot(v, place);

	return (struct decider){ edit, place->file, spot->off, spot->len, 0, i };
}

struct decider
decider_of_site(const struct view *v, const struct inventory_item *item, uint32_t i)
{
	return decider_at(v, EDIT_SITE, &item->site, i);
}

bool
decider_may_be_site(const struct view *v, const struct inventory_item *item)
{
	return item->site_known && !inventory_rare(v->inventory, item)->elsewhere &&
	    !view_is_folded(v, &item->site) && view_is_own(v, item->app, item->site.file);
}

/* That of a claim whose alias becomes its content. */
static struct decider
decider_of_alias(const struct view *v, uint32_t i)
{
	const struct inventory_rare *rare = view_rare(v, i);

	return (struct decider){ EDIT_ALIAS, rare->alias.file, view_spot(v, &rare->alias)->off,
		rare->alias_at, 0, i };
}

bool
decider_is_in_mapping(const struct view *v, uint32_t i)
{
	const struct inventory_place *site = &v->inventory->items[i].site, *place = &view_rare(v, i)->alias;
	const struct inventory_spot *at = view_spot(v, place), *mapping = view_spot(v, site);

	return at->line && site->file == place->file && mapping->line == at->line &&
	    mapping->column == at->column;
}

/* Whether what would replace the alias of port I stands in its mapping, and another service has that as well,
 * by an anchor or as it extends this one. EDITS: see decider_part. */
static bool
is_mapping_of_others(const struct view *v, uint32_t i, const uint8_t *edits)
{
	const struct inventory_place *place = &view_rare(v, i)->alias;
	const struct inventory_spot *spot = view_spot(v, place);
	const struct inventory_item *item = &v->inventory->items[i];
	struct index_key key = { BY_PORT_PLACE, place->file, spot->line, spot->column };
	uint32_t first = v->inventory->apps[item->app].first;

	if (!decider_is_in_mapping(v, i))
		return false;
	for (const struct index_entry *e = index_at(&v->index, item->app, key);
	     index_has(&v->index, e, key); e++)
		if (view_item(v, e->item)->words->service != item->words->service &&
		    (!edits || edits[e->item - first] < EDIT_ALIAS))
			return true;
	return false;
}

/* Whether that may be: in a file of the app's own, and the alias is no other service's (which may extend this
 * one). */
static bool
may_be_alias(const struct view *v, uint32_t i, const uint8_t *edits)
{
	const struct inventory_item *item = &v->inventory->items[i];
	const struct inventory_place *alias = &view_rare(v, i)->alias;
	const struct inventory_spot *spot = view_spot(v, alias);
	struct index_key key = { BY_ALIAS, alias->file, spot->off, spot->len };

	if (!view_rare(v, i)->alias_text || !view_is_own(v, item->app, alias->file))
		return false;
	for (const struct index_entry *e = index_at(&v->index, item->app, key);
	     index_has(&v->index, e, key); e++)
		if (v->inventory->items[e->item].words->service != item->words->service)
			return false;
	return !is_mapping_of_others(v, i, edits);
}

bool
decider_part(const struct view *v, uint32_t i, const uint8_t *edits, struct decider *ret)
{
	if (!may_be_alias(v, i, edits))
		return false;
	*ret = decider_of_alias(v, i);
	return true;
}

struct decider
decider_of_text(const struct view *v, uint32_t i)
{
	const struct inventory_item *item = view_item(v, i);
	uint32_t also = view_rare(v, i)->also.file;
	struct decider d = { EDIT_NONE, 0, i, 0, 0, i };

	if (item->place_known)
		d = decider_at(v, EDIT_NONE, &item->place, i);
	if (view_rare(v, i)->elsewhere) {
		(void)decider_part(v, i, NULL, &d);
		return d;
	}
	if (item->place_known && item->origin == ORIGIN_LITERAL && !view_is_folded(v, &item->place) &&
	    view_is_own(v, item->app, item->place.file) && (!also || view_is_own(v, item->app, also)))
		return decider_at(v, EDIT_PLACE, &item->place, i);
	if (decider_may_be_site(v, item))
		return decider_of_site(v, item, i);
	if (!item->site_known)
		(void)decider_part(v, i, NULL, &d);
	return d;
}

bool
decider_override(const struct view *v, uint32_t i, struct decider *ret)
{
	const struct inventory_item *item = view_item(v, i);
	const struct inventory_place *text = item->site_known ? &item->site : &item->place;

	if (!v->options->overrides || !v->apps[item->app].override)
		return false;
	*ret = (struct decider){ EDIT_OVERRIDE, item->words->service, i, 0, 0, i };
	if (item->site_known || item->place_known) {
		ret->off = view_spot(v, text)->off;
		ret->len = text->file;
	}
	return true;
}

struct decider
decider_of_name(const struct view *v, uint32_t i)
{
	struct decider d = decider_of_text(v, i);

	if (d.edit == EDIT_NONE)
		(void)decider_override(v, i, &d);
	return d;
}

/* The number by which port I, ITEM, is told from others of its variable: of a range its first. */
static uint16_t
number_of_text(const struct decider_search *s, uint32_t i, const struct inventory_item *item)
{
	struct str raw = view_raw(s->view, &item->place);
	size_t dash = str_find(raw, 0, '-');
	uint64_t first;

	if (dash == raw.len || s->now[i] != item->low ||
	    !str_to_uint(str_sub(raw, 0, dash), UINT16_MAX, &first))
		return s->now[i];
	return (uint16_t)first;
}

struct decider
decider_find(const struct decider_search *s, uint32_t i)
{
	const struct view *v = s->view;
	const struct inventory_item *item = view_item(v, i);
	struct decider by_text;
	struct decider by_env = { EDIT_ENV, item->words->variable, 0, 0, number_of_text(s, i, item), i };
	bool may_be_env = item->place_known && env_may_decide(s, i, item);

	if (view_is_pinned(v, item->app, v->apps[item->app].copies, item))
		return decider_of_name(v, i);
	if (may_be_env && !v->apps[item->app].avoids_env)
		return by_env;
	if (may_be_in_env(s, i, item))
		return decider_at(v, EDIT_PLACE, &item->place, i);
	by_text = decider_of_text(v, i);
	return by_text.edit == EDIT_NONE && may_be_env ? by_env : decider_of_name(v, i);
}

struct str
decider_cure(const struct view *v, uint32_t app)
{
	const struct view_app *a = &v->apps[app];

	if (a->override)
		return arena_printf(v->arena, "; --overrides ends it with a line in %.*s",
		    STR_ARG(view_str(v, a->override)));
	return v->options->overrides && a->no_override ? arena_printf(v->arena, "; %s", a->no_override)
						       : (struct str)STR_INIT;
}

static const char *
why_text_stays(const struct view *v, const struct inventory_item *item)
{
	uint32_t also = inventory_rare(v->inventory, item)->also.file;
	uint32_t file = item->place_known ? item->place.file : item->site.file;
	struct str elsewhere = view_str(v, inventory_rare(v->inventory, item)->elsewhere);

	if (!item->place_known && !item->site_known)
		return "no one place in the files decides it";
	if (view_is_folded(v, item->place_known ? &item->place : &item->site))
		return "its text goes over the end of a line";
	if (elsewhere.len)
		return arena_printf(v->arena, "its text means something else as well, by an anchor (%.*s), "
		    "and no alias here is of it alone", STR_ARG(elsewhere)).ptr;
	if (also && view_is_own(v, item->app, file))
		file = also;
	if (!view_is_own(v, item->app, file))
		return arena_printf(v->arena, "%.*s, which decides it, is %.*s", STR_ARG(view_str(v, file)),
		    STR_ARG(view_why_not_own(v, item->app, file))).ptr;
	return "its variable means something else as well, and the mapping is no text of its own";
}

const char *
decider_why_not(const struct view *v, const struct inventory_item *item)
{
	struct str cure = decider_cure(v, item->app);

	return arena_printf(v->arena, "%s%.*s", why_text_stays(v, item), STR_ARG(cure)).ptr;
}

static int
compare_texts(const struct decider *a, const struct decider *b)
{
	if (a->edit != b->edit)
		return order_of(a->edit, b->edit);
	if (a->file != b->file)
		return order_of(a->file, b->file);
	if (a->off != b->off)
		return order_of(a->off, b->off);
	if (a->len != b->len)
		return order_of(a->len, b->len);
	return order_of(a->now, b->now);
}

int
decider_compare(const void *pa, const void *pb)
{
	const struct decider *a = pa, *b = pb;
	int c = compare_texts(a, b);

	return c ? c : order_of(a->item, b->item);
}

size_t
decider_group_end(const struct decider *list, size_t first, size_t count)
{
	size_t end = first + 1;

	while (end < count && compare_texts(&list[first], &list[end]) == 0)
		end++;
	return end;
}
