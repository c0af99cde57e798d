/* clash: two things of a fleet that cannot both be, and which two.
 * SPDX-License-Identifier: MIT */
#include "fleet/clash.h"

#include <stdlib.h>

#include "fleet/names.h"

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

/* --- claims --- */

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

/* --- telling --- */

struct finder {
	const struct clash_view *view;
	const struct inventory *v;	/* the view's */
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

/* The port that item I publishes; 0: none. */
static uint16_t
port_of(const struct finder *f, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];

	if (f->view->ports && f->view->ports[i])
		return f->view->ports[i];
	return inventory_is_published(f->v, item) ? item->low : 0;
}

static struct str
name_of(const struct clash_view *v, uint32_t i)
{
	return v->names && v->names[i] ? v->texts[v->names[i]]
				       : inventory_str(v->inventory, v->inventory->items[i].value);
}

static struct clash_side
side_of(const struct finder *f, const struct claim *c)
{
	return (struct clash_side){ c->item, c->app, c->service, f->v->apps[c->app].id };
}

/* The side of item I alone. */
static struct clash_side
side_of_item(const struct finder *f, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];

	return (struct clash_side){ i, item->app, str_of(f, item->service), f->v->apps[item->app].id };
}

static struct clash_party
party_of(const struct finder *f, const struct clash_side *s)
{
	if (s->app == INVENTORY_NONE)
		return (struct clash_party){ s->id, true, STR_INIT };
	return (
	    struct clash_party){ s->id, f->v->apps[s->app].in_layout, str_of(f, f->v->apps[s->app].folder) };
}

/* `model/appN` of an app in the layout, else the folder. */
static struct str
side_name(struct finder *f, const struct clash_side *s)
{
	struct clash_party party = party_of(f, s);

	return party.in_layout ? identity_text(&f->words, s->id) : party.folder;
}

static void
add_clash(struct finder *f, struct clash c)
{
	struct clash_party a = party_of(f, &c.holder), b = party_of(f, &c.other);

	if (!f->failed && !clash_is_accepted(f->o->accepted, f->o->accepted_count, &a, &b, c.what))
		f->failed = f->visit(f->context, &c, f->err) < 0;
	arena_reset(&f->words);
}

/* `5003/tcp` of item I. */
static struct str
port_text(struct finder *f, uint16_t port, uint32_t i)
{
	return arena_printf(&f->words, "%u/%.*s", port, STR_ARG(str_of(f, f->v->items[i].protocol)));
}

/* --- things that two have --- */

/* A kind of thing that one has and another wants. */
struct contest {
	enum clash_kind kind;
	const char *thing;		/* `port` */
	bool (*clash)(const struct finder *, const struct claim *, const struct claim *);
};

static bool
ports_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return clash_is_of_ports(f->v, a->item, b->item);
}

static bool
names_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return clash_is_of_names(f->view, &(struct clash_name){ a->item, a->service },
	    &(struct clash_name){ b->item, b->service });
}

/* Whether one span that two apps reach through include or extends decides items I and J, which are then one
 * thing. */
static bool
is_one_span(const struct inventory *v, uint32_t i, uint32_t j)
{
	const struct inventory_item *x = &v->items[i], *y = &v->items[j];

	return x->app != y->app && x->place_known && y->place_known && x->place.file == y->place.file &&
	    x->place.off == y->place.off && x->place.len == y->place.len;
}

static bool
projects_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return a->app != b->app && !is_one_span(f->v, a->item, b->item);
}

static void
add_contested(
    struct finder *f, const struct contest *contest, const struct claim *holder, const struct claim *other)
{
	struct clash_side a = side_of(f, holder), b = side_of(f, other);
	struct str what = contest->kind == CLASH_PORT ? port_text(f, (uint16_t)other->port, other->item)
						      : other->name;
	struct str x = side_name(f, &a), y = side_name(f, &b);

	add_clash(f,
	    (struct clash){ contest->kind, a, b, what,
		arena_printf(&f->words, "%s %.*s of %.*s%s%.*s is also %.*s%s%.*s's", contest->thing,
		    STR_ARG(what), STR_ARG(y), b.service.len ? " " : "", STR_ARG(b.service), STR_ARG(x),
		    a.service.len ? " " : "", STR_ARG(a.service)) });
}

/* How many earlier claims of a group a later one is held against: all of a clique agree with the first, and
 * ten thousand alternatives of one app are not squared. Addresses that have nothing in common do not
 * count. */
enum { LOOK_BACK = 512 };

/* The first claim from FIRST on that clashes with the one at AT; NULL: none does. */
static const struct claim *
find_holder(
    const struct finder *f, const struct contest *contest, const struct claim *list, size_t first, size_t at)
{
	for (size_t i = first, looked = 0; i < at && looked < LOOK_BACK; i++) {
		if (clash_keys_are_apart(list[i].address, list[at].address))
			continue;
		if (contest->clash(f, &list[i], &list[at]))
			return &list[i];
		looked++;
	}
	return NULL;
}

static void
find_in_claims(struct finder *f, struct claims *c, const struct contest *contest)
{
	size_t first = 0;

	if (c->count)
		qsort(c->items, c->count, sizeof *c->items, compare_claims);
	for (size_t i = 1; i < c->count; i++) {
		const struct claim *holder;

		if (!is_same_thing(&c->items[i], &c->items[first]))
			first = i;
		holder = find_holder(f, contest, c->items, first, i);
		if (holder)
			add_contested(f, contest, holder, &c->items[i]);
	}
	free(c->items);
}

static void
find_ports(struct finder *f)
{
	static const struct contest contest = { CLASH_PORT, "port", ports_clash };
	struct claims c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];
		uint16_t port = port_of(f, i);

		if (port)
			add_claim(&c,
			    (struct claim){ port, clash_address_key(str_of(f, item->host_ip)), STR_INIT, i,
				item->app, str_of(f, item->service) });
	}
	find_in_claims(f, &c, &contest);
}

/* The containers that Compose names itself, of the services that the project record I has as unnamed. */
static void
add_made_names(struct finder *f, struct claims *c, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];
	struct str list = str_of(f, inventory_rare(f->v, item)->unnamed), service;

	for (size_t at = 0; str_next_part(list, ',', &at, &service); )
		add_claim(c,
		    (struct claim){ 0, 0, names_of_container(&f->made, name_of(f->view, i), service), i,
			item->app, service });
}

static void
find_names(struct finder *f, enum finding_record record, const struct contest *contest)
{
	struct claims c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];

		if (item->record == record && item->value)
			add_claim(&c, (struct claim){
				0, 0, name_of(f->view, i), i, item->app, str_of(f, item->service) });
		if (contest->kind == CLASH_CONTAINER && item->record == FINDING_PROJECT)
			add_made_names(f, &c, i);
	}
	find_in_claims(f, &c, contest);
}

/* --- things that one has --- */

/* A fixed port or a container name that several replicas would share. */
static void
find_replicas(struct finder *f)
{
	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];
		uint16_t port = port_of(f, i);
		bool is_name = item->record == FINDING_NAME && item->value;
		struct clash_side side;
		uint64_t replicas;
		struct str what;

		if ((!port && !is_name) ||
		    !str_to_uint(str_of(f, inventory_rare(f->v, item)->replicas), UINT32_MAX, &replicas) ||
		    replicas < 2)
			continue;
		side = side_of_item(f, i);
		what = port ? port_text(f, port, i) : name_of(f->view, i);
		add_clash(f, (struct clash){ CLASH_REPLICAS, nobody, side, what,
			arena_printf(&f->words,
			    "%s %.*s of %.*s %.*s is fixed, but %llu replicas would each need it: "
			    "remove it, or the replicas",
			    port ? "port" : "container name", STR_ARG(what), STR_ARG(side_name(f, &side)),
			    STR_ARG(side.service), (unsigned long long)replicas) });
	}
}

static void
find_listeners(struct finder *f)
{
	for (uint32_t i = 0; i < f->v->item_count && f->o->listening; i++) {
		uint16_t port = port_of(f, i);
		struct clash_side side;
		struct str what;

		if (!port || !f->o->listening[port])
			continue;
		side = side_of_item(f, i);
		what = port_text(f, port, i);
		add_clash(f,
		    (struct clash){ CLASH_LISTENER, nobody, side, what,
			arena_printf(&f->words,
			    "something on this host listens on %.*s, which %.*s %.*s publishes",
			    STR_ARG(what), STR_ARG(side_name(f, &side)), STR_ARG(side.service)) });
	}
}

/* --- the database --- */

static uint32_t
find_app(const struct finder *f, struct identity id)
{
	const struct inventory *v = f->v;
	size_t at = v->app_count ? identity_find(&v->apps->id, sizeof *v->apps, v->app_count, id) : 0;

	return at < v->app_count ? (uint32_t)at : INVENTORY_NONE;
}

/* The side of a row of the database. */
static struct clash_side
side_of_pair(const struct finder *f, const struct clash_pair *p)
{
	return (struct clash_side){ INVENTORY_NONE, find_app(f, p->id), STR_INIT, p->id };
}

static void
check_drift(struct finder *f, const struct clash_pair *p, uint32_t app)
{
	const struct inventory_app *a = &f->v->apps[app];

	for (uint32_t i = inventory_find(f->v, a, FINDING_PORT, 0); i != INVENTORY_NONE;
	    i = inventory_find(f->v, a, FINDING_PORT, i + 1)) {
		uint8_t role = f->v->items[i].role;
		uint16_t port = port_of(f, i), row = role == ROLE_BACKEND ? p->backend : p->frontend;
		struct clash_side side = side_of_item(f, i);

		if ((role != ROLE_BACKEND && role != ROLE_FRONTEND) || port == 0 || port == row)
			continue;
		add_clash(f,
		    (struct clash){ CLASH_DRIFT, nobody, side, port_text(f, port, i),
			arena_printf(&f->words, "the files of %.*s say %u for its %.*s, the database says %u",
			    STR_ARG(side_name(f, &side)), port,
			    STR_ARG(finding_role_name((enum finding_role)role)), row) });
	}
}

static void
find_drift(struct finder *f)
{
	for (size_t i = 0; i < f->o->pair_count; i++) {
		const struct clash_pair *p = &f->o->pairs[i];
		struct clash_side side = side_of_pair(f, p);

		if (side.app != INVENTORY_NONE)
			check_drift(f, p, side.app);
		else if (p->is_below_root)
			add_clash(f, (struct clash){ CLASH_ORPHAN, nobody, side,
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
	uint32_t *backend_of = mem_zero(UINT16_MAX + 1, sizeof *backend_of);	/* by port: row + 1 */

	for (size_t i = 0; i < f->o->pair_count; i++)
		backend_of[f->o->pairs[i].backend] = (uint32_t)i + 1;
	backend_of[0] = 0;
	for (size_t i = 0; i < f->o->pair_count; i++) {
		const struct clash_pair *p = &f->o->pairs[i];
		struct clash_side a, b = side_of_pair(f, p);

		if (!backend_of[p->frontend])
			continue;
		a = side_of_pair(f, &f->o->pairs[backend_of[p->frontend] - 1]);
		add_clash(f, (struct clash){ CLASH_ROLE, a, b, arena_printf(&f->words, "%u/tcp", p->frontend),
			arena_printf(&f->words,
			    "the database gives %u to %.*s as backend and to %.*s as frontend", p->frontend,
			    STR_ARG(side_name(f, &a)), STR_ARG(side_name(f, &b))) });
	}
	free(backend_of);
}

int
clash_find(const struct clash_view *view, const struct clash_options *o, clash_visit *visit, void *context,
    struct error *err)
{
	static const struct clash_options none = { NULL, 0, NULL, NULL, 0 };
	static const struct contest containers = { CLASH_CONTAINER, "container name", names_clash },
	    projects = { CLASH_PROJECT, "project name", projects_clash },
	    volumes = { CLASH_VOLUME, "volume", projects_clash },
	    networks = { CLASH_NETWORK, "network", projects_clash };
	struct finder f = { view, view->inventory, o ? o : &none, visit, context, err, ARENA_INIT, ARENA_INIT,
		false };

	find_ports(&f);
	find_names(&f, FINDING_NAME, &containers);
	find_names(&f, FINDING_PROJECT, &projects);
	find_names(&f, FINDING_VOLUME, &volumes);
	find_names(&f, FINDING_NETWORK, &networks);
	find_replicas(&f);
	find_listeners(&f);
	find_drift(&f);
	find_roles(&f);
	arena_release(&f.made);
	arena_release(&f.words);
	return f.failed ? -1 : 0;
}

/* --- single questions --- */

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

bool
clash_profiles_meet(struct str a, struct str b)
{
	struct str x, y;

	if (a.len == 0 || b.len == 0)
		return true;
	for (size_t i = 0; str_next_part(a, ',', &i, &x); )
		for (size_t j = 0; str_next_part(b, ',', &j, &y); )
			if (str_eq(x, y))
				return true;
	return false;
}

static struct str
profile_of(const struct inventory *v, uint32_t i)
{
	return inventory_str(v, inventory_rare(v, &v->items[i])->profile);
}

bool
clash_is_of_ports(const struct inventory *v, uint32_t i, uint32_t j)
{
	const struct inventory_item *x = &v->items[i], *y = &v->items[j];

	return !is_one_span(v, i, j) &&
	    str_eq_fold(inventory_str(v, x->protocol), inventory_str(v, y->protocol)) &&
	    clash_addresses_overlap(inventory_str(v, x->host_ip), inventory_str(v, y->host_ip)) &&
	    (x->app != y->app || clash_profiles_meet(profile_of(v, i), profile_of(v, j)));
}

bool
clash_is_of_names(const struct clash_view *view, const struct clash_name *a, const struct clash_name *b)
{
	const struct inventory *v = view->inventory;
	const struct inventory_item *x = &v->items[a->item], *y = &v->items[b->item];
	bool is_made_x = x->record == FINDING_PROJECT, is_made_y = y->record == FINDING_PROJECT;

	if (x->app == y->app)
		return !str_eq(a->service, b->service) && (is_made_x || is_made_y ||
		    clash_profiles_meet(profile_of(v, a->item), profile_of(v, b->item)));
	/* names that Compose makes of one and the same project are that project's clash, told once */
	return !is_one_span(v, a->item, b->item) &&
	    !(is_made_x && is_made_y && str_eq(name_of(view, a->item), name_of(view, b->item)));
}

bool
clash_is_called(const struct clash_party *p, struct str name)
{
	return (p->in_layout && identity_is_text(p->id, name)) || (p->folder.len && str_eq(p->folder, name));
}

static bool
is_meant(const struct clash_party *p, struct str name)
{
	return name.len == 0 || clash_is_called(p, name);
}

bool
clash_is_accepted(const struct clash_accepted *accepted, size_t count, const struct clash_party *a,
    const struct clash_party *b, struct str what)
{
	for (size_t i = 0; i < count; i++) {
		const struct clash_accepted *x = &accepted[i];

		if ((x->what.len == 0 || str_eq(x->what, what)) &&
		    ((is_meant(a, x->a) && is_meant(b, x->b)) || (is_meant(a, x->b) && is_meant(b, x->a))))
			return true;
	}
	return false;
}
