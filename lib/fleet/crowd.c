/* crowd: those who want one thing, found by whom they would clash with.
 * SPDX-License-Identifier: MIT */
#include "fleet/crowd.h"

#include "fleet/hostip.h"

/* A claim of a row, or an app of the row of all. */
struct node {
	uint32_t number;		/* the claim's; the row of the app's claims */
	uint32_t app;
	struct node *next;
};

struct crowd_row {
	struct node *first, *last;
};

/* What a row is found by. Addresses of kind ONE with key 0: all of that kind. */
struct row_key {
	uint32_t thing, kind, address, app, profile;
};

enum { EVERYONE = UINT32_MAX };	/* as app: the row of all apps */

/* As profile: any, none. Others are hashes above these. */
enum { PROFILE_ANY, PROFILE_NONE, PROFILES };

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

static struct str
bytes_of(const struct row_key *key)
{
	return (struct str){ (const char *)key, sizeof *key };
}

static const struct crowd_row *
find_row(const struct crowd *c, const struct row_key *key)
{
	static const struct crowd_row none;
	uint32_t at = dict_find(&c->index, bytes_of(key));

	return at == DICT_NONE ? &none : &c->rows[at];
}

/* The number of the row of KEY, which is made where it is new; *RET tells. */
static uint32_t
row_at(struct crowd *c, const struct row_key *key, bool *ret_is_new)
{
	uint32_t at = dict_add_copy(&c->index, c->arena, bytes_of(key), (uint32_t)c->row_count);

	*ret_is_new = at == c->row_count;
	if (*ret_is_new) {
		ARENA_GROW(c->arena, c->rows, c->row_count, c->row_cap);
		c->rows[c->row_count++] = (struct crowd_row){ NULL, NULL };
	}
	return at;
}

static void
append(struct crowd *c, uint32_t row, uint32_t number, uint32_t app)
{
	struct node *node = arena_alloc(c->arena, sizeof *node);
	struct crowd_row *r = &c->rows[row];

	*node = (struct node){ number, app, NULL };
	if (r->last)
		r->last->next = node;
	else
		r->first = node;
	r->last = node;
}

static void
add_at(struct crowd *c, const struct crowd_claim *claim, struct hostip ip, uint32_t number)
{
	struct row_key key = key_of(claim, ip, claim->app), all = key_of(claim, ip, EVERYONE);
	struct str profile;
	bool is_new, is_first;
	uint32_t row = row_at(c, &key, &is_new);

	append(c, row, number, claim->app);
	if (is_new)
		append(c, row_at(c, &all, &is_first), row, claim->app);
	if (claim->profile.len == 0) {
		key.profile = PROFILE_NONE;
		append(c, row_at(c, &key, &is_first), number, claim->app);
	}
	for (size_t at = 0; str_next_part(claim->profile, ',', &at, &profile); ) {
		key.profile = profile_key(profile);
		append(c, row_at(c, &key, &is_first), number, claim->app);
	}
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
look_through(struct search *s, const struct node *n)
{
	enum crowd_answer answer = CROWD_DOES_NOT;

	for (; n && n->number < s->found && answer == CROWD_DOES_NOT; n = n->next)
		if ((answer = s->ask(s->context, n->number)) == CROWD_CLASHES)
			s->found = n->number;
}

static void
look_at_others(struct search *s, struct hostip ip)
{
	struct row_key key = key_of(s->claim, ip, EVERYONE);
	uint32_t before = s->found;

	for (const struct node *n = find_row(s->crowd, &key)->first; n && s->found == before; n = n->next)
		if (n->app != s->claim->app)
			look_through(s, s->crowd->rows[n->number].first);
}

static void
look_at_own(struct search *s, struct hostip ip)
{
	struct row_key key = key_of(s->claim, ip, s->claim->app);
	struct str profile;

	if (s->claim->profile.len == 0) {
		look_through(s, find_row(s->crowd, &key)->first);
		return;
	}
	key.profile = PROFILE_NONE;
	look_through(s, find_row(s->crowd, &key)->first);
	for (size_t at = 0; str_next_part(s->claim->profile, ',', &at, &profile); ) {
		key.profile = profile_key(profile);
		look_through(s, find_row(s->crowd, &key)->first);
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
