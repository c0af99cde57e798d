/* index: the items of an app by what they name, so that none of its many has to look at all the others.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "plan/internal.h"

/* More entries than one item can have. */
enum { ENTRIES_AN_ITEM = 3 };

/* Writes the entries of item I to RET; returns how many. */
static size_t
entries_of(const struct planner *p, uint32_t i, struct index_entry ret[static ENTRIES_AN_ITEM])
{
	const struct inventory_item *item = &p->v->items[i];
	const struct inventory_place *alias = &view_rare(p, i)->alias;
	size_t n = 0;

	switch ((enum finding_record)item->record) {
	case FINDING_SETTING:
		ret[n++] = (struct index_entry){ { BY_SETTING, item->variable, 0, 0 }, i };
		break;
	case FINDING_USE:
		ret[n++] = (struct index_entry){
			{ item->role == ROLE_ADDRESS ? BY_ADDRESS : BY_USE, item->variable, 0, 0 }, i
		};
		ret[n++] = (struct index_entry){
			{ BY_USE_PLACE, item->place.file, item->place.line, item->place.column }, i
		};
		if (p->o->follow && item->role == ROLE_CONTAINER)
			ret[n++] = (struct index_entry){
				{ BY_CONTAINER, item->service, item->container_port, 0 }, i
			};
		break;
	case FINDING_PORT:
		ret[n++] = (struct index_entry){
			{ BY_PORT_PLACE, item->site.file, item->site.line, item->site.column }, i
		};
		if (view_rare(p, i)->alias_text)
			ret[n++] = (struct index_entry){ { BY_ALIAS, alias->file, alias->off, alias->len },
				i };
		break;
	case FINDING_REFERENCE:
		ret[n++] = (struct index_entry){ { BY_REFERENCE, item->variable, 0, 0 }, i };
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
index_build(struct planner *p)
{
	const struct inventory *v = p->v;
	size_t count = v->app_count, at = 0;
	struct index_entry some[ENTRIES_AN_ITEM];

	for (uint32_t i = 0; i < v->item_count; i++)
		count += entries_of(p, i, some);
	p->entries = mem_alloc((count + 1) * sizeof *p->entries);
	p->first_entry = mem_alloc((v->app_count + 1) * sizeof *p->first_entry);
	for (uint32_t n = 0; n < v->app_count; n++) {
		const struct inventory_app *app = &v->apps[n];
		size_t first = at;

		p->first_entry[n] = at;
		for (uint32_t i = app->first; i < app->first + app->count; i++) {
			size_t got = entries_of(p, i, some);

			for (size_t k = 0; k < got; k++)
				p->entries[at++] = some[k];
		}
		p->entries[at++] = (struct index_entry){ { BY_END, 0, 0, 0 }, INVENTORY_NONE };
		qsort(p->entries + first, at - first, sizeof *p->entries, compare_entries);
	}
	p->first_entry[v->app_count] = at;
}

const struct index_entry *
index_entry_at(const struct planner *p, const struct app_plan *a, struct index_key key)
{
	size_t low = p->first_entry[a->app], high = p->first_entry[a->app + 1] - 1;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_keys(&p->entries[mid].key, &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return &p->entries[low];
}

bool
index_entry_is(const struct index_entry *e, enum index_by by, uint32_t x)
{
	return e->key.by == by && e->key.x == x;
}
