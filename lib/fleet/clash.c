/* clash: two things of a fleet that cannot both be, and which two.
 * SPDX-License-Identifier: MIT */
#include "fleet/clash.h"

#include <stdlib.h>

static const char *const kind_names[] = {
	[CLASH_PORT] = "port", [CLASH_CONTAINER] = "container", [CLASH_PROJECT] = "project",
	[CLASH_VOLUME] = "volume", [CLASH_NETWORK] = "network", [CLASH_REPLICAS] = "replicas",
	[CLASH_LISTENER] = "listener", [CLASH_DRIFT] = "drift", [CLASH_ORPHAN] = "orphan",
	[CLASH_ROLE] = "role",
};

static const struct clash_side nobody = { INVENTORY_NONE, INVENTORY_NONE, STR_INIT, { STR_INIT, 0 } };

const char *
clash_kind_name(enum clash_kind k)
{
	return kind_names[k];
}

/* What an address takes hold of: families as bits, and whether of all addresses of them. */
static unsigned
families(struct str ip, bool *ret_all)
{
	*ret_all = ip.len == 0 || str_eq(ip, STR("0.0.0.0")) || str_eq(ip, STR("::")) ||
	    str_eq(ip, STR("[::]"));
	if (ip.len == 0)
		return 1 | 2;
	return str_find(ip, 0, ':') < ip.len ? 2 : 1;
}

bool
clash_addresses_overlap(struct str a, struct str b)
{
	bool all_a, all_b;
	unsigned shared = families(a, &all_a) & families(b, &all_b);

	return shared && (all_a || all_b || str_eq_fold(a, b));
}

uint32_t
clash_address_key(struct str ip)
{
	uint32_t key = 2166136261;	/* FNV-1a */
	bool all;

	(void)families(ip, &all);
	for (size_t i = 0; i < ip.len; i++)
		key = (key ^ (unsigned char)str_lower(ip.ptr[i])) * 16777619;
	return all ? 0 : key | 1;
}

/* The next element of the comma-separated LIST at *AT. */
static bool
next_element(struct str list, size_t *at, struct str *ret)
{
	size_t comma;

	if (*at >= list.len)
		return false;
	comma = str_find(list, *at, ',');
	*ret = str_sub(list, *at, comma - *at);
	*at = comma + 1;
	return true;
}

bool
clash_profiles_meet(struct str a, struct str b)
{
	struct str x, y;

	if (a.len == 0 || b.len == 0)
		return true;
	for (size_t i = 0; next_element(a, &i, &x); )
		for (size_t j = 0; next_element(b, &j, &y); )
			if (str_eq(x, y))
				return true;
	return false;
}

/* One claim on one thing: a port, or a name. */
struct claim {
	uint32_t port, address;		/* address: its key */
	struct str name;
	uint32_t item, app;
	struct str service;
};

struct claims {
	struct claim *items;
	size_t count, cap;
};

static void
add_claim(struct claims *c, struct claim claim)
{
	MEM_GROW(c->items, c->count, c->cap);
	c->items[c->count++] = claim;
}

static bool
is_same_thing(const struct claim *a, const struct claim *b)
{
	return a->port == b->port && str_eq(a->name, b->name);
}

/* By what is claimed, then in fleet order, in which items and apps are numbered already. */
static int
compare_claims(const void *pa, const void *pb)
{
	const struct claim *a = pa, *b = pb;
	int c = (a->port > b->port) - (a->port < b->port);

	if (c == 0)
		c = str_cmp(a->name, b->name);
	if (c == 0)
		c = (a->app > b->app) - (a->app < b->app);
	if (c == 0)
		c = (a->item > b->item) - (a->item < b->item);
	return c ? c : str_cmp(a->service, b->service);
}

struct finder {
	const struct inventory *v;
	const struct clash_options *o;
	clash_visit *visit;
	void *context;
	struct error *err;
	struct arena made;	/* the names that Compose makes, while claims hold them */
	struct arena words;	/* of one clash */
	bool failed;		/* the visitor did: nothing more is looked for */
};

static struct str
str_of(const struct finder *f, uint32_t text)
{
	return inventory_str(f->v, text);
}

static struct str
profile_of(const struct finder *f, uint32_t item)
{
	return str_of(f, inventory_rare(f->v, &f->v->items[item])->profile);
}

static struct clash_side
side_of(const struct finder *f, const struct claim *c)
{
	const struct inventory_app *a = &f->v->apps[c->app];

	return (struct clash_side){ c->item, c->app, c->service, a->id };
}

/* `model/appN` of a layout app, else the folder. */
static struct str
side_name(struct finder *f, const struct clash_side *s)
{
	if (s->app != INVENTORY_NONE && !f->v->apps[s->app].in_layout)
		return str_of(f, f->v->apps[s->app].folder);
	return identity_text(&f->words, s->id);
}

static bool
is_side(struct finder *f, const struct clash_side *s, struct str name)
{
	return name.len == 0 || str_eq(side_name(f, s), name) ||
	    (s->app != INVENTORY_NONE && str_eq(str_of(f, f->v->apps[s->app].folder), name));
}

static bool
is_accepted(struct finder *f, const struct clash *c)
{
	for (size_t i = 0; i < f->o->accepted_count; i++) {
		const struct clash_accepted *x = &f->o->accepted[i];

		if ((x->what.len == 0 || str_eq(x->what, c->what)) &&
		    ((is_side(f, &c->holder, x->a) && is_side(f, &c->other, x->b)) ||
		    (is_side(f, &c->holder, x->b) && is_side(f, &c->other, x->a))))
			return true;
	}
	return false;
}

static void
add_clash(struct finder *f, struct clash c)
{
	if (!f->failed && !(f->o->accepted_count && is_accepted(f, &c)))
		f->failed = f->visit(f->context, &c, f->err) < 0;
	arena_reset(&f->words);
}

/* Two findings that one span decides, reached by two apps through include or extends, are one thing. */
static bool
is_same_span(const struct finder *f, const struct claim *a, const struct claim *b)
{
	const struct inventory_item *x, *y;

	if (a->app == b->app)
		return false;
	x = &f->v->items[a->item];
	y = &f->v->items[b->item];
	return x->place_known && y->place_known && x->place.file == y->place.file &&
	    x->place.off == y->place.off && x->place.len == y->place.len;
}

static bool
ports_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	const struct inventory_item *x = &f->v->items[a->item], *y = &f->v->items[b->item];

	return str_eq_fold(str_of(f, x->protocol), str_of(f, y->protocol)) &&
	    clash_addresses_overlap(str_of(f, x->host_ip), str_of(f, y->host_ip)) &&
	    (a->app != b->app || clash_profiles_meet(profile_of(f, a->item), profile_of(f, b->item)));
}

/* Names that Compose makes of one and the same project are that project's clash, told once. */
static bool
names_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	bool is_made_a = f->v->items[a->item].record == FINDING_PROJECT;
	bool is_made_b = f->v->items[b->item].record == FINDING_PROJECT;

	if (a->app != b->app)
		return !is_made_a || !is_made_b || f->v->items[a->item].value != f->v->items[b->item].value;
	return !str_eq(a->service, b->service) && (is_made_a || is_made_b ||
	    clash_profiles_meet(profile_of(f, a->item), profile_of(f, b->item)));
}

static bool
projects_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	(void)f;
	return a->app != b->app;
}

static struct str
detail_of(struct finder *f, const char *thing, struct str what, const struct clash_side *a,
    const struct clash_side *b)
{
	struct str x = side_name(f, a), y = side_name(f, b);

	return arena_printf(&f->words, "%s %.*s of %.*s%s%.*s is also %.*s%s%.*s's", thing, STR_ARG(what),
	    STR_ARG(y), b->service.len ? " " : "", STR_ARG(b->service), STR_ARG(x), a->service.len ? " " : "",
	    STR_ARG(a->service));
}

typedef bool clash_test(const struct finder *, const struct claim *, const struct claim *);

static struct str
what_of(struct finder *f, enum clash_kind kind, const struct claim *c)
{
	if (kind == CLASH_PORT)
		return arena_printf(
		    &f->words, "%u/%.*s", c->port, STR_ARG(str_of(f, f->v->items[c->item].protocol)));
	return c->name;
}

/* Two addresses that have nothing in common need no closer look. */
static bool
are_apart(const struct claim *a, const struct claim *b)
{
	return a->address && b->address && a->address != b->address;
}

/* How many earlier claims of a group a later one is looked at beside: all of a clique agree with the
 * first, and ten thousand alternatives of one app are not squared. */
enum { LOOK_BACK = 512 };

static void
find_in_claims(struct finder *f, struct claims *c, enum clash_kind kind, const char *thing, clash_test *test)
{
	size_t first = 0;

	if (c->count)
		qsort(c->items, c->count, sizeof *c->items, compare_claims);
	for (size_t i = 1; i < c->count; i++) {
		if (!is_same_thing(&c->items[i], &c->items[first])) {
			first = i;
			continue;
		}
		for (size_t j = first, looked = 0; j < i && looked < LOOK_BACK; j++) {
			struct clash_side a, b;
			struct str what;

			if (are_apart(&c->items[j], &c->items[i]))
				continue;
			looked++;
			if (is_same_span(f, &c->items[j], &c->items[i]) ||
			    !test(f, &c->items[j], &c->items[i]))
				continue;
			a = side_of(f, &c->items[j]);
			b = side_of(f, &c->items[i]);
			what = what_of(f, kind, &c->items[i]);
			add_clash(f, (struct clash){ kind, a, b, what, detail_of(f, thing, what, &a, &b) });
			break;
		}
	}
	free(c->items);
}

static void
find_ports(struct finder *f)
{
	struct claims c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];

		if (inventory_is_published(f->v, item))
			add_claim(&c,
			    (struct claim){ item->low, clash_address_key(str_of(f, item->host_ip)), STR_INIT,
				i, item->app, str_of(f, item->service) });
	}
	find_in_claims(f, &c, CLASH_PORT, "port", ports_clash);
}

/* The containers that Compose names itself: `<project>-<service>-1` of the services in the project
 * record's detail. */
static void
add_made_names(struct finder *f, struct claims *c, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];
	struct str list = str_of(f, item->detail), service;

	for (size_t at = 0; next_element(list, &at, &service); ) {
		struct str name = arena_printf(
		    &f->made, "%.*s-%.*s-1", STR_ARG(str_of(f, item->value)), STR_ARG(service));

		add_claim(c, (struct claim){ 0, 0, name, i, item->app, service });
	}
}

static void
find_names(
    struct finder *f, enum finding_record record, enum clash_kind kind, const char *thing, clash_test *test)
{
	struct claims c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];

		if (item->record == record && item->value)
			add_claim(&c,
			    (struct claim){
				0, 0, str_of(f, item->value), i, item->app, str_of(f, item->service) });
		if (kind == CLASH_CONTAINER && item->record == FINDING_PROJECT)
			add_made_names(f, &c, i);
	}
	find_in_claims(f, &c, kind, thing, test);
}

/* A fixed port or a container name that several replicas would share. */
static void
find_replicas(struct finder *f)
{
	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];
		struct claim c = { 0, 0, STR_INIT, i, item->app, str_of(f, item->service) };
		bool is_port = inventory_is_published(f->v, item);
		struct clash_side side;
		uint64_t replicas;
		struct str what;

		if (!(is_port || (item->record == FINDING_NAME && item->value)) ||
		    !str_to_uint(str_of(f, inventory_rare(f->v, item)->replicas), UINT32_MAX, &replicas) ||
		    replicas < 2)
			continue;
		side = side_of(f, &c);
		c.port = item->low;
		c.name = str_of(f, item->value);
		what = what_of(f, is_port ? CLASH_PORT : CLASH_CONTAINER, &c);
		add_clash(f,
		    (struct clash){ CLASH_REPLICAS, nobody, side, what,
			arena_printf(&f->words,
			    "%s %.*s of %.*s %.*s is fixed, but %llu replicas would each need it: "
			    "remove it, or the replicas",
			    is_port ? "port" : "container name", STR_ARG(what), STR_ARG(side_name(f, &side)),
			    STR_ARG(side.service), (unsigned long long)replicas) });
	}
}

static void
find_listeners(struct finder *f)
{
	for (uint32_t i = 0; i < f->v->item_count && f->o->listening; i++) {
		const struct inventory_item *item = &f->v->items[i];
		struct claim c = { item->low, 0, STR_INIT, i, item->app, str_of(f, item->service) };
		struct clash_side side;
		struct str what;

		if (!inventory_is_published(f->v, item) || !f->o->listening[item->low])
			continue;
		side = side_of(f, &c);
		what = what_of(f, CLASH_PORT, &c);
		add_clash(f, (struct clash){ CLASH_LISTENER, nobody, side, what, arena_printf(&f->words,
		    "something on this host listens on %.*s, which %.*s %.*s publishes", STR_ARG(what),
		    STR_ARG(side_name(f, &side)), STR_ARG(side.service)) });
	}
}

/* The app that bears the identity: apps are sorted by model and number. */
static uint32_t
find_app(const struct finder *f, struct identity id)
{
	const struct inventory *v = f->v;
	size_t at = v->app_count ? identity_find(&v->apps->id, sizeof *v->apps, v->app_count, id) : 0;

	return at < v->app_count ? (uint32_t)at : INVENTORY_NONE;
}

static void
check_drift(struct finder *f, const struct clash_pair *p, uint32_t app)
{
	const struct inventory_app *a = &f->v->apps[app];

	for (uint32_t i = inventory_find(f->v, a, FINDING_PORT, 0); i != INVENTORY_NONE;
	    i = inventory_find(f->v, a, FINDING_PORT, i + 1)) {
		const struct inventory_item *item = &f->v->items[i];
		bool is_backend = item->role == ROLE_BACKEND;
		uint16_t row = is_backend ? p->backend : p->frontend;
		struct claim c = { item->low, 0, STR_INIT, i, app, str_of(f, item->service) };
		struct clash_side side;

		if ((!is_backend && item->role != ROLE_FRONTEND) || item->low == row ||
		    !inventory_is_published(f->v, item))
			continue;
		side = side_of(f, &c);
		add_clash(f, (struct clash){ CLASH_DRIFT, nobody, side, what_of(f, CLASH_PORT, &c),
		    arena_printf(&f->words, "the files of %.*s say %u for its %.*s, the database says %u",
		    STR_ARG(side_name(f, &side)), item->low, STR_ARG(finding_role_name((enum finding_role)item->role)), row) });
	}
}

static void
find_drift(struct finder *f)
{
	for (size_t i = 0; i < f->o->pair_count; i++) {
		const struct clash_pair *p = &f->o->pairs[i];
		uint32_t app = find_app(f, p->id);
		struct clash_side side = { INVENTORY_NONE, app, STR_INIT, p->id };

		if (app != INVENTORY_NONE)
			check_drift(f, p, app);
		else if (p->is_below_root)
			add_clash(f,
			    (struct clash){ CLASH_ORPHAN, nobody, side,
				arena_printf(&f->words, "%u+%u", p->backend, p->frontend),
				arena_printf(&f->words,
				    "the database keeps %u and %u for %.*s, "
				    "which is gone: plan --prune frees them",
				    p->backend, p->frontend, STR_ARG(side_name(f, &side))) });
	}
}

/* Numbers that one row has as backend and another as frontend: two unique columns do not see that. */
static void
find_roles(struct finder *f)
{
	uint32_t *backend_of = mem_zero(UINT16_MAX + 1, sizeof *backend_of);	/* row + 1 */

	for (size_t i = 0; i < f->o->pair_count; i++)
		backend_of[f->o->pairs[i].backend] = (uint32_t)i + 1;
	backend_of[0] = 0;
	for (size_t i = 0; i < f->o->pair_count; i++) {
		const struct clash_pair *p = &f->o->pairs[i], *q;
		struct clash_side a, b;

		if (!backend_of[p->frontend])
			continue;
		q = &f->o->pairs[backend_of[p->frontend] - 1];
		a = (struct clash_side){ INVENTORY_NONE, find_app(f, q->id), STR_INIT, q->id };
		b = (struct clash_side){ INVENTORY_NONE, find_app(f, p->id), STR_INIT, p->id };
		add_clash(f,
		    (struct clash){ CLASH_ROLE, a, b, arena_printf(&f->words, "%u/tcp", p->frontend),
			arena_printf(&f->words,
			    "the database gives %u to %.*s as backend and to %.*s as frontend", p->frontend,
			    STR_ARG(side_name(f, &a)), STR_ARG(side_name(f, &b))) });
	}
	free(backend_of);
}

int
clash_find(const struct inventory *v, const struct clash_options *o, clash_visit *visit, void *context,
    struct error *err)
{
	static const struct clash_options none = { NULL, 0, NULL, NULL, 0 };
	struct finder f = { v, o ? o : &none, visit, context, err, ARENA_INIT, ARENA_INIT, false };

	find_ports(&f);
	find_names(&f, FINDING_NAME, CLASH_CONTAINER, "container name", names_clash);
	find_names(&f, FINDING_PROJECT, CLASH_PROJECT, "project name", projects_clash);
	find_names(&f, FINDING_VOLUME, CLASH_VOLUME, "volume", projects_clash);
	find_names(&f, FINDING_NETWORK, CLASH_NETWORK, "network", projects_clash);
	find_replicas(&f);
	find_listeners(&f);
	find_drift(&f);
	find_roles(&f);
	arena_release(&f.made);
	arena_release(&f.words);
	return f.failed ? -1 : 0;
}
