/* claims: who has the names and ports that texts of the fleet name, and what they become.
 * SPDX-License-Identifier: MIT */
#include "plan/claims.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/order.h"
#include "plan/internal.h"

/* Containers are one kind, whether the host or the network is asked for them. */
static enum finding_claim
kind_of(enum finding_claim claim)
{
	return claim == CLAIM_HOST ? CLAIM_CONTAINER : claim;
}

static struct str
key_of(struct buf *room, enum finding_claim claim, struct str name)
{
	buf_clear(room);
	buf_add_char(room, (char)('0' + (int)kind_of(claim)));
	buf_add_str(room, name);
	return buf_str(room);
}

/* The number of PORT as a text in ROOM. */
static struct str
number_of(struct str_digits *room, uint16_t port)
{
	return str_from_uint(room, port);
}

/* Takes down the names and ports that are asked for. Whether there are any. */
static bool
take_down(struct claims *c, const struct view *v, struct buf *room)
{
	for (uint32_t app = 0; app < v->inventory->app_count; app++)
		for (uint32_t i = view_first(v, app, FINDING_REFERENCE); i != INVENTORY_NONE;
		     i = view_next(v, i)) {
			const struct inventory_item *item = &v->inventory->items[i];
			struct str_digits digits;
			struct str key, name = item->claim == CLAIM_PORT ? number_of(&digits, item->low)
									 : view_str(v, item->value);
			uint32_t at;

			if (item->claim >= CLAIM_OTHER)
				continue;
			key = key_of(room, (enum finding_claim)item->claim, name);
			at = dict_add_copy(&c->index, v->scratch, key, (uint32_t)c->count);
			if (at < c->count)
				continue;
			ARENA_GROW(v->scratch, c->items, c->count, c->cap);
			c->items[c->count++] = (struct claim){ .app = INVENTORY_NONE,
				.last = INVENTORY_NONE, .heir = INVENTORY_NONE };
		}
	return c->count > 0;
}

static void
add_holder(struct claims *c, struct claim *x, uint32_t app, bool changes, struct str after)
{
	struct claim_holder *h = arena_zero(c->arena, 1, sizeof *h);

	*h = (struct claim_holder){ x->holders, app, changes, arena_dup(c->arena, after) };
	x->holders = h;
}

/* APP has NAME, which becomes AFTER. What it has twice, of which one changes, has two holders. */
static void
note_holder(struct claims *c, struct buf *room, enum finding_claim claim, struct str name, uint32_t app,
    struct str after)
{
	uint32_t i = dict_find(&c->index, key_of(room, claim, name));
	bool changes = !str_eq(name, after);
	struct claim *x;

	if (i == DICT_NONE)
		return;
	x = &c->items[i];
	if (x->last != app || x->last_changes != changes) {
		x->apps++;
		if (claim == CLAIM_CONTAINER && x->apps <= CLAIMS_HOLDERS_MAX)
			add_holder(c, x, app, changes, after);
	}
	x->last = app;
	x->last_changes = changes;
	if (x->app == INVENTORY_NONE || (changes && !x->changes)) {
		x->app = app;
		x->after = arena_dup(c->arena, after);
	}
	x->changes = x->changes || changes;
}

static void
note_made_names(struct claims *c, struct buf *room, const struct decisions *d, uint32_t app)
{
	const struct view *v = &d->view;
	uint32_t i = d->naming.of_app[app].item;
	struct names_made made = { .number = 0 };

	if (i == INVENTORY_NONE)
		return;
	made.rest = view_str(v, view_rare(v, i)->unnamed);
	while (names_made_next(&made)) {
		struct str old = view_str(v, v->inventory->items[i].value);

		note_holder(c, room, CLAIM_CONTAINER, names_of_container(v->scratch, old, &made), app,
		    names_of_container(v->arena, naming_after(&d->naming, v, i), &made));
	}
}

/* What is known of PORT, if it is asked for; NULL: it is not. */
static struct claim *
claim_of_port(const struct claims *c, struct buf *room, uint16_t port)
{
	struct str_digits digits;
	uint32_t i = dict_find(&c->index, key_of(room, CLAIM_PORT, number_of(&digits, port)));

	return i == DICT_NONE ? NULL : &c->items[i];
}

/* A port of APP is OLD and becomes TARGET. */
static void
note_port(struct claims *c, struct buf *room, uint32_t app, uint16_t old, uint16_t target)
{
	struct str_digits now, after;
	struct claim *x;

	note_holder(c, room, CLAIM_PORT, number_of(&now, old), app, number_of(&after, target));
	x = claim_of_port(c, room, target);
	if (x && target != old)
		x->heir = app;
}

/* A port of APP is OLD as long as its .env is not there, and becomes TARGET. That counts where nobody else
 * has the number, nor had it by the registry. */
static void
note_bare(struct claims *c, struct buf *room, const struct view *v, uint32_t app, uint16_t old,
    uint16_t target)
{
	struct str_digits now, after;
	const struct claim *x = claim_of_port(c, room, old);

	if (x && !x->is_had && x->heir == INVENTORY_NONE &&
	    (!x->former.len || str_eq(x->former, v->apps[app].folder)))
		note_holder(c, room, CLAIM_PORT, number_of(&now, old), app, number_of(&after, target));
}

/* The ports that APP has once its .env is there; BARE: those that it has as long as it is not. */
static void
note_ports(struct claims *c, struct buf *room, const struct decisions *d, uint32_t app, bool bare)
{
	const struct view *v = &d->view;

	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		uint16_t now = d->units.now[i], old = v->inventory->items[i].low;
		uint16_t target = d->units.of[i] == INVENTORY_NONE ? now : d->ports.after[i];

		if (!inventory_is_published(v->inventory, view_item(v, i)) || !view_is_tcp(v, i))
			continue;
		if (!bare)
			note_port(c, room, app, now, target);
		else if (old && old != now)
			note_bare(c, room, v, app, old, target);
	}
}

/* After all others: who has a port only as long as its .env is not there. */
static void
note_bare_ports(struct claims *c, struct buf *room, const struct decisions *d)
{
	for (size_t i = 0; i < c->count; i++)
		c->items[i].is_had = c->items[i].apps > 0;
	for (uint32_t app = 0; app < d->view.inventory->app_count; app++)
		if (d->view.apps[app].copies)
			note_ports(c, room, d, app, true);
}

/* The app of FOLDER had PORT once, by ROW. An address is of a tcp port. */
static void
note_former(
    struct claims *c, struct buf *room, struct str folder, const struct store_port *row, uint16_t port)
{
	struct claim *x = claim_of_port(c, room, port);

	if (!x || !str_eq_fold(row->protocol, STR("tcp")))
		return;
	if (!x->has_former)
		x->former = folder;
	else if (!str_eq(x->former, folder))
		x->former = (struct str)STR_INIT;
	x->has_former = true;
}

/* The folder of ROW's app, which the registry may know by another one. */
static struct str
folder_of(const struct view *v, const struct store_port *row)
{
	uint32_t app = view_app_of_folder(v, row->folder);

	return app == INVENTORY_NONE ? row->folder : v->apps[app].folder;
}

static void
note_registry(struct claims *c, struct buf *room, const struct decisions *d)
{
	const struct known *k = &d->known;

	for (size_t i = 0; i < k->former_count; i++)
		note_former(c, room, folder_of(&d->view, &k->former[i]), &k->former[i], k->former[i].port);
	for (size_t i = 0; i < k->port_count; i++) {
		struct str folder = folder_of(&d->view, &k->ports[i]);

		note_former(c, room, folder, &k->ports[i], k->ports[i].port);
		note_former(c, room, folder, &k->ports[i], k->ports[i].found);
	}
}

static int
compare_networks(const void *pa, const void *pb)
{
	const struct claims_network *a = pa, *b = pb;

	return a->name != b->name ? order_of(a->name, b->name)
				  : a->is_derived - b->is_derived;
}

/* Adds what APP has of RECORD that is a network. */
static void
add_networks(struct claims *c, const struct view *v, uint32_t app, enum finding_record record,
    size_t *count, size_t *cap)
{
	for (uint32_t i = view_first(v, app, record); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *item = &v->inventory->items[i];

		if (record == FINDING_REFERENCE && item->claim != CLAIM_NETWORK)
			continue;
		ARENA_GROW(v->scratch, c->networks, *count, *cap);
		c->networks[(*count)++] =
		    (struct claims_network){ item->value, item->role == ROLE_DERIVED };
	}
}

/* Takes down who is on which networks. Where an app has a name twice, the derived one stands last. */
static void
list_networks(struct claims *c, const struct view *v)
{
	size_t apps = v->inventory->app_count, count = 0, cap = 0;

	c->first_network = arena_zero(v->scratch, apps + 1, sizeof *c->first_network);
	for (uint32_t app = 0; app < apps; app++) {
		add_networks(c, v, app, FINDING_NETWORK, &count, &cap);
		add_networks(c, v, app, FINDING_REFERENCE, &count, &cap);
		c->first_network[app + 1] = count;
		if (count > c->first_network[app])
			qsort(c->networks + c->first_network[app], count - c->first_network[app],
			    sizeof *c->networks, compare_networks);
	}
}

void
claims_gather(struct claims *c, const struct decisions *d)
{
	static const struct {
		enum finding_record record;
		enum finding_claim claim;
	} kinds[] = { { FINDING_NAME, CLAIM_CONTAINER }, { FINDING_NETWORK, CLAIM_NETWORK },
		{ FINDING_VOLUME, CLAIM_VOLUME } };
	const struct view *v = &d->view;
	AUTO(buf) room = BUF_INIT;

	c->index = (struct dict)DICT_IN(v->scratch);
	c->arena = v->arena;
	if (!take_down(c, v, &room))
		return;
	list_networks(c, v);
	note_registry(c, &room, d);
	for (uint32_t app = 0; app < v->inventory->app_count; app++) {
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			for (uint32_t i = view_first(v, app, kinds[k].record); i != INVENTORY_NONE;
			     i = view_next(v, i))
				note_holder(c, &room, kinds[k].claim,
				    view_str(v, v->inventory->items[i].value), app,
				    naming_after(&d->naming, v, i));
		note_made_names(c, &room, d, app);
		note_ports(c, &room, d, app, false);
	}
	note_bare_ports(c, &room, d);
}

const struct claim *
claims_find(const struct claims *c, enum finding_claim claim, struct str name)
{
	AUTO(buf) room = BUF_INIT;
	uint32_t i = dict_find(&c->index, key_of(&room, claim, name));

	return i == DICT_NONE ? NULL : &c->items[i];
}

/* The app's first item that has the name which REF names; its successors are those of the same key. */
static const struct index_entry *
first_own(const struct view *v, const struct inventory_item *ref, struct index_key *ret_key)
{
	enum finding_record record = ref->claim == CLAIM_NETWORK ? FINDING_NETWORK :
	    ref->claim == CLAIM_VOLUME				 ? FINDING_VOLUME
								 : FINDING_NAME;

	*ret_key = (struct index_key){ BY_NAME, ref->value, record, 0 };
	return index_at(&v->index, ref->app, *ret_key);
}

uint32_t
claims_own(const struct view *v, const struct inventory_item *ref)
{
	struct index_key key;
	const struct index_entry *x = first_own(v, ref, &key);

	return index_has(&v->index, x, key) ? x->item : INVENTORY_NONE;
}

bool
claims_part(const struct decisions *d, const struct inventory_item *ref, uint32_t own)
{
	const struct view *v = &d->view;
	struct str name = naming_after(&d->naming, v, own);
	struct index_key key;

	for (const struct index_entry *x = first_own(v, ref, &key); index_has(&v->index, x, key); x++)
		if (!str_eq(naming_after(&d->naming, v, x->item), name))
			return true;
	return false;
}

struct str
claims_made(const struct decisions *d, const struct inventory_item *ref)
{
	const struct view *v = &d->view;
	uint32_t i = d->naming.of_app[ref->app].item;
	struct names_made made;

	if (i == INVENTORY_NONE || kind_of((enum finding_claim)ref->claim) != CLAIM_CONTAINER ||
	    !names_is_made(view_str(v, ref->value), view_str(v, v->inventory->items[i].value),
		view_str(v, view_rare(v, i)->unnamed), &made))
		return (struct str)STR_INIT;
	return names_of_container(v->arena, naming_after(&d->naming, v, i), &made);
}

bool
claims_reach(const struct claims *c, uint32_t app, uint32_t other)
{
	size_t i = c->first_network[app], k = c->first_network[other];

	while (i < c->first_network[app + 1] && k < c->first_network[other + 1]) {
		const struct claims_network *a = &c->networks[i], *b = &c->networks[k];

		if (a->name == b->name && !(a->is_derived && b->is_derived))
			return true;
		i += a->name <= b->name;
		k += b->name <= a->name;
	}
	return false;
}

/* What the port of APP that ROW is about is afterwards; 0: it is gone, or which of several it is cannot be
 * told. */
static uint16_t
port_of_row(const struct decisions *d, uint32_t app, const struct store_port *row)
{
	const struct view *v = &d->view;
	uint16_t found = 0;
	bool is_one = true;

	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *item = &v->inventory->items[i];

		if (d->units.of[i] == INVENTORY_NONE || !registered_may_be(v, row, i) ||
		    !str_eq_fold(row->protocol, view_str(v, item->words->protocol)))
			continue;
		if (d->ports.after[i] == row->port)
			return row->port;	/* it has what it was given */
		is_one = is_one && (!found || found == d->ports.after[i]);
		found = d->ports.after[i];
	}
	return is_one ? found : 0;
}

static bool
has_inside(const struct view *v, uint32_t app, uint16_t port)
{
	struct str_digits room;
	struct str number = number_of(&room, port);

	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i))
		if (str_eq(view_str(v, v->inventory->items[i].words->container_port), number))
			return true;
	return false;
}

/* What a port of APP that had PORT by ROW is afterwards, if FOUND, which another row gave, is no other.
 * UINT16_MAX: two of its ports had it, one after the other. */
static uint16_t
recall_row(
    const struct decisions *d, uint32_t app, uint16_t port, const struct store_port *row, uint16_t found)
{
	uint16_t now = 0;

	if ((row->port == port || row->found == port) && str_eq_fold(row->protocol, STR("tcp")))
		now = port_of_row(d, app, row);
	return !now || now == found ? found : found ? UINT16_MAX : now;
}

uint16_t
claims_recall(const struct decisions *d, uint32_t app, uint16_t port)
{
	const struct registered_rows *all[] = { &d->registered.ports, &d->registered.former };
	struct str_digits room;
	const struct claim *c = claims_find(&d->claims, CLAIM_PORT, number_of(&room, port));
	uint16_t found = 0;

	if (!c || c->heir != INVENTORY_NONE || !c->former.len ||
	    !str_eq(c->former, d->view.apps[app].folder))
		return 0;

	for (size_t n = 0; n < sizeof all / sizeof *all; n++)
		for (uint32_t i = all[n]->first[app]; i < all[n]->first[app + 1]; i++)
			found = recall_row(d, app, port, all[n]->rows[i], found);
	return found != UINT16_MAX && !has_inside(&d->view, app, port) ? found : 0;
}
