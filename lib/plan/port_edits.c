/* port_edits: the edits that give the ports of an app their numbers.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/order.h"
#include "plan/internal.h"

/* --- what an edit writes, and why --- */

static struct str
text_of_ports(const struct view *v, unsigned low, unsigned high)
{
	return high > low ? arena_printf(v->arena, "%u-%u", low, high) : arena_printf(v->arena, "%u", low);
}

/* The place of item I that is edited: where its mapping stands (SITE), or what decides it. */
static const struct inventory_place *
edited_place(const struct view *v, uint32_t i, bool site)
{
	const struct inventory_item *item = view_item(v, i);

	return site ? &item->site : &item->place;
}

/* What the members of U on the span of item I hold afterwards: one port, or a range from the lowest to the
 * highest. */
static struct str
text_of_span(const struct decisions *d, const struct unit *u, uint32_t i, bool site)
{
	const struct inventory_place *want = edited_place(&d->view, i, site);
	uint16_t low = UINT16_MAX, high = 0;

	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t j = d->units.members[u->first + k];
		const struct inventory_place *place = edited_place(&d->view, j, site);
		uint16_t after = d->ports.after[j];

		if (!inventory_is_one_text(d->view.inventory, place, want))
			continue;
		low = after < low ? after : low;
		high = after > high ? after : high;
	}
	return text_of_ports(&d->view, low, high);
}

/* Whether port I has another text in the content that replaces its alias: as it parts from the anchor's, or
 * as the anchor's changes as well. */
static bool
changes_in_content(const struct edits *e, uint32_t i)
{
	uint32_t unit = e->d->units.of[i];
	uint8_t edit = unit == INVENTORY_NONE ? EDIT_NONE : e->d->units.items[unit].edit;
	bool is_literal = view_item(&e->d->view, i)->origin == ORIGIN_LITERAL;

	return edit == EDIT_ALIAS ||
	    ((edit == EDIT_SITE || (edit == EDIT_PLACE && is_literal)) && edited_has(e, unit));
}

/* A port that changes in the content of an alias, and where in it. */
struct in_content {
	size_t at;
	uint32_t item;
};

static int
compare_in_content(const void *pa, const void *pb)
{
	const struct in_content *a = pa, *b = pb;

	return a->at != b->at ? order_of(a->at, b->at) : order_of(a->item, b->item);
}

/* The ports of the alias of port I that change in its content, in the order of that. */
static struct in_content *
list_in_content(const struct edits *e, uint32_t i, size_t *ret_count)
{
	const struct view *v = &e->d->view;
	const struct inventory_place *alias = &view_rare(v, i)->alias;
	const struct inventory_spot *spot = view_spot(v, alias);
	struct index_key key = { BY_ALIAS, alias->file, spot->off, spot->len };
	struct in_content *list = NULL;
	size_t count = 0, cap = 0, ignored;

	for (const struct index_entry *x = index_at(&v->index, v->inventory->items[i].app, key);
	     index_has(&v->index, x, key); x++)
		if (changes_in_content(e, x->item) || binding_in_alias(e, x->item, &ignored).len) {
			MEM_GROW(list, count, cap);
			list[count++] = (struct in_content){ view_rare(v, x->item)->alias_at, x->item };
		}
	if (count)
		qsort(list, count, sizeof *list, compare_in_content);
	*ret_count = count;
	return list;
}

/* All of the expansion in CONTENT whose default gives port I, with NUMBER in it, and more than that
 * (`${AT:-127.0.0.1:80}`); else NUMBER. */
static struct span
expansion_around(const struct view *v, uint32_t i, struct str content, struct span number)
{
	const struct inventory_rare *rare = view_rare(v, i);
	struct str variable = view_str(v, v->inventory->items[i].words->variable);
	struct str head = str_sub(content, 0, number.off);
	struct str tail = str_sub(content, span_end(number), content.len);
	struct str closing = arena_cat(v->arena, view_str(v, rare->behind), STR("}"));

	for (size_t colon = 0; colon <= 1; colon++) {
		struct str opening = arena_printf(v->arena, "${%.*s%s%.*s", STR_ARG(variable),
		    colon ? ":-" : "-", STR_ARG(view_str(v, rare->before)));

		if (str_ends(head, opening) && str_starts(tail, closing))
			return (struct span){ number.off - opening.len,
				opening.len + number.len + closing.len };
	}
	return number;
}

/* Writes port I of the content WHOLE into TEXT, where all before FROM is already; returns up to where. */
static size_t
write_in_content(const struct edits *e, uint32_t i, struct str whole, size_t from, struct buf *text)
{
	const struct decisions *d = e->d;
	const struct view *v = &d->view;
	bool site = v->inventory->items[i].site_known, parts = changes_in_content(e, i);
	struct str raw = view_raw(v, edited_place(v, i, site)), address;
	struct span old = { view_rare(v, i)->alias_at, raw.len };
	size_t at;

	address = binding_in_alias(e, i, &at);
	if (parts && !site)
		old = expansion_around(v, i, whole, old);
	buf_add_str(text, str_sub(whole, from, (old.off < at ? old.off : at) - from));
	buf_add_str(text, old.len > raw.len && !address.len ? view_str(v, view_rare(v, i)->before) : address);
	buf_add_str(text, parts ? text_of_span(d, &d->units.items[d->units.of[i]], i, site) : raw);
	if (old.len > raw.len)
		buf_add_str(text, view_str(v, view_rare(v, i)->behind));
	return span_end(old);
}

/* The content that replaces item I's alias: its ports that part from the anchor's are literals, the rest is
 * as written. */
static struct str
text_of_alias(const struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	struct str whole = view_str(v, view_rare(v, i)->alias_text);
	AUTO(buf) text = BUF_INIT;
	size_t from = 0, count;
	struct in_content *list = list_in_content(e, i, &count);

	for (size_t k = 0; k < count; k++)
		if (list[k].at >= from)	/* else of another service, which has it through the same alias */
			from = write_in_content(e, list[k].item, whole, from, &text);
	free(list);
	buf_add_str(&text, str_sub(whole, from, whole.len));
	return arena_dup(v->arena, buf_str(&text));
}

/* As text_of_alias; of ports that stand side by side in one alias it is made once. */
static struct str
content_of_alias(struct edits *e, uint32_t i)
{
	const struct inventory_place *alias = &view_rare(&e->d->view, i)->alias;

	if (!e->content.len || !inventory_is_one_text(e->d->view.inventory, &e->content_of, alias)) {
		e->content_of = *alias;
		e->content = text_of_alias(e, i);
	}
	return e->content;
}

/* Why the unit U moves, where the port of its item I came from, and why no .env is made for it. */
static struct str
why_with_chain(const struct decisions *d, uint32_t u, uint32_t i)
{
	const struct view_app *a = &d->view.apps[d->units.items[u].app];
	const struct inventory_item *item = view_item(&d->view, i);
	struct str why = d->ports.of_unit[u].why, chain = view_str(&d->view, item->words->chain);

	if (chain.len)
		why = arena_printf(
		    d->view.arena, "%.*s%s%.*s", STR_ARG(why), why.len ? "; it was " : "", STR_ARG(chain));
	if (!a->avoids_env || item->origin != ORIGIN_DEFAULT)
		return why;
	return arena_printf(d->view.arena, "%.*s; no .env is made for it, as %.*s sets more", STR_ARG(why),
	    STR_ARG(a->examples));
}

struct str
port_edits_why(const struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	uint32_t u = e->d->units.of[i];
	const struct inventory_item *item = view_item(v, i), *side = view_container_side(v, i);
	struct str detail = why_with_chain(e->d, u, i), why = STR("no variable decides it");

	if (!v->options->follow || !inventory_has_one_number(v->inventory, item) ||
	    view_follows(v, i, e->d->units.now[i], e->copies))
		return detail;
	if (side)
		why = side->words->detail ? view_str(v, side->words->detail)
				   : STR("what decides it is not in an .env of this app's own");
	return arena_printf(v->arena, "%.*s; its container port stays: %.*s", STR_ARG(detail), STR_ARG(why));
}

/* --- a unit --- */

/* Whether another unit than U of the app has its ports through VARIABLE. */
static bool
is_variable_of_others(const struct edits *e, uint32_t u, uint32_t variable)
{
	const struct units *units = &e->d->units;

	for (uint32_t k = units->first[e->app]; k < units->first[e->app + 1]; k++)
		if (k != u &&
		    view_item(&e->d->view, units->members[units->items[k].first])->words->variable ==
			variable)
			return true;
	return false;
}

/* Whether the address that is made of USE, an expansion, names another port than UNIT's: nothing sets the
 * variable, and its default there is not the one that UNIT has its port by. */
static bool
is_of_another_default(const struct view *v, const struct unit *unit, const struct inventory_item *use)
{
	const struct inventory_item *port = view_item(v, unit->item);
	struct str raw = view_raw(v, &use->place);
	size_t from = str_find(raw, 0, '-') + 1;
	uint64_t number;

	return !view_is_set_by_copy(v, use->app, use->words->variable) && port->origin == ORIGIN_DEFAULT &&
	    port->low == unit->low && from < raw.len &&
	    str_to_uint(str_sub(raw, from, str_find(raw, from, '}') - from), UINT16_MAX, &number) &&
	    (number < unit->low || number >= unit->low + unit->width);
}

/* USE, an address made of BASE or of what .env makes of that, names unit U, which has its ports through BASE,
 * by the number from now on. Where that cannot be, a person has to write it. */
static void
leave_address(struct edits *e, uint32_t u, uint32_t base, const struct inventory_item *use)
{
	const struct view *v = &e->d->view;
	struct str variable = view_str(v, use->words->variable);
	uint16_t target = e->d->ports.of_unit[u].target;
	struct change like = { .reason = REASON_REFERENCE, .service = view_str(v, use->words->service) };

	like.detail = arena_printf(v->arena,
	    "%.*s means something else as well and keeps its value: this names the new port",
	    STR_ARG(variable));
	if (view_spot(v, &use->place)->raw && view_is_own(v, e->app, use->place.file) &&
	    !is_variable_of_others(e, u, base) &&
	    edits_add(e, edits_replacement(e, &use->place, text_of_ports(v, target, target), &like)))
		return;
	edits_problem(e, like.service, &use->place,
	    "an address is made of %.*s, which also means something else and keeps its value: "
		"write the new port %u here by hand",
		STR_ARG(variable), target);
}

/* Whether the text at USE names what its variable's ports are. */
static bool
is_address(const struct view *v, const struct inventory_item *use)
{
	return use->role == ROLE_ADDRESS || view_is_address_of_copy(v, use);
}

/* The same of all uses with KEY. */
static void
leave_addresses_of(struct edits *e, uint32_t u, uint32_t base, struct index_key key)
{
	const struct view *v = &e->d->view;

	for (const struct index_entry *x = index_at(&v->index, e->app, key);
	     index_is(x, (enum index_by)key.by, key.x); x++) {
		const struct inventory_item *use = &v->inventory->items[x->item];

		if (is_address(v, use) && !is_of_another_default(v, &e->d->units.items[u], use))
			leave_address(e, u, base, use);
	}
}

/* The port of unit U moves away from its variable, and from what .env makes of that. */
static void
leave_addresses(struct edits *e, uint32_t u)
{
	const struct units *units = &e->d->units;
	uint32_t base = e->d->view.inventory->items[units->members[units->items[u].first]].words->variable;
	uint32_t made[VIEW_MADE_MAX];
	size_t count = base ? view_made_of(&e->d->view, e->app, base, made) : 0;

	for (size_t i = 0; i < count; i++)
		for (enum index_by by = BY_USE; by <= BY_ADDRESS; by++)
			leave_addresses_of(e, u, base, (struct index_key){ by, made[i], 0, 0 });
}

/* --container-port follow: the container listens on the host's number here, and on the new one from now
 * on. */
static void
follow_container_side(struct edits *e, uint32_t u)
{
	const struct decisions *d = e->d;
	const struct view *v = &d->view;
	const struct unit *unit = &d->units.items[u];

	for (uint32_t k = 0; k < unit->count && d->ports.of_unit[u].target != unit->low; k++) {
		uint32_t i = d->units.members[unit->first + k], variable;
		struct change c = { .reason = REASON_PORT,
			.service = view_str(v, v->inventory->items[i].words->service) };

		if (!view_follows(v, i, d->units.now[i], e->copies))
			continue;
		variable = view_container_side(v, i)->words->variable;
		c.detail = arena_printf(v->arena, "the container port follows %u", d->units.now[i]);
		if (unit->edit != EDIT_ENV || variable != unit->variable)
			env_set_key(e, c, view_str(v, variable),
			    text_of_ports(v, d->ports.after[i], d->ports.after[i]));
	}
}

/* Writes NEW at PLACE, for the sake of item I and because of DETAIL. Where that contradicts another edit, WHY
 * says so to a person. */
static void
edit_place(struct edits *e, const struct inventory_place *place, struct str new, uint32_t i,
    struct str detail, const char *why)
{
	struct change like = { .reason = REASON_PORT, .detail = detail,
		.service = view_str(&e->d->view, e->d->view.inventory->items[i].words->service) };

	if (!edits_add(e, edits_replacement(e, place, new, &like)))
		edits_problem(e, like.service, place, "%s: give %.*s %u by hand", why, STR_ARG(like.service),
		    e->d->ports.after[i]);
}

/* A variable of .env. tcp and udp may have one each. */
static void
edit_variables(struct edits *e, uint32_t u)
{
	const struct decisions *d = e->d;
	const struct view *v = &d->view;
	const struct unit *unit = &d->units.items[u];
	uint16_t target = d->ports.of_unit[u].target;
	uint32_t last = INVENTORY_NONE;

	for (uint32_t k = 0; k < unit->count; k++) {
		uint32_t i = d->units.members[unit->first + k];
		const struct inventory_item *item = &v->inventory->items[i];
		struct str ports = text_of_ports(v, target, target + unit->width - 1U);

		if (item->words->variable != last)
			env_set_key(e, (struct change){ .reason = REASON_PORT,
				.service = view_str(v, item->words->service),
				.detail = port_edits_why(e, i) },
			    view_str(v, item->words->variable), arena_printf(v->arena, "%.*s%.*s%.*s",
				STR_ARG(binding_before(e, i)), STR_ARG(ports),
				STR_ARG(view_str(v, view_rare(v, i)->behind))));
		last = item->words->variable;
	}
}

static void
edit_places(struct edits *e, uint32_t u)
{
	const struct decisions *d = e->d;
	const struct unit *unit = &d->units.items[u];
	bool site = unit->edit == EDIT_SITE;

	for (uint32_t k = 0; k < unit->count; k++) {
		uint32_t i = d->units.members[unit->first + k];
		const struct inventory_place *also = &view_rare(&d->view, i)->also;
		struct str new = text_of_span(d, unit, i, site), why = port_edits_why(e, i);

		if (also->file)
			why = arena_cat(d->view.arena, why, STR("; two texts give it, and both change"));
		edit_place(e, edited_place(&d->view, i, site), new, i, why,
		    "this text would have to be two ports at once");
		if (also->file)
			edit_place(e, also, new, i, why, "this text would have to be two ports at once");
	}
}

static void
edit_aliases(struct edits *e, uint32_t u)
{
	const struct view *v = &e->d->view;
	const struct unit *unit = &e->d->units.items[u];

	for (uint32_t k = 0; k < unit->count; k++) {
		uint32_t i = e->d->units.members[unit->first + k];
		struct str elsewhere = view_str(v, view_rare(v, i)->elsewhere);
		struct change like = { .reason = REASON_PORT,
			.service = view_str(v, v->inventory->items[i].words->service),
			.detail = port_edits_why(e, i) };

		if (view_item(v, i)->site_known)
			like.detail = arena_printf(v->arena,
			    "what %.*s has through the same anchor has to differ here: %.*s",
			    STR_ARG(elsewhere.len ? elsewhere : STR("another service")),
			    STR_ARG(why_with_chain(e->d, u, i)));

		if (!edits_part(e, i, content_of_alias(e, i), &like))
			edits_problem(e, like.service, &view_rare(v, i)->alias,
			    "this alias stands in a text that changes as well: give %.*s %u by hand",
			    STR_ARG(like.service), e->d->ports.after[i]);
	}
}

/* Who looks for what U serves asks on that number, and is told by nobody else. */
static void
tell_who_asks(struct edits *e, uint32_t u)
{
	const struct view *v = &e->d->view;
	const struct unit *unit = &e->d->units.items[u];
	const struct inventory_item *item = view_item(v, unit->item);
	struct str serves = view_str(v, view_rare(v, unit->item)->serves);

	if (serves.len)
		edits_note(e, view_str(v, item->words->service),
		    edited_place(v, unit->item, item->site_known),
		    "port %u of %.*s becomes %u: who asks it as %.*s on %u has to be told", unit->low,
		    STR_ARG(view_str(v, item->words->service)), e->d->ports.of_unit[u].target,
		    STR_ARG(serves), unit->low);
}

static void
edit_unit(struct edits *e, uint32_t u)
{
	const struct unit *unit = &e->d->units.items[u];
	bool moves = e->d->ports.of_unit[u].target != unit->low,
	     is_shared = view_rare(&e->d->view, unit->item)->elsewhere;

	if (moves)
		tell_who_asks(e, u);
	if (unit->edit == EDIT_SITE || unit->edit == EDIT_OVERRIDE ||
	    (unit->edit == EDIT_ALIAS && moves && is_shared))
		leave_addresses(e, u);
	follow_container_side(e, u);
	if (unit->edit == EDIT_ENV)
		edit_variables(e, u);
	else if (unit->edit == EDIT_ALIAS)
		edit_aliases(e, u);
	else if (unit->edit != EDIT_OVERRIDE)	/* overrides.c says all ports of a service at once */
		edit_places(e, u);
}

/* --- all units --- */

/* The profile without which unit U does not run; empty: there is none. */
static struct str
profile_of(const struct edits *e, uint32_t u)
{
	const struct view *v = &e->d->view;

	return view_str(v, view_rare(v, e->d->units.items[u].item)->profile);
}

static struct str
service_of(const struct edits *e, uint32_t u)
{
	return view_str(&e->d->view, view_item(&e->d->view, e->d->units.items[u].item)->words->service);
}

/* Says of unit U, which moves for WINNER, that one of the two may never run. */
static void
tell_profile(struct edits *e, uint32_t u, uint32_t winner, const struct inventory_place *place)
{
	const struct decisions *d = e->d;
	const struct unit *unit = &d->units.items[u];
	struct str name = d->view.apps[d->units.items[winner].app].name;
	uint32_t with = profile_of(e, u).len ? u : winner;

	if (profile_of(e, with).len)
		edits_note(e, service_of(e, u), place,
		    "%u/%.*s makes way for %.*s, though %.*s runs with profile %.*s only: --accept leaves "
		    "both where they are",
		    unit->low, STR_ARG(view_str(&d->view, view_item(&d->view, unit->item)->words->protocol)),
		    STR_ARG(name), STR_ARG(service_of(e, with)), STR_ARG(profile_of(e, with)));
}

/* Says what a person should know of unit U, which moves. */
static void
tell_move(struct edits *e, uint32_t u)
{
	const struct view *v = &e->d->view;
	const struct unit *unit = &e->d->units.items[u];
	const struct port_of_unit *port = &e->d->ports.of_unit[u];
	const struct inventory_place *place = edited_place(v, unit->item, unit->edit == EDIT_SITE);

	if (unit->low < 1024 && !view_is_unset(v, unit->item) && !view_rare(v, unit->item)->serves)
		edits_note(e, service_of(e, u), place,
		    "%u/%.*s of %.*s becomes %u: who looks for it on %u has to be told", unit->low,
		    STR_ARG(view_str(v, view_item(v, unit->item)->words->protocol)),
		    STR_ARG(service_of(e, u)), port->target, unit->low);
	if (port->lost_to)
		tell_profile(e, u, port->lost_to - 1, place);
}

void
port_edits_make(struct edits *e)
{
	const struct units *units = &e->d->units;

	edited_find(e);
	for (uint32_t u = units->first[e->app]; u < units->first[e->app + 1]; u++) {
		const struct unit *unit = &units->items[u];
		uint16_t target = e->d->ports.of_unit[u].target;

		if (edited_has(e, u))
			edit_unit(e, u);
		if (target && target != unit->low)
			tell_move(e, u);
	}
}
