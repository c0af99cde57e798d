/* index: the items of an app by what they name.
 * SPDX-License-Identifier: MIT */
#include "plan/view.h"

#include <stdlib.h>

/* More entries than one item can have. */
enum { ENTRIES_AN_ITEM = 4 };

/* Writes the entries of item I to RET; returns how many. */
static size_t
entries_of(const struct inventory *v, uint32_t i, struct index_entry ret[static ENTRIES_AN_ITEM])
{
	const struct inventory_item *item = &v->items[i];
	const struct inventory_place *place = &item->place, *site = &item->site;
	const struct inventory_rare *rare = inventory_rare(v, item);
	uint32_t variable = item->variable;
	size_t n = 0;

	if (item->origin == ORIGIN_DEFAULT && item->record != FINDING_USE && item->site_known &&
	    item->place_known && place->file != site->file)
		ret[n++] = (struct index_entry){ { BY_DEFAULT, variable, 0, 0 }, i };
	switch ((enum finding_record)item->record) {
	case FINDING_SETTING:
		ret[n++] = (struct index_entry){ { BY_SETTING, variable, 0, 0 }, i };
		break;
	case FINDING_USE:
		ret[n++] = (struct index_entry){
			{ item->role == ROLE_ADDRESS ? BY_ADDRESS : BY_USE, variable, 0, 0 }, i
		};
		ret[n++] = (struct index_entry){ { BY_USE_PLACE, place->file, place->line, place->column },
			i };
		if (item->role == ROLE_CONTAINER)
			ret[n++] = (struct index_entry){
				{ BY_CONTAINER, item->service, item->container_port, 0 }, i
			};
		break;
	case FINDING_PORT:
		ret[n++] = (struct index_entry){ { BY_PORT_PLACE, site->file, site->line, site->column }, i };
		if (rare->elsewhere && variable)
			ret[n++] = (struct index_entry){ { BY_ANCHORED, variable, 0, 0 }, i };
		if (rare->alias_text)
			ret[n++] = (struct index_entry){
				{ BY_ALIAS, rare->alias.file, rare->alias.off, rare->alias.len }, i
			};
		break;
	case FINDING_REFERENCE:
		ret[n++] = (struct index_entry){ { BY_REFERENCE, variable, 0, 0 }, i };
		break;
	default:
		break;
	}
	return n;
}

static int
compare_keys(const struct index_key *a, const struct index_key *b)
{
	if (a->by != b->by)
		return a->by < b->by ? -1 : 1;
	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	if (a->y != b->y)
		return a->y < b->y ? -1 : 1;
	return (a->z > b->z) - (a->z < b->z);
}

static int
compare_entries(const void *pa, const void *pb)
{
	const struct index_entry *a = pa, *b = pb;
	int c = compare_keys(&a->key, &b->key);

	return c ? c : (a->item > b->item) - (a->item < b->item);
}

void
index_build(struct index *x, const struct inventory *v, struct arena *a)
{
	struct index_entry some[ENTRIES_AN_ITEM];
	size_t count = v->app_count, at = 0;

	for (uint32_t i = 0; i < v->item_count; i++)
		count += entries_of(v, i, some);
	x->entries = arena_alloc(a, (count + 1) * sizeof *x->entries);
	x->first = arena_alloc(a, (v->app_count + 1) * sizeof *x->first);
	for (uint32_t n = 0; n < v->app_count; n++) {
		const struct inventory_app *app = &v->apps[n];

		x->first[n] = at;
		for (uint32_t i = app->first; i < app->first + app->count; i++) {
			size_t got = entries_of(v, i, some);

			for (size_t k = 0; k < got; k++)
				x->entries[at++] = some[k];
		}
		x->entries[at++] = (struct index_entry){ { BY_END, 0, 0, 0 }, INVENTORY_NONE };
		qsort(x->entries + x->first[n], at - x->first[n], sizeof *x->entries, compare_entries);
	}
	x->first[v->app_count] = at;
}

const struct index_entry *
index_at(const struct index *x, uint32_t app, struct index_key key)
{
	size_t low = x->first[app], high = x->first[app + 1] - 1;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_keys(&x->entries[mid].key, &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return &x->entries[low];
}
