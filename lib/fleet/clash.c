/* clash: two things of a fleet that cannot both be, and which two.
 * SPDX-License-Identifier: MIT */
#include "fleet/clash.h"

#include <stdlib.h>

#include "fleet/crowd.h"
#include "fleet/held.h"
#include "fleet/names.h"
#include "fleet/ranges.h"
#include "fleet/subnets.h"

static const char *const kind_names[] = {
	[CLASH_PORT] = "port", [CLASH_CONTAINER] = "container", [CLASH_PROJECT] = "project",
	[CLASH_VOLUME] = "volume", [CLASH_NETWORK] = "network",
	[CLASH_ALIAS] = "alias", [CLASH_IMAGE] = "image", [CLASH_SUBNET] = "subnet",
	[CLASH_REPLICAS] = "replicas",
	[CLASH_HELD] = "held", [CLASH_DRIFT] = "drift", [CLASH_ORPHAN] = "orphan",
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
	uint32_t port;
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
	struct arena crowd;	/* of one group */
	bool failed;		/* the visitor did: nothing more is looked for */
};

static struct str
str_of(const struct finder *f, uint32_t text)
{
	return inventory_str(f->v, text);
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

static const struct clash_accepted *
accepted_by(struct finder *f, const struct clash_side *a, const struct clash_side *b, struct str what)
{
	struct clash_party x = party_of(f, a), y = party_of(f, b);

	return clash_accepted_by(f->o->accepted, f->o->accepted_count, &x, &y, what);
}

static void
add_clash(struct finder *f, struct clash c)
{
	c.accepted = accepted_by(f, &c.holder, &c.other, c.what);
	if (!f->failed && (!c.accepted || f->o->tell_accepted))
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
	bool is_within;			/* one app's own may clash as well */
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

static bool
projects_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return !clash_is_one_text(f->v, a->item, b->item);
}

/* One that looks for the first claim before its own that it clashes with. */
struct look {
	struct finder *f;
	const struct contest *contest;
	const struct claim *list, *own;
};

/* What two fight over when one of them is CLAIM. */
static struct str
what_of(struct finder *f, const struct contest *contest, const struct claim *claim)
{
	return contest->kind == CLASH_PORT ? port_text(f, (uint16_t)claim->port, claim->item) : claim->name;
}

/* ` (with profile gpu)` of a claim whose service runs only then; else nothing. */
static struct str
only_with(struct finder *f, const struct claim *c)
{
	struct str profile = str_of(f, inventory_rare(f->v, &f->v->items[c->item])->profile);

	return profile.len ? arena_printf(&f->words, " (with profile %.*s)", STR_ARG(profile))
			   : (struct str)STR_INIT;
}

static void
add_contested(
    struct finder *f, const struct contest *contest, const struct claim *holder, const struct claim *other)
{
	struct clash_side a = side_of(f, holder), b = side_of(f, other);
	struct str what = what_of(f, contest, other);
	struct str x = side_name(f, &a), y = side_name(f, &b);
	struct str owner = only_with(f, holder), loser = only_with(f, other);

	add_clash(f,
	    (struct clash){ contest->kind, a, b, what,
		arena_printf(&f->words, "%s %.*s of %.*s%s%.*s%.*s is also %.*s%s%.*s's%.*s", contest->thing,
		    STR_ARG(what), STR_ARG(y), b.service.len ? " " : "", STR_ARG(b.service), STR_ARG(loser),
		    STR_ARG(x), a.service.len ? " " : "", STR_ARG(a.service), STR_ARG(owner)), NULL });
}

static enum crowd_answer
ask(void *context, uint32_t number)
{
	struct look *l = context;
	const struct claim *other = &l->list[number];
	struct clash_side a, b;
	bool accepted;

	if (!l->contest->is_within && other->app == l->own->app)
		return CROWD_APP_DOES_NOT;
	if (!l->contest->clash(l->f, other, l->own))
		return CROWD_DOES_NOT;
	if (!l->f->o->accepted_count)
		return CROWD_CLASHES;
	a = side_of(l->f, other);
	b = side_of(l->f, l->own);
	accepted = accepted_by(l->f, &a, &b, what_of(l->f, l->contest, l->own)) != NULL;
	arena_reset(&l->f->words);
	if (accepted && l->f->o->tell_accepted)
		add_contested(l->f, l->contest, other, l->own);
	return accepted ? CROWD_APP_DOES_NOT : CROWD_CLASHES;
}

/* Tells of each claim of LIST, which all want one thing, the first before it that it clashes with. */
static void
find_in_group(struct finder *f, const struct claim *list, uint32_t count, const struct contest *contest)
{
	struct crowd crowd = CROWD_IN(&f->crowd);
	struct dict builds = DICT_IN(&f->crowd);

	for (uint32_t i = 0; i < count; i++) {
		struct look look = { f, contest, list, &list[i] };
		struct crowd_claim claim = clash_crowd_claim(f->v, list[i].item, (uint16_t)list[i].port);
		uint32_t holder = crowd_find(&crowd, &claim, ask, &look);

		if (holder != CROWD_NONE)
			add_contested(f, contest, &list[holder], &list[i]);
		/* of those that build the same the first stands for all */
		if (contest->kind != CLASH_IMAGE ||
		    dict_add(&builds, str_of(f, f->v->items[list[i].item].whole), i) == i)
			crowd_add(&crowd, &claim, i);
	}
	arena_reset(&f->crowd);
}

static void
find_in_claims(struct finder *f, struct claims *c, const struct contest *contest)
{
	if (c->count)
		qsort(c->items, c->count, sizeof *c->items, compare_claims);
	for (size_t i = 0, end; i < c->count; i = end) {
		for (end = i + 1; end < c->count && is_same_thing(&c->items[i], &c->items[end]); end++)
			;
		if (end - i > 1)
			find_in_group(f, &c->items[i], (uint32_t)(end - i), contest);
	}
	free(c->items);
}

static void
find_ports(struct finder *f)
{
	static const struct contest contest = { CLASH_PORT, "port", ports_clash, true };
	struct claims c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];
		uint16_t port = clash_port_of(f->view, i);

		if (port)
			add_claim(&c,
			    (struct claim){ port, STR_INIT, i, item->app, str_of(f, item->service) });
	}
	find_in_claims(f, &c, &contest);
}

static enum crowd_answer
ask_of_range(void *context, uint32_t own, uint32_t other, uint16_t port)
{
	struct finder *f = context;
	struct clash_side a, b;
	bool accepted;

	if (!clash_is_of_ports(f->v, own, other))
		return CROWD_DOES_NOT;
	if (!f->o->accepted_count)
		return CROWD_CLASHES;
	a = side_of_item(f, other);
	b = side_of_item(f, own);
	accepted = accepted_by(f, &a, &b, port_text(f, port, own)) != NULL;
	arena_reset(&f->words);
	return accepted ? CROWD_APP_DOES_NOT : CROWD_CLASHES;
}

static void
tell_of_range(void *context, uint32_t item, uint32_t other)
{
	struct finder *f = context;
	bool is_alone = other == CROWD_NONE || other == item;
	struct clash_side a = is_alone ? nobody : side_of_item(f, other), b = side_of_item(f, item);
	struct str what = arena_printf(&f->words, "%u-%u/%.*s", f->v->items[item].low,
	    f->v->items[item].high, STR_ARG(str_of(f, f->v->items[item].protocol)));

	add_clash(f, (struct clash){ CLASH_PORT, a, b, what,
		arena_printf(&f->words, "%.*s %.*s may take any port of %.*s, but none is left for %s",
		    STR_ARG(side_name(f, &b)), STR_ARG(b.service), STR_ARG(what),
		    is_alone ? "each of its replicas" : "it: others publish them"), NULL });
}

/* The containers that Compose names itself, of the services that the project record I has as unnamed. */
static void
add_made_names(struct finder *f, struct claims *c, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];
	struct str list = str_of(f, inventory_rare(f->v, item)->unnamed), service;

	for (size_t at = 0; str_next_part(list, ',', &at, &service); )
		add_claim(c,
		    (struct claim){ 0, names_of_container(&f->made, clash_name_of(f->view, i), service), i,
			item->app, service });
}

/* A tag as the engine files it: `shop/api` is docker.io/shop/api:latest. */
static struct str
image_of(struct finder *f, struct str tag)
{
	static const struct str hubs[] = { STR_OF("docker.io/"), STR_OF("index.docker.io/"),
		STR_OF("library/") };
	size_t name;

	for (size_t i = 0; i < sizeof hubs / sizeof *hubs; i++)
		if (str_starts(tag, hubs[i]))
			tag = str_sub(tag, hubs[i].len, tag.len);
	for (name = tag.len; name > 0 && tag.ptr[name - 1] != '/'; name--)
		;
	return str_find(tag, name, ':') < tag.len || str_find(tag, name, '@') < tag.len
	    ? tag
	    : arena_cat(&f->made, tag, STR(":latest"));
}

/* What item I of a kind that is told apart by its name claims. */
static struct str
claimed_name(struct finder *f, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];

	if (item->record == FINDING_IMAGE)
		return image_of(f, clash_name_of(f->view, i));
	if (item->record == FINDING_ALIAS)
		return arena_printf(&f->made, "%.*s on %.*s", STR_ARG(str_of(f, item->value)),
		    STR_ARG(str_of(f, item->variable)));
	return clash_name_of(f->view, i);
}

/* Two that build one tag from one folder build the same. */
static bool
images_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return projects_clash(f, a, b) && f->v->items[a->item].whole != f->v->items[b->item].whole;
}

static void
tell_of_subnet(void *context, uint32_t holder, uint32_t other, struct str what)
{
	struct finder *f = context;
	struct clash_side a = side_of_item(f, holder), b = side_of_item(f, other);

	add_clash(f, (struct clash){ CLASH_SUBNET, a, b, what,
		arena_printf(&f->words,
		    "subnet %.*s of network %.*s of %.*s overlaps that of network %.*s of %.*s",
		    STR_ARG(what), STR_ARG(clash_name_of(f->view, other)), STR_ARG(side_name(f, &b)),
		    STR_ARG(clash_name_of(f->view, holder)), STR_ARG(side_name(f, &a))), NULL });
}

static void
find_names(struct finder *f, enum finding_record record, const struct contest *contest)
{
	struct claims c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];

		if (item->record == record && item->value && inventory_runs(f->v, item))
			add_claim(&c, (struct claim){
				0, claimed_name(f, i), i, item->app, str_of(f, item->service) });
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
		uint16_t port = clash_port_of(f->view, i);
		bool is_name = item->record == FINDING_NAME && item->value;
		struct clash_side side;
		uint64_t replicas;
		struct str what;

		if ((!port && !is_name) ||
		    !str_to_uint(str_of(f, inventory_rare(f->v, item)->replicas), UINT32_MAX, &replicas) ||
		    replicas < 2)
			continue;
		side = side_of_item(f, i);
		what = port ? port_text(f, port, i) : clash_name_of(f->view, i);
		add_clash(f, (struct clash){ CLASH_REPLICAS, nobody, side, what,
			arena_printf(&f->words,
			    "%s %.*s of %.*s %.*s is fixed, but %llu replicas would each need it: "
			    "remove it, or the replicas",
			    port ? "port" : "container name", STR_ARG(what), STR_ARG(side_name(f, &side)),
			    STR_ARG(side.service), (unsigned long long)replicas), NULL });
	}
}

/* What the host has of what item I claims; NULL: nothing. */
static const struct inventory_held *
holder_of(const struct finder *f, const struct held *held, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];
	enum finding_role role = item->record == FINDING_NAME ? ROLE_CONTAINER
	    : item->record == FINDING_PROJECT                 ? ROLE_PROJECT
	    : item->record == FINDING_VOLUME                  ? ROLE_VOLUME
	    : item->record == FINDING_NETWORK                 ? ROLE_NETWORK
							      : ROLE_NONE;
	uint16_t port = clash_port_of(f->view, i);

	if (port)
		return held_port(held, port, str_of(f, item->protocol), str_of(f, item->host_ip));
	return role == ROLE_NONE ? NULL : held_name(held, role, clash_name_of(f->view, i));
}

static void
find_held(struct finder *f)
{
	struct held held;

	held_index(&held, f->v, &f->made);
	for (uint32_t i = 0; i < f->v->item_count && f->v->held_count; i++) {
		const struct inventory_held *h = holder_of(f, &held, i);
		struct clash_side side;
		struct str what;

		if (!h)
			continue;
		side = side_of_item(f, i);
		what = clash_port_of(f->view, i) ? port_text(f, clash_port_of(f->view, i), i)
						 : clash_name_of(f->view, i);
		add_clash(f,
		    (struct clash){ CLASH_HELD, nobody, side, what,
			arena_printf(&f->words, "%s%s%.*s, which %.*s%s%.*s wants, belongs to %.*s",
			    h->port ? "" : finding_role_name(h->role).ptr, h->port ? "" : " ", STR_ARG(what),
			    STR_ARG(side_name(f, &side)), side.service.len ? " " : "", STR_ARG(side.service),
			    STR_ARG(str_of(f, h->whose))), NULL });
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
		uint16_t port = clash_port_of(f->view, i);
		uint16_t row = role == ROLE_BACKEND ? p->backend : p->frontend;
		struct clash_side side = side_of_item(f, i);

		if ((role != ROLE_BACKEND && role != ROLE_FRONTEND) || port == 0 || port == row)
			continue;
		add_clash(f,
		    (struct clash){ CLASH_DRIFT, nobody, side, port_text(f, port, i),
			arena_printf(&f->words, "the files of %.*s say %u for its %.*s, the database says %u",
			    STR_ARG(side_name(f, &side)), port,
			    STR_ARG(finding_role_name((enum finding_role)role)), row), NULL });
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
				    p->backend, p->frontend, STR_ARG(side_name(f, &side))), NULL });
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
			    STR_ARG(side_name(f, &a)), STR_ARG(side_name(f, &b))), NULL });
	}
	free(backend_of);
}

int
clash_find(const struct clash_view *view, const struct clash_options *o, clash_visit *visit, void *context,
    struct error *err)
{
	static const struct clash_options none = { .pairs = NULL };
	static const struct contest containers = { CLASH_CONTAINER, "container name", names_clash, true },
	    projects = { CLASH_PROJECT, "project name", projects_clash, false },
	    volumes = { CLASH_VOLUME, "volume", projects_clash, false },
	    networks = { CLASH_NETWORK, "network", projects_clash, false },
	    aliases = { CLASH_ALIAS, "alias", projects_clash, false },
	    images = { CLASH_IMAGE, "image", images_clash, false };
	struct finder f = { view, view->inventory, o ? o : &none, visit, context, err, ARENA_INIT, ARENA_INIT,
		ARENA_INIT, false };

	find_ports(&f);
	ranges_find(view, ask_of_range, tell_of_range, &f);
	find_names(&f, FINDING_NAME, &containers);
	find_names(&f, FINDING_PROJECT, &projects);
	find_names(&f, FINDING_VOLUME, &volumes);
	find_names(&f, FINDING_NETWORK, &networks);
	find_names(&f, FINDING_ALIAS, &aliases);
	find_names(&f, FINDING_IMAGE, &images);
	subnets_find(view, tell_of_subnet, &f);
	find_replicas(&f);
	if (f.o->held)
		find_held(&f);
	find_drift(&f);
	find_roles(&f);
	arena_release(&f.made);
	arena_release(&f.words);
	arena_release(&f.crowd);
	return f.failed ? -1 : 0;
}
