/* binding: published ports that listen on all addresses get the one that was asked for (--bind).
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include "fleet/hostip.h"
#include "plan/internal.h"

/* The address that takes the place of ADDRESS, which is all of a family or of both; empty: the one that was
 * asked for is of the other family. */
static struct str
bound_address(const struct plan_options *o, struct str address)
{
	switch (hostip_of(address).kind) {
	case HOSTIP_EVERY4:
		return o->bind.v4;
	case HOSTIP_EVERY6:
		return o->bind.v6;
	default:
		return o->bind.given;
	}
}

void
binding_find(struct binding *ret, const struct decisions *d)
{
	const struct view *v = &d->view;

	if (!v->options->bind.given.len)
		return;
	ret->reached = arena_zero(v->scratch, PORTMAP_PORTS, sizeof *ret->reached);
	for (uint32_t i = 0; i < v->inventory->item_count; i++) {
		const struct inventory_item *item = &v->inventory->items[i];

		if (item->record == FINDING_REFERENCE && item->claim == CLAIM_PORT && item->low &&
		    item->role != ROLE_EXAMPLE && references_are_of_host(v, item))
			ret->reached[item->low] = item;
	}
}

/* Why OPEN stays open; empty: it does not. */
static struct str
why_open(const struct decisions *d, const struct inventory_item *open)
{
	const struct view *v = &d->view;
	const struct inventory_item *by = open->low ? d->binding.reached[open->low] : NULL;
	struct str serves = view_str(v, inventory_rare(v->inventory, open)->serves);

	if (serves.len)
		return arena_printf(v->arena, "as %.*s it serves others", STR_ARG(serves));
	if (by)
		return arena_printf(v->arena, "%.*s names it %.*s (%.*s:%u)",
		    STR_ARG(v->apps[by->app].name), STR_ARG(view_str(v, by->value)),
		    STR_ARG(view_str(v, by->place.file)), view_spot(v, &by->place)->line);
	return (struct str)STR_INIT;
}

static bool
is_same_place(const struct view *v, const struct inventory_item *x, const struct inventory_item *y)
{
	return x->place_known && y->place_known && x->place.file == y->place.file &&
	    view_spot(v, &x->place)->off == view_spot(v, &y->place)->off;
}

/* Why open record I, or another one whose address is the same text (they stand side by side), stays open. */
static struct str
why_text_stays(const struct decisions *d, uint32_t i)
{
	const struct view *v = &d->view;
	const struct inventory_item *items = v->inventory->items;
	uint32_t first = view_first(v, items[i].app, FINDING_OPEN), last;
	struct str why = why_open(d, &items[i]);

	for (uint32_t k = i; !why.len && k-- > first && is_same_place(v, &items[k], &items[i]); )
		why = why_open(d, &items[k]);
	for (uint32_t k = i; !why.len && (last = view_next(v, k)) != INVENTORY_NONE &&
	     is_same_place(v, &items[last], &items[i]); k = last)
		why = why_open(d, &items[last]);
	return why;
}

struct str
binding_address(const struct decisions *d, uint32_t i)
{
	const struct view *v = &d->view;
	const struct inventory_item *open = &v->inventory->items[i];

	if (!v->options->bind.given.len || !v->apps[open->app].is_selected || !open->place_known ||
	    !view_is_own(v, open->app, open->place.file) || why_text_stays(d, i).len)
		return (struct str)STR_INIT;
	return bound_address(v->options, view_str(v, open->words->host_ip));
}

/* ADDRESS as it stands in a mapping. */
static struct str
in_mapping(struct arena *a, struct str address)
{
	return str_has(address, ':') ? arena_printf(a, "[%.*s]", STR_ARG(address)) : address;
}

/* Whether a scalar without quotes might be read as something else with the text of OPEN's address in it. */
static bool
needs_quotes(const struct view *v, const struct inventory_item *open, struct str address)
{
	return (open->site_known || inventory_rare(v->inventory, open)->before) && str_has(address, ':');
}

/* Whether the address is all of its scalar, or other text of that stands behind it. */
static bool
ends_scalar(const struct view *v, const struct inventory_item *open)
{
	const struct inventory_spot *place = view_spot(v, &open->place), *site = view_spot(v, &open->site);

	return !open->site_known || place->off + place->len == site->off + site->len;
}

static void
edit_opening(struct edits *e, uint32_t i, struct str address)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *open = &v->inventory->items[i];
	const struct inventory_rare *rare = view_rare(v, i);
	bool quotes = needs_quotes(v, open, address), ends = ends_scalar(v, open);
	struct change like = { .reason = REASON_ADDRESS, .service = view_str(v, open->words->service),
		.detail = arena_printf(v->arena, "%.*s listens on all addresses; --bind %.*s",
		    STR_ARG(view_str(v, open->value)), STR_ARG(v->options->bind.given)) };
	struct str text = arena_printf(v->arena, "%.*s%s%.*s%s%.*s", STR_ARG(view_str(v, rare->before)),
	    quotes ? "\"" : "",
	    STR_ARG(open->role == ROLE_SHORT ? in_mapping(v->arena, address) : address),
	    quotes && ends ? "\"" : "", STR_ARG(view_str(v, rare->behind)));
	struct change c = edits_replacement(e, &open->place, text, &like);
	struct change end = edits_replacement(e, &open->site, STR("\""), &like);

	if (open->role == ROLE_LINE)
		c.action = CHANGE_INSERT;
	end.span.off += end.span.len;
	end.column += end.span.len;
	end.span.len = end.old.len = 0;
	if (!edits_add(e, c) || (quotes && !ends && !edits_add(e, end)))
		edits_problem(e, like.service, &open->place,
		    "this text changes otherwise as well: write %.*s here by hand", STR_ARG(address));
}

/* Says of open record I why it stays on all addresses. */
static void
tell_why(struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *open = &v->inventory->items[i];
	const struct inventory_place *place = &open->place;
	struct str service = view_str(v, open->words->service), value = view_str(v, open->value);
	struct str why = why_text_stays(e->d, i), given = v->options->bind.given;

	if (why.len)
		edits_note(e, service, place, "%.*s stays on all addresses: %.*s", STR_ARG(value),
		    STR_ARG(why));
	else if (!open->place_known)
		edits_problem(e, service, place, "%.*s stays on all addresses: %.*s; write %.*s by hand",
		    STR_ARG(value), STR_ARG(view_str(v, open->words->detail)), STR_ARG(given));
	else if (!view_is_own(v, e->app, place->file))
		edits_problem(e, service, place,
		    "%.*s stays on all addresses: %.*s is %.*s; write %.*s there by hand", STR_ARG(value),
		    STR_ARG(view_str(v, place->file)), STR_ARG(view_why_not_own(v, e->app, place->file)),
		    STR_ARG(given));
	else
		edits_problem(e, service, place, "%.*s stays on all addresses: %.*s is of the other family",
		    STR_ARG(value), STR_ARG(given));
}

void
binding_edit(struct edits *e)
{
	const struct view *v = &e->d->view;
	uint32_t i = v->options->bind.given.len ? view_first(v, e->app, FINDING_OPEN) : INVENTORY_NONE;

	for (; i != INVENTORY_NONE; i = view_next(v, i)) {
		struct str address = binding_address(e->d, i);

		if (address.len)
			edit_opening(e, i, address);
		else
			tell_why(e, i);
	}
}

/* The open record of port I, which a mapping of its service publishes; INVENTORY_NONE: there is none, or no
 * address was asked for. */
static uint32_t
opening_of(const struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *port = &v->inventory->items[i];
	uint32_t k = v->options->bind.given.len ? view_first(v, e->app, FINDING_OPEN) : INVENTORY_NONE;

	for (; k != INVENTORY_NONE; k = view_next(v, k)) {
		const struct inventory_item *open = &v->inventory->items[k];

		if (open->words->service == port->words->service && open->value == port->value)
			break;
	}
	return k;
}

/* TEXT, which begins with the address of port I, with the one that this gets; empty: it keeps its own. */
static struct str
bound_text(const struct edits *e, uint32_t i, struct str text)
{
	const struct view *v = &e->d->view;
	struct str old = in_mapping(v->arena, view_str(v, v->inventory->items[i].words->host_ip)), address;
	uint32_t open = old.len && str_starts(text, old) ? opening_of(e, i) : INVENTORY_NONE;

	if (open == INVENTORY_NONE)
		return (struct str)STR_INIT;
	address = binding_address(e->d, open);
	return address.len
	    ? arena_cat(v->arena, in_mapping(v->arena, address), str_sub(text, old.len, text.len))
	    : address;
}

struct str
binding_before(const struct edits *e, uint32_t i)
{
	struct str before = view_str(&e->d->view, view_rare(&e->d->view, i)->before);
	struct str bound = bound_text(e, i, before);

	return bound.len ? bound : before;
}

struct str
binding_in_alias(const struct edits *e, uint32_t i, size_t *ret_from)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *port = &v->inventory->items[i], *open;
	const struct inventory_spot *text;
	struct str before = str_sub(view_str(v, view_rare(v, i)->alias_text), 0, view_rare(v, i)->alias_at);
	uint32_t k = opening_of(e, i);
	struct str address = k == INVENTORY_NONE ? (struct str)STR_INIT : binding_address(e->d, k);
	size_t back;

	*ret_from = before.len;
	if (!address.len)
		return address;
	if (!port->site_known) {	/* an expansion gives all of BEFORE, or its default what is there */
		struct str given = view_str(v, view_rare(v, i)->before);

		given = given.len && str_ends(before, given) ? given : before;
		address = bound_text(e, i, given);
		*ret_from -= address.len ? given.len : 0;
		return address;
	}
	open = &v->inventory->items[k];
	text = view_spot(v, &open->place);
	back = view_spot(v, &port->site)->off - text->off;
	if (open->role != ROLE_SHORT || open->place.file != port->site.file ||
	    text->off > view_spot(v, &port->site)->off || back > before.len || text->len > back)
		return (struct str)STR_INIT;
	*ret_from -= back;
	return arena_printf(v->arena, "%.*s%.*s%.*s", STR_ARG(in_mapping(v->arena, address)),
	    STR_ARG(view_str(v, view_rare(v, k)->behind)),
	    STR_ARG(str_sub(before, *ret_from + text->len, before.len)));
}
