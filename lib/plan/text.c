/* text: what the edit of a port writes, and why.
 * SPDX-License-Identifier: MIT */
#include "plan/internal.h"

struct str
text_of_ports(struct planner *p, uint32_t low, uint32_t high, bool is_range)
{
	return is_range ? arena_printf(p->a, "%u-%u", low, high) : arena_printf(p->a, "%u", low);
}

struct str
text_of_why(struct planner *p, const struct unit *u, const struct inventory_item *item)
{
	struct str chain = view_str(p, item->chain);

	if (!chain.len)
		return u->why;
	return arena_printf(
	    p->a, "%.*s%s%.*s", STR_ARG(u->why), u->why.len ? "; it was " : "", STR_ARG(chain));
}

struct str
text_of_span(struct planner *p, const struct unit *u, uint32_t i, bool site)
{
	const struct inventory_item *item = &p->v->items[i];
	const struct inventory_place *want = site ? &item->site : &item->place;
	uint16_t low = UINT16_MAX, high = 0;

	for (uint32_t k = 0; k < u->count; k++) {
		uint32_t j = p->members[u->first + k];
		const struct inventory_place *place = site ? &p->v->items[j].site : &p->v->items[j].place;

		if (place->file != want->file || place->off != want->off || place->len != want->len)
			continue;
		low = p->after[j] < low ? p->after[j] : low;
		high = p->after[j] > high ? p->after[j] : high;
	}
	return text_of_ports(p, low, high, high > low);
}

struct str
text_of_alias(struct planner *p, uint32_t i)
{
	const struct inventory_place *alias = &view_rare(p, i)->alias;
	const struct index_entry *first = index_entry_at(p, &p->apps[p->v->items[i].app],
	    (struct index_key){ BY_ALIAS, alias->file, alias->off, alias->len });
	struct str whole = view_str(p, view_rare(p, i)->alias_text), s = STR("");
	size_t from = 0;

	for (;;) {
		size_t at = whole.len;
		uint32_t next = INVENTORY_NONE;

		for (const struct index_entry *x = first; index_entry_is(x, BY_ALIAS, alias->file) &&
		     x->key.y == alias->off && x->key.z == alias->len;
		     x++) {
			uint32_t j = x->item, there = view_rare(p, j)->alias_at;

			if (p->unit_of[j] == INVENTORY_NONE || p->units[p->unit_of[j]].edit != EDIT_ALIAS ||
			    there < from || there >= at)
				continue;
			at = there;
			next = j;
		}
		if (next == INVENTORY_NONE)
			return arena_cat(p->a, s, str_sub(whole, from, whole.len));
		s = arena_printf(p->a, "%.*s%.*s%.*s", STR_ARG(s), STR_ARG(str_sub(whole, from, at - from)),
		    STR_ARG(text_of_span(p, &p->units[p->unit_of[next]], next, true)));
		from = at + view_str(p, p->v->items[next].site.raw).len;
	}
}
