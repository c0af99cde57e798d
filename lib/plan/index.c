/* index: the items of an app by what they name.
 * SPDX-License-Identifier: MIT */
#include "plan/view.h"

#include <stdlib.h>

#include "base/order.h"

/* More entries than one item can have. */
enum { ENTRIES_AN_ITEM = 4 };

static struct index_entry
entry(enum index_by by, uint32_t x, uint32_t item)
{
	return (struct index_entry){ by & 15, item & (INVENTORY_ITEMS - 1), x };
}

/* Writes the entries of item I to RET; returns how many. */
static size_t
entries_of(const struct inventory *v, uint32_t i, struct index_entry ret[static ENTRIES_AN_ITEM])
{
	const struct inventory_item *item = &v->items[i];
	const struct inventory_rare *rare = inventory_rare(v, item);
	uint32_t variable = item->words->variable;
	size_t n = 0;

	switch ((enum finding_record)item->record) {
	case FINDING_SETTING:
		ret[n++] = entry(BY_SETTING, variable, i);
		break;
	case FINDING_USE:
		ret[n++] = entry(item->role == ROLE_ADDRESS ? BY_ADDRESS : BY_USE, variable, i);
		ret[n++] = entry(BY_USE_PLACE, item->place.file, i);
		if (item->role == ROLE_CONTAINER)
			ret[n++] = entry(BY_CONTAINER, item->words->service, i);
		break;
	case FINDING_PORT:
		ret[n++] = entry(BY_PORT_PLACE, item->site.file, i);
		if (rare->elsewhere && variable)
			ret[n++] = entry(BY_ANCHORED, variable, i);
		if (rare->alias_text)
			ret[n++] = entry(BY_ALIAS, rare->alias.file, i);
		break;
	case FINDING_REFERENCE:
		ret[n++] = entry(BY_REFERENCE, variable, i);
		break;
	case FINDING_NAME:
	case FINDING_NETWORK:
	case FINDING_VOLUME:
		ret[n++] = entry(BY_NAME, item->value, i);
		break;
	default:
		break;
	}
	return n;
}

struct index_key
index_key(const struct index *x, const struct index_entry *e)
{
	const struct inventory_item *item = &x->inventory->items[e->item];
	const struct inventory_spot *spot;

	switch ((enum index_by)e->by) {
	case BY_USE_PLACE:
		spot = inventory_spot(x->inventory, &item->place);
		return (struct index_key){ e->by, e->x, spot->line, spot->column };
	case BY_PORT_PLACE:
		spot = inventory_spot(x->inventory, &item->site);
		return (struct index_key){ e->by, e->x, spot->line, spot->column };
	case BY_CONTAINER:
		return (struct index_key){ e->by, e->x, item->words->container_port, 0 };
	case BY_NAME:
		return (struct index_key){ e->by, e->x, item->record, 0 };
	case BY_ALIAS:
		spot = inventory_spot(x->inventory, &inventory_rare(x->inventory, item)->alias);
		return (struct index_key){ e->by, e->x, spot->off, spot->len };
	default:
		return (struct index_key){ e->by, e->x, 0, 0 };
	}
}

static int
compare_keys(const struct index_key *a, const struct index_key *b)
{
	if (a->by != b->by)
		return order_of(a->by, b->by);
	if (a->x != b->x)
		return order_of(a->x, b->x);
	if (a->y != b->y)
		return order_of(a->y, b->y);
	return order_of(a->z, b->z);
}

/* What E's key is to KEY; most are told apart by their beginnings. */
static int
compare_to(const struct index *x, const struct index_entry *e, const struct index_key *key)
{
	struct index_key own = { e->by, e->x, 0, 0 };

	if (index_is(e, (enum index_by)key->by, key->x))
		own = index_key(x, e);
	return compare_keys(&own, key);
}

bool
index_has(const struct index *x, const struct index_entry *e, struct index_key key)
{
	return compare_to(x, e, &key) == 0;
}

/* An entry with its key, while an app's are sorted. */
struct keyed {
	struct index_key key;
	struct index_entry entry;
};

static int
compare_keyed(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;
	int c = compare_keys(&a->key, &b->key);

	return c ? c : order_of(a->entry.item, b->entry.item);
}

/* Sorts COUNT entries in ROOM. */
static void
sort_entries(const struct index *x, struct index_entry *entries, size_t count, struct arena *room)
{
	struct keyed *keyed = arena_alloc(room, count * sizeof *keyed);

	for (size_t i = 0; i < count; i++)
		keyed[i] = (struct keyed){ index_key(x, &entries[i]), entries[i] };
	qsort(keyed, count, sizeof *keyed, compare_keyed);
	for (size_t i = 0; i < count; i++)
		entries[i] = keyed[i].entry;
	arena_reset(room);
}

void
index_build(struct index *x, const struct inventory *v, struct arena *a)
{
	AUTO(arena) room = ARENA_INIT;
	struct index_entry some[ENTRIES_AN_ITEM];
	size_t count = v->app_count, at = 0;

	x->inventory = v;
	for (uint32_t i = 0; i < v->item_count; i++)
		count += entries_of(v, i, some);
	x->entries = arena_alloc(a, count * sizeof *x->entries);
	x->first = arena_alloc(a, (v->app_count + 1) * sizeof *x->first);
	for (uint32_t n = 0; n < v->app_count; n++) {
		const struct inventory_app *app = &v->apps[n];

		x->first[n] = at;
		for (uint32_t i = app->first; i < app->first + app->count; i++) {
			size_t got = entries_of(v, i, some);

			for (size_t k = 0; k < got; k++)
				x->entries[at++] = some[k];
		}
		sort_entries(x, x->entries + x->first[n], at - x->first[n], &room);
		x->entries[at++] = entry(BY_END, 0, 0);
	}
	x->first[v->app_count] = at;
}

const struct index_entry *
index_at(const struct index *x, uint32_t app, struct index_key key)
{
	size_t low = x->first[app], high = x->first[app + 1] - 1;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_to(x, &x->entries[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return &x->entries[low];
}
