/* settle: the order of an inventory, which does not depend on the stream's.
 * SPDX-License-Identifier: MIT */
#include "fleet/inventory.h"

#include <stdlib.h>

#include "base/order.h"

/* qsort has no context argument, so what is sorted carries its inventory. */
struct sort_key {
	const struct inventory *v;
	uint32_t index;
};

static int
compare_texts(const struct inventory *v, uint32_t a, uint32_t b)
{
	return a == b ? 0 : str_cmp(v->texts[a], v->texts[b]);
}

static int
compare_apps(const void *pa, const void *pb)
{
	const struct sort_key *ka = pa, *kb = pb;
	const struct inventory_app *a = &ka->v->apps[ka->index], *b = &kb->v->apps[kb->index];
	int c = identity_compare(a->id, b->id);

	return c ? c : compare_texts(ka->v, a->folder, b->folder);
}

/* By their words. */
static int
compare_roles(const struct inventory *v, const struct inventory_item *a, const struct inventory_item *b)
{
	struct finding f = { .role = (enum finding_role)a->role }, g = { .role = (enum finding_role)b->role };

	if (a->role != ROLE_OTHER && b->role != ROLE_OTHER)
		return order_of(a->role, b->role);
	f.other_role = inventory_str(v, inventory_rare(v, a)->other_role);
	g.other_role = inventory_str(v, inventory_rare(v, b)->other_role);
	return str_cmp(finding_role_word(&f), finding_role_word(&g));
}

/* By their texts. */
static int
compare_ports(const struct inventory *v, const struct inventory_item *a, const struct inventory_item *b)
{
	struct port_range p = inventory_ports(v, a), q = inventory_ports(v, b);
	struct port_range_room room, other;

	return port_range_eq(p, q) ? 0 : str_cmp(port_range_text(&room, p), port_range_text(&other, q));
}

/* Of COUNT pairs of texts the first that are not equal. */
static int
compare_lists(const struct inventory *v, const uint32_t *x, const uint32_t *y, size_t count)
{
	int c = 0;

	for (size_t i = 0; i < count && c == 0; i++)
		c = compare_texts(v, x[i], y[i]);
	return c;
}

/* By what two items say that stand at one place. */
static int
compare_words(const struct inventory *v, const struct inventory_item *a, const struct inventory_item *b)
{
	const struct inventory_rare *r = inventory_rare(v, a), *t = inventory_rare(v, b);
	const struct inventory_words *m = a->words, *n = b->words;
	const uint32_t x[] = { m->service, m->container_port, m->protocol, m->host_ip,
		a->value, r->profile, m->detail, m->whole, r->replicas };
	const uint32_t y[] = { n->service, n->container_port, n->protocol, n->host_ip,
		b->value, t->profile, n->detail, n->whole, t->replicas };
	int c;

	if ((c = compare_lists(v, x, y, 4)) || (c = compare_ports(v, a, b)) ||
	    (c = compare_texts(v, m->variable, n->variable)) || (c = compare_roles(v, a, b)) ||
	    (c = compare_lists(v, x + 4, y + 4, sizeof x / sizeof *x - 4)))
		return c;
	return order_of(a->origin, b->origin);
}

/* By what the compose file says first, then by everything else, so that no two different items are equal. */
static int
compare_items(const void *pa, const void *pb)
{
	const struct sort_key *ka = pa, *kb = pb;
	const struct inventory *v = ka->v;
	const struct inventory_item *a = &v->items[ka->index], *b = &v->items[kb->index];
	const struct inventory_place *p = a->site_known ? &a->site : &a->place,
				     *q = b->site_known ? &b->site : &b->place;
	const struct inventory_spot *at, *other;
	int c;

	if ((c = order_of(a->record, b->record)) || (c = compare_texts(v, p->file, q->file)))
		return c;
	at = inventory_spot(v, p);
	other = inventory_spot(v, q);
	if ((c = order_of(at->off, other->off)) ||
	    (c = order_of(inventory_spot(v, &a->place)->off, inventory_spot(v, &b->place)->off)) ||
	    (c = order_of(at->line, other->line)) || (c = order_of(a->low, b->low)))
		return c;
	return compare_words(v, a, b);
}

/* Puts the apps in order and tells their items. */
static void
sort_apps(struct inventory *v)
{
	struct sort_key *keys = mem_alloc(v->app_count * sizeof *keys);
	struct inventory_app *apps = mem_alloc(v->app_count * sizeof *apps);
	uint32_t *rank = mem_alloc(v->app_count * sizeof *rank);

	for (size_t i = 0; i < v->app_count; i++)
		keys[i] = (struct sort_key){ v, (uint32_t)i };
	qsort(keys, v->app_count, sizeof *keys, compare_apps);
	for (size_t i = 0; i < v->app_count; i++) {
		rank[keys[i].index] = (uint32_t)i;
		apps[i] = v->apps[keys[i].index];
		v->app_of[apps[i].folder] = (uint32_t)i;
	}
	for (size_t i = 0; i < v->item_count; i++)
		v->items[i].app = rank[v->items[i].app];
	for (size_t i = 0; i < v->external_count; i++)
		v->externals[i].app = rank[v->externals[i].app];
	free(v->apps);
	v->apps = apps;
	v->app_cap = v->app_count;
	free(keys);
	free(rank);
}

/* Puts items where KEYS say, round by round and without a second array: they are most of the memory that a
 * fleet takes. */
static void
move_items(struct inventory *v, struct sort_key *keys)
{
	for (uint32_t i = 0; i < v->item_count; i++) {
		struct inventory_item first = v->items[i];
		uint32_t at = i;

		while (keys[at].index != i) {
			uint32_t from = keys[at].index;

			v->items[at] = v->items[from];
			keys[at].index = at;
			at = from;
		}
		v->items[at] = first;
		keys[at].index = at;
	}
}

/* Gathers each app's items side by side (a counting sort), then sorts each app's own. */
static void
sort_items(struct inventory *v)
{
	struct sort_key *keys;
	uint32_t at = 0;

	v->item_cap = v->item_count;
	v->items = mem_resize(v->items, v->item_cap, sizeof *v->items);
	keys = mem_alloc(v->item_count * sizeof *keys);

	for (size_t i = 0; i < v->app_count; i++)
		v->apps[i].count = 0;
	for (size_t i = 0; i < v->item_count; i++)
		v->apps[v->items[i].app].count++;
	for (size_t i = 0; i < v->app_count; i++) {
		v->apps[i].first = at;
		at += v->apps[i].count;
		v->apps[i].count = 0;
	}
	for (size_t i = 0; i < v->item_count; i++) {
		struct inventory_app *a = &v->apps[v->items[i].app];

		keys[a->first + a->count++] = (struct sort_key){ v, (uint32_t)i };
	}
	for (size_t i = 0; i < v->app_count; i++)
		qsort(keys + v->apps[i].first, v->apps[i].count, sizeof *keys, compare_items);
	move_items(v, keys);
	free(keys);
}

static int
compare_externals(const void *pa, const void *pb)
{
	const struct sort_key *ka = pa, *kb = pb;
	const struct inventory *v = ka->v;
	const struct inventory_item *a = &v->externals[ka->index], *b = &v->externals[kb->index];
	const uint32_t x[] = { a->place.file, a->words->variable, a->value, a->words->service };
	const uint32_t y[] = { b->place.file, b->words->variable, b->value, b->words->service };
	int c;

	if ((c = order_of(a->app, b->app)) || (c = order_of(a->record, b->record)))
		return c;
	return compare_lists(v, x, y, sizeof x / sizeof *x);
}

static void
sort_externals(struct inventory *v)
{
	size_t count = v->external_count;
	struct sort_key *keys = mem_alloc(count * sizeof *keys);
	struct inventory_item *sorted = mem_alloc(count * sizeof *sorted);

	for (size_t i = 0; i < count; i++)
		keys[i] = (struct sort_key){ v, (uint32_t)i };
	qsort(keys, count, sizeof *keys, compare_externals);
	for (size_t i = 0; i < count; i++)
		sorted[i] = v->externals[keys[i].index];
	free(v->externals);
	v->externals = sorted;
	v->external_cap = count;
	free(keys);
}

/* The app of a record reads the file at PATH. An app's items stand together, so that a second record of one
 * app is seen. */
static void
count_reader(struct inventory *v, uint32_t path, uint32_t app)
{
	uint32_t index = v->file_of[path];

	if (index == INVENTORY_NONE || v->files[index].app == app)
		return;
	v->files[index].app = app;
	v->files[index].readers++;
}

static void
count_readers(struct inventory *v)
{
	for (size_t i = 0; i < v->file_count; i++) {
		v->files[i].app = INVENTORY_NONE;
		v->files[i].readers = 0;
	}
	for (size_t i = 0; i < v->item_count; i++) {
		const struct inventory_item *item = &v->items[i];
		const struct inventory_file *f;

		if (item->record != FINDING_FILE)
			continue;
		f = &v->files[v->file_of[item->place.file]];
		count_reader(v, item->place.file, item->app);
		if (f->target)	/* who reads it through a symlink would see an edit of it too */
			count_reader(v, f->target, item->app);
	}
}

void
inventory_settle(struct inventory *v)
{
	(void)inventory_intern(v, (struct str)STR_INIT);
	sort_apps(v);
	sort_items(v);
	sort_externals(v);
	count_readers(v);
}
