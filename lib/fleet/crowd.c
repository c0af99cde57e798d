/* crowd: those who want one thing, found by whom they would clash with.
 * SPDX-License-Identifier: MIT */
#include "fleet/crowd.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "fleet/hostip.h"

enum { EVERYONE = UINT32_MAX };	/* as app: the row of all apps */
enum { SLOTS_MIN = 32 };

/* As profile: any, none. Others are hashes above these. */
enum { PROFILE_ANY, PROFILE_NONE, PROFILES };

/* What a row is found by. Addresses of kind ONE with key 0: all of that kind. */
struct row_key {
	uint32_t thing, kind, address, app, profile;
};

/* A claim of a row. */
struct node {
	uint32_t number;
	struct node *next;
};

/* The claims of one app, or its part of them that has a profile; of EVERYONE the rows of the apps. */
struct crowd_row {
	struct row_key key;
	bool has_profiles;		/* of PROFILE_ANY: its claims stand by their profiles as well */
	struct node *first, *last;
	struct crowd_row *next;		/* the next app's; of EVERYONE the first app's */
	struct crowd_row *last_app;	/* of EVERYONE */
};

static struct row_key
key_of(const struct crowd_claim *c, struct hostip ip, uint32_t app)
{
	return (struct row_key){ c->thing, ip.kind, ip.key, app, PROFILE_ANY };
}

static uint32_t
profile_key(struct str profile)
{
	uint32_t hash = 2166136261;	/* FNV-1a */

	for (size_t i = 0; i < profile.len; i++)
		hash = (hash ^ (unsigned char)profile.ptr[i]) * 16777619;
	return hash < PROFILES ? hash + PROFILES : hash;
}

/* The slot of the row of KEY, or the free one that it would take. The table is never full. */
static size_t
slot_of(const struct crowd *c, const struct row_key *key)
{
	size_t mask = c->slot_count - 1, i = (size_t)XXH3_64bits(key, sizeof *key) & mask;

	while (c->slots[i] && memcmp(&c->slots[i]->key, key, sizeof *key) != 0)	/* numbers alone */
		i = (i + 1) & mask;
	return i;
}

/* The row of KEY; NULL: there is none. */
static const struct crowd_row *
find_row(const struct crowd *c, const struct row_key *key)
{
	return c->slot_count ? c->slots[slot_of(c, key)] : NULL;
}

/* Doubles the slots before two thirds of them are taken. */
static void
make_room(struct crowd *c)
{
	struct crowd_row **old = c->slots;
	size_t count = c->slot_count;

	if ((c->row_count + 1) * 3 < count * 2)
		return;
	c->slot_count = count ? count * 2 : SLOTS_MIN;
	c->slots = arena_zero(c->arena, c->slot_count, sizeof *c->slots);
	for (size_t i = 0; i < count; i++)
		if (old[i])
			c->slots[slot_of(c, &old[i]->key)] = old[i];
}

/* The row of KEY, which is made where it is new. */
static struct crowd_row *
row_at(struct crowd *c, const struct row_key *key)
{
	struct crowd_row **slot;

	make_room(c);
	slot = &c->slots[slot_of(c, key)];
	if (!*slot) {
		*slot = arena_zero(c->arena, 1, sizeof **slot);
		(*slot)->key = *key;
		c->row_count++;
	}
	return *slot;
}

static void
append(struct crowd *c, struct crowd_row *r, uint32_t number)
{
	struct node *node = arena_alloc(c->arena, sizeof *node);

	*node = (struct node){ number, NULL };
	*(r->last ? &r->last->next : &r->first) = node;
	r->last = node;
}

static void
append_app(struct crowd_row *all, struct crowd_row *r)
{
	*(all->last_app ? &all->last_app->next : &all->next) = r;
	all->last_app = r;
}

/* Claim NUMBER into the rows of its profiles, where its app has any: R is the row of all that it has of the
 * thing, and until now no claim of it may have had a profile. */
static void
add_profiles(struct crowd *c, struct crowd_row *r, struct str profiles, uint32_t number)
{
	struct row_key key = r->key;
	struct str profile;

	if (!profiles.len && !r->has_profiles)
		return;
	key.profile = PROFILE_NONE;
	for (const struct node *n = r->first; n && !r->has_profiles; n = n->next)
		append(c, row_at(c, &key), n->number);
	r->has_profiles = true;
	if (!profiles.len)
		append(c, row_at(c, &key), number);
	for (size_t at = 0; str_next_part(profiles, ',', &at, &profile); ) {
		key.profile = profile_key(profile);
		append(c, row_at(c, &key), number);
	}
}

static void
add_at(struct crowd *c, const struct crowd_claim *claim, struct hostip ip, uint32_t number)
{
	struct row_key key = key_of(claim, ip, claim->app), all = key_of(claim, ip, EVERYONE);
	struct crowd_row *row = row_at(c, &key);

	if (!row->first)
		append_app(row_at(c, &all), row);
	add_profiles(c, row, claim->profile, number);
	append(c, row, number);
}

void
crowd_add(struct crowd *c, const struct crowd_claim *claim, uint32_t number)
{
	struct hostip ip = hostip_of(claim->ip);

	add_at(c, claim, ip, number);
	if (ip.key) {
		ip.key = 0;
		add_at(c, claim, ip, number);
	}
}

/* --- finding --- */

struct search {
	const struct crowd *crowd;
	const struct crowd_claim *claim;
	crowd_ask *ask;
	void *context;
	uint32_t found;
};

static void
look_through(struct search *s, const struct crowd_row *r)
{
	enum crowd_answer answer = CROWD_DOES_NOT;

	for (const struct node *n = r ? r->first : NULL;
	     n && n->number < s->found && answer == CROWD_DOES_NOT; n = n->next)
		if ((answer = s->ask(s->context, n->number)) == CROWD_CLASHES)
			s->found = n->number;
}

static void
look_at_others(struct search *s, struct hostip ip)
{
	struct row_key key = key_of(s->claim, ip, EVERYONE);
	const struct crowd_row *all = find_row(s->crowd, &key);
	uint32_t before = s->found;

	for (const struct crowd_row *r = all ? all->next : NULL; r && s->found == before; r = r->next)
		if (r->key.app != s->claim->app)
			look_through(s, r);
}

static void
look_at_own(struct search *s, struct hostip ip)
{
	struct row_key key = key_of(s->claim, ip, s->claim->app);
	const struct crowd_row *own = find_row(s->crowd, &key);
	struct str profile;

	if (!own || !own->has_profiles || !s->claim->profile.len) {
		look_through(s, own);
		return;
	}
	key.profile = PROFILE_NONE;
	look_through(s, find_row(s->crowd, &key));
	for (size_t at = 0; str_next_part(s->claim->profile, ',', &at, &profile); ) {
		key.profile = profile_key(profile);
		look_through(s, find_row(s->crowd, &key));
	}
}

uint32_t
crowd_find(const struct crowd *c, const struct crowd_claim *claim, crowd_ask *ask, void *context)
{
	struct search s = { c, claim, ask, context, CROWD_NONE };
	struct hostip own = hostip_of(claim->ip);

	for (uint32_t kind = 0; kind < HOSTIP_KINDS; kind++) {
		bool is_own = own.key && kind == own.kind;
		struct hostip ip = { kind, is_own ? own.key : 0 };
		bool is_other_address = own.key && !is_own && (kind == HOSTIP_ONE4 || kind == HOSTIP_ONE6);

		if (is_other_address ||
		    !hostip_kinds_meet((enum hostip_kind)kind, (enum hostip_kind)own.kind))
			continue;
		look_at_others(&s, ip);
		look_at_own(&s, ip);
	}
	return s.found;
}
