/* seen: the ports of an app by the numbers that its .env or its .env.example gives them.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include "fleet/hostip.h"
#include "plan/internal.h"

/* The number of port I as .env has it (EXAMPLE: as .env.example has it). */
static uint16_t
number_seen(const struct view *v, uint32_t i, bool example)
{
	const struct inventory_item *item = view_item(v, i);
	uint32_t setting;
	uint64_t n;

	if (!example || !item->words->variable)
		return item->low;
	setting = view_setting(v, item->app, item->words->variable, true);
	if (setting != INVENTORY_NONE &&
	    str_to_uint(view_str(v, v->inventory->items[setting].value), UINT16_MAX, &n) && n)
		return (uint16_t)n;
	return item->low;
}

/* What a port is found by. No padding: a dict compares the bytes. */
struct seen_key {
	uint32_t port;
	uint32_t service;	/* text; INVENTORY_NONE: any */
	struct hostip address;	/* where it is published; of kind HOSTIP_KINDS: anywhere */
};

static const struct hostip anywhere = { HOSTIP_KINDS, 0 };

static struct str
bytes_of(const struct seen_key *key)
{
	return (struct str){ (const char *)key, sizeof *key };
}

/* Adds port I, which has NUMBER, by each key that finds it and none before it. */
static void
add_port(struct dict *seen, struct edits *e, uint32_t i, uint16_t number)
{
	const struct inventory_words *words = view_item(&e->d->view, i)->words;
	const uint32_t services[] = { words->service, INVENTORY_NONE };
	const struct hostip addresses[] = { hostip_of(view_str(&e->d->view, words->host_ip)), anywhere };

	for (int k = 0; k < 4; k++) {
		struct seen_key key = { number, services[k / 2], addresses[k % 2] };

		(void)dict_add_copy(seen, &e->words, bytes_of(&key), i);
	}
}

static bool
has_profile(const struct view *v, uint32_t i)
{
	return view_str(v, view_rare(v, i)->profile).len > 0;
}

/* Adds to SEEN the ports of services that run with a PROFILE, or of those that always do. */
static void
add_ports(struct dict *seen, struct edits *e, bool others, bool example, bool profile)
{
	const struct view *v = &e->d->view;

	for (uint32_t i = view_first(v, e->app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i))
		if (e->d->units.of[i] != INVENTORY_NONE && view_is_tcp(v, i) != others &&
		    has_profile(v, i) == profile)
			add_port(seen, e, i, number_seen(v, i, example));
}

/* The ports of OTHERS than tcp, or of that, as .env (EXAMPLE: .env.example) has them: of those that are alike
 * the first of a service that always runs, else the first. */
static const struct dict *
ports_of(struct edits *e, bool others, bool example)
{
	struct dict *seen = &e->seen[others][example];

	if (seen->arena)
		return seen;
	*seen = (struct dict)DICT_IN(&e->words);
	add_ports(seen, e, others, example, false);
	add_ports(seen, e, others, example, true);
	return seen;
}

/* Whether port I is meant before BEST (DICT_NONE: before none). */
static bool
is_before(const struct view *v, uint32_t i, uint32_t best)
{
	if (i == DICT_NONE || best == DICT_NONE)
		return i != DICT_NONE;
	return has_profile(v, i) != has_profile(v, best) ? has_profile(v, best) : i < best;
}

/* The port that KEY finds on one of ADDRESSES; DICT_NONE: none. */
static uint32_t
find_on(const struct view *v, const struct dict *seen, struct seen_key key, const struct hostip *addresses,
    size_t count)
{
	uint32_t best = DICT_NONE;

	for (size_t k = 0; k < count; k++) {
		uint32_t i;

		key.address = addresses[k];
		i = dict_find(seen, bytes_of(&key));
		if (is_before(v, i, best))
			best = i;
	}
	return best;
}

/* Whether the uses BY of ITEM's variable are all of ITEM's service, or handed to it alone. */
static bool
are_of_its_service(const struct view *v, const struct inventory_item *item, enum index_by by)
{
	uint32_t variable = item->words->variable;

	for (const struct index_entry *x =
		 index_at(&v->index, item->app, (struct index_key){ by, variable, 0, 0 });
	     index_is(x, by, variable); x++) {
		const struct inventory_item *use = &v->inventory->items[x->item];
		uint32_t user = use->role == ROLE_HANDED ? inventory_rare(v->inventory, use)->handed_to
							 : use->words->service;

		if (user != item->words->service)
			return false;
	}
	return true;
}

/* Whether ITEM stands in a line of .env that says more than its number: `BACKEND_PORT=8080`, of which another
 * service makes an address, is more likely the backend's. */
static bool
is_in_words_of_env(const struct view *v, const struct inventory_item *item)
{
	uint32_t line = view_setting(v, item->app, item->words->variable, false);
	const struct inventory_place *place =
	    line == INVENTORY_NONE ? NULL : &v->inventory->items[line].place;

	return place && place->file == item->place.file &&
	    !inventory_is_one_text(v->inventory, place, &item->place);
}

/* The service whose setting ITEM is; INVENTORY_NONE: others may have it as well, by a variable or a file. */
static uint32_t
service_of(const struct view *v, const struct inventory_item *item)
{
	bool may_be_own = item->origin != ORIGIN_ENV || is_in_words_of_env(v, item);
	bool is_own = item->origin == ORIGIN_LITERAL ||
	    (may_be_own && are_of_its_service(v, item, BY_USE) && are_of_its_service(v, item, BY_ADDRESS));

	return is_own ? item->words->service : INVENTORY_NONE;
}

static uint32_t
find(struct edits *e, bool others, const struct seen_address *a, bool example)
{
	const struct dict *seen = ports_of(e, others, example);
	const struct seen_key any = { a->port, INVENTORY_NONE, anywhere };
	struct seen_key own = any;
	uint32_t first = dict_find(seen, bytes_of(&any)), i;
	struct hostip reached[HOSTIP_REACHED];
	size_t count;

	if (first == DICT_NONE)
		return first;
	own.service = service_of(&e->d->view, a->item);
	count = hostip_reached(a->host, reached);
	i = find_on(&e->d->view, seen, own, reached, count);
	if (i == DICT_NONE)
		i = find_on(&e->d->view, seen, any, reached, count);
	if (i == DICT_NONE)
		i = dict_find(seen, bytes_of(&own));
	return i == DICT_NONE ? first : i;
}

uint32_t
seen_find(struct edits *e, const struct seen_address *a, bool example)
{
	return find(e, false, a, example);
}

uint32_t
seen_find_other(struct edits *e, const struct seen_address *a, bool example)
{
	return find(e, true, a, example);
}
