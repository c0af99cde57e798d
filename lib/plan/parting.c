/* parting: ports that one text decides, but that have to differ.
 * SPDX-License-Identifier: MIT */
#include "plan/units.h"

#include <stdlib.h>

#include "fleet/clash.h"
#include "plan/view.h"

/* The deciders of an app, sorted. */
struct parting {
	const struct view *view;
	const uint16_t *now;
	struct decider *list;
	size_t count;
};

static const struct inventory_item *
item_of(const struct parting *p, size_t at)
{
	return view_item(p->view, p->list[at].item);
}

/* --- variables --- */

/* The end of the deciders from FIRST on that are one variable. */
static size_t
variable_end(const struct parting *p, size_t first)
{
	size_t end = first + 1;

	while (p->list[first].edit == EDIT_ENV && end < p->count && p->list[end].edit == EDIT_ENV &&
	    p->list[end].file == p->list[first].file)
		end++;
	return end;
}

/* Makes a literal of the port at AT, or of all that its variable gives, or a line of the override file;
 * false: it cannot be. */
static bool
part_from_variable(const struct parting *p, size_t at)
{
	uint32_t item = p->list[at].item;

	if (decider_may_be_site(p->view, item_of(p, at)))
		p->list[at] = decider_of_site(p->view, item_of(p, at), item);
	else if (item_of(p, at)->site_known || !decider_part(p->view, item, NULL, &p->list[at]))
		return decider_override(p->view, item, &p->list[at]);
	return true;
}

/* Whether one line of .env could not give all deciders from FIRST to END what they have now: their numbers
 * differ, by which they are sorted, or what their defaults hold beside these. */
static bool
is_of_several(const struct parting *p, size_t first, size_t end)
{
	const struct inventory_rare *rare = view_rare(p->view, p->list[first].item), *other;

	for (size_t k = first + 1; k < end; k++) {
		other = view_rare(p->view, p->list[k].item);
		if (p->list[k].now != p->list[first].now || rare->before != other->before ||
		    rare->behind != other->behind)
			return true;
	}
	return false;
}

/* One variable with two defaults cannot be set in .env without changing one of them: each gets a literal
 * instead. */
static void
part_variables(const struct parting *p)
{
	for (size_t i = 0, end; i < p->count; i = end) {
		end = variable_end(p, i);
		if (!is_of_several(p, i, end))
			continue;
		for (size_t k = i; k < end; k++)
			if (!part_from_variable(p, k))
				p->list[k].edit = EDIT_NONE;
	}
}

/* --- aliases --- */

/* Whether the port at AT clashes with one of FIRST to END that has its number from the same text, as EDIT. */
static bool
clashes_in_text(const struct parting *p, size_t at, size_t first, size_t end, uint8_t edit)
{
	uint32_t own = p->list[at].item;

	for (size_t k = first; k < end; k++) {
		uint32_t other = p->list[k].item;

		if (k != at && p->list[k].edit == edit && p->now[other] == p->now[own] &&
		    inventory_is_one_text(p->view->inventory, &item_of(p, k)->site, &item_of(p, at)->site) &&
		    clash_is_of_ports(p->view->inventory, other, own))
			return true;
	}
	return false;
}

/* Parts the decider at AT from those from FIRST to END that are one with it as EDIT, where its port clashes
 * with one of theirs. */
static void
part_from_text(const struct parting *p, size_t at, size_t first, size_t end, uint8_t edit)
{
	uint32_t item = p->list[at].item;
	struct decider d;
	bool may_override = decider_override(p->view, item, &d);

	if ((!view_rare(p->view, item)->alias_text && !may_override) ||
	    !clashes_in_text(p, at, first, end, edit))
		return;
	if (!decider_part(p->view, item, NULL, &p->list[at]) && may_override)
		p->list[at] = d;
}

/* Services that share one text and clash have to part: one keeps the text, and of each other the alias
 * becomes its content, or the override file says its ports. From the last on, so that the first stays, or the
 * one with the anchor. */
static void
part_aliases(const struct parting *p)
{
	for (size_t i = 0, end; i < p->count; i = end) {
		uint8_t edit = p->list[i].edit;

		end = decider_group_end(p->list, i, p->count);
		/* the ports of a range stand at one place of one content, so they stay one */
		for (size_t k = end; end - i > 1 && k-- > i; )
			part_from_text(p, k, i, end, edit);
	}
}

/* By item of the app, from its first on: its decider's edit. */
static uint8_t *
edits_by_item(const struct parting *p)
{
	const struct inventory_app *app = &p->view->inventory->apps[item_of(p, 0)->app];
	uint8_t *edits = mem_zero(app->count, sizeof *edits);

	for (size_t i = 0; i < p->count; i++)
		edits[p->list[i].item - app->first] = p->list[i].edit;
	return edits;
}

/* A mapping from which all others that had it part by their aliases is one service's alone. */
static void
part_last(const struct parting *p)
{
	uint8_t *edits = NULL;

	for (size_t i = 0; i < p->count; i++) {
		uint32_t item = p->list[i].item;

		if (p->list[i].edit != EDIT_NONE || !decider_is_in_mapping(p->view, item))
			continue;
		edits = edits ? edits : edits_by_item(p);
		(void)decider_part(p->view, item, edits, &p->list[i]);
	}
	free(edits);
}

/* --- clashes within the app --- */

/* One of a group, which asks for others of it that it clashes with. */
struct asker {
	const struct parting *p;
	uint32_t item;
};

static enum crowd_answer
runs_into(void *context, uint32_t number)
{
	const struct asker *a = context;

	return clash_is_of_ports(a->p->view->inventory, a->p->list[number].item, a->item) ? CROWD_CLASHES
											   : CROWD_DOES_NOT;
}

/* Where the mapping of item I stands. */
static const struct inventory_place *
mapping_of(const struct parting *p, uint32_t i)
{
	const struct inventory_item *item = view_item(p->view, i);

	return item->site_known ? &item->site : &view_rare(p->view, i)->alias;
}

/* The deciders from FIRST to END are one variable. */
static void
part_group(const struct parting *p, size_t first, size_t end)
{
	AUTO(arena) a = ARENA_INIT;
	struct crowd crowd = CROWD_IN(&a);
	struct dict sites = DICT_IN(&a);	/* of mappings: the first in the group */
	uint8_t edit = p->list[first].edit;

	for (size_t k = first; k < end; k++) {
		struct asker asker = { p, p->list[k].item };
		struct crowd_claim claim = clash_crowd_claim(p->view->inventory, asker.item, 0);
		const struct inventory_place *site = mapping_of(p, asker.item);
		const struct inventory_spot *spot = view_spot(p->view, site);
		const uint32_t key[] = { site->file, spot->off, spot->len };
		size_t twin = dict_add_copy(
		    &sites, &a, (struct str){ (const char *)key, sizeof key }, (uint32_t)k);

		if (spot->len && twin < k) {
			p->list[k] = p->list[twin];
			p->list[k].item = asker.item;
		} else if (crowd_find(&crowd, &claim, runs_into, &asker) != CROWD_NONE) {
			(void)part_from_variable(p, k);
		}
		if (p->list[k].edit == edit)
			crowd_add(&crowd, &claim, (uint32_t)k);
	}
}

/* What shares a variable but clashes within the app (two services on ${PORT}) has to part: the later gets a
 * literal. What an alias or `extends` makes one text stays together: that is for a person. */
static void
part_clashes(const struct parting *p)
{
	for (size_t i = 0, end; i < p->count; i = end) {
		end = decider_group_end(p->list, i, p->count);
		if (end - i > 1 && (p->list[i].edit == EDIT_ENV ||
		    (p->list[i].edit == EDIT_PLACE && item_of(p, i)->origin == ORIGIN_ENV)))
			part_group(p, i, end);
	}
}

void
parting_part(const struct view *v, const uint16_t *now, struct decider *list, size_t count)
{
	const struct parting p = { v, now, list, count };

	part_variables(&p);
	qsort(list, count, sizeof *list, decider_compare);
	part_aliases(&p);
	part_last(&p);
	qsort(list, count, sizeof *list, decider_compare);
	part_clashes(&p);
	qsort(list, count, sizeof *list, decider_compare);
}
