/* clash: two things of a fleet that cannot both be, and which two.
 * SPDX-License-Identifier: MIT */
#include "fleet/clash.h"

#include <stdlib.h>

#include "base/path.h"
#include "fleet/contest.h"
#include "fleet/finder.h"
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
	[CLASH_ROLE] = "role", [CLASH_ROUTER] = "router", [CLASH_FOLDER] = "folder",
};

static const struct clash_side nobody = { INVENTORY_NONE, INVENTORY_NONE, STR_INIT, { STR_INIT, 0 } };

const char *
clash_kind_name(enum clash_kind k)
{
	return kind_names[k];
}

bool
clash_is_hazard(enum clash_kind k)
{
	return k >= CLASH_ROUTER;
}

/* --- things that two have --- */

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

static void
find_ports(struct finder *f)
{
	static const struct contest contest = { CLASH_PORT, "port", ports_clash, true };
	struct claims c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];
		uint16_t port = clash_port_of(f->view, i);

		if (port)
			contest_add(&c, (struct claim){ port, STR_INIT, i, item->app,
					finder_str(f, item->words->service) });
	}
	contest_find(f, &c, &contest);
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
	a = finder_side(f, other);
	b = finder_side(f, own);
	accepted = finder_accepted(f, &a, &b, finder_port(f, port, own)) != NULL;
	arena_reset(&f->words);
	return accepted ? CROWD_APP_DOES_NOT : CROWD_CLASHES;
}

static void
tell_of_range(void *context, uint32_t item, uint32_t other)
{
	struct finder *f = context;
	bool is_alone = other == CROWD_NONE || other == item;
	struct clash_side a = is_alone ? nobody : finder_side(f, other), b = finder_side(f, item);
	struct str what = arena_printf(&f->words, "%u-%u/%.*s", f->v->items[item].low,
	    f->v->items[item].high, STR_ARG(finder_str(f, f->v->items[item].words->protocol)));

	finder_tell(f, (struct clash){ CLASH_PORT, a, b, what,
		arena_printf(&f->words, "%.*s %.*s may take any port of %.*s, but none is left for %s",
		    STR_ARG(finder_app(f, &b)), STR_ARG(b.service), STR_ARG(what),
		    is_alone ? "each of its replicas" : "it: others publish them"), NULL });
}

/* The containers that Compose names itself, of the services that the project record I has as unnamed. */
static void
add_made_names(struct finder *f, struct claims *c, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];
	struct names_made made = NAMES_MADE_INIT(finder_str(f, inventory_rare(f->v, item)->unnamed));

	while (names_made_next(&made)) {
		struct str name = names_of_container(&f->made, clash_name_of(f->view, i), &made);

		contest_add(c, (struct claim){ 0, name, i, item->app, made.service });
	}
}

/* Takes down whose the networks are that apps only use, where what those are called may be no more what they
 * were called. Two that are called otherwise are not one's. */
static void
know_owners(struct finder *f)
{
	const struct inventory *v = f->v;
	uint32_t count = 0;
	bool *is_shared;

	for (size_t i = 0; i < v->external_count && f->view->names; i++)
		if (v->externals[i].record == FINDING_NETWORK &&
		    dict_add(&f->used, finder_str(f, v->externals[i].value), count) == count)
			count++;
	f->owners = arena_alloc(&f->made, (count + 1) * sizeof *f->owners);
	is_shared = arena_zero(&f->made, count + 1, sizeof *is_shared);
	for (uint32_t n = 0; n < count; n++)
		f->owners[n] = INVENTORY_NONE;
	for (uint32_t i = 0; i < v->item_count && count; i++) {
		uint32_t n = v->items[i].record == FINDING_NETWORK
		    ? dict_find(&f->used, finder_str(f, v->items[i].value)) : DICT_NONE;

		if (n == DICT_NONE)
			continue;
		if (f->owners[n] != INVENTORY_NONE)
			is_shared[n] = is_shared[n] || !str_eq(clash_name_of(f->view, f->owners[n]),
			    clash_name_of(f->view, i));
		f->owners[n] = i;
	}
	for (uint32_t n = 0; n < count; n++)
		if (is_shared[n])
			f->owners[n] = INVENTORY_NONE;
}

/* Takes down the networks of APP that are its own and have a name there, as nobody is told of on others. One
 * that it has as another app's too is what that text says. */
static void
know_own(struct finder *f, uint32_t app)
{
	const struct inventory *v = f->v;
	size_t low = 0, high = v->external_count;

	if (f->own_app == app)
		return;
	arena_reset(&f->networks);
	f->own = (struct dict)DICT_IN(&f->networks);
	f->own_app = app;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (v->externals[mid].app < app)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < v->external_count && v->externals[low].app == app; low++)
		if (v->externals[low].record == FINDING_NETWORK)
			(void)dict_add(&f->own, finder_str(f, v->externals[low].value), DICT_NONE);
	for (uint32_t k = inventory_find(v, &v->apps[app], FINDING_NETWORK, 0); k != INVENTORY_NONE;
	     k = inventory_find(v, &v->apps[app], FINDING_NETWORK, k + 1))
		if (v->items[k].role == ROLE_EXPLICIT)
			(void)dict_add(&f->own, finder_str(f, v->items[k].value), k);
}

/* What the network on which item I has its alias or its address is called in the view. */
static struct str
network_of(struct finder *f, uint32_t i)
{
	struct str name = finder_str(f, f->v->items[i].words->variable);
	uint32_t at;

	if (!f->view->names)
		return name;
	know_own(f, f->v->items[i].app);
	at = dict_find(&f->own, name);
	if (at != DICT_NONE)
		return clash_name_of(f->view, at);
	at = dict_find(&f->used, name);
	return at == DICT_NONE || f->owners[at] == INVENTORY_NONE ? name
								  : clash_name_of(f->view, f->owners[at]);
}

/* What item I of a kind that is told apart by its name claims. */
static struct str
claimed_name(struct finder *f, uint32_t i)
{
	const struct inventory_item *item = &f->v->items[i];

	if (item->record == FINDING_IMAGE)
		return names_of_tag(&f->made, clash_name_of(f->view, i));
	if (item->record == FINDING_ADDRESS)
		return arena_printf(&f->made, "%.*s on %.*s",
		    STR_ARG(subnets_address(&f->made, finder_str(f, item->value))),
		    STR_ARG(network_of(f, i)));
	if (item->record == FINDING_ALIAS)
		return arena_printf(&f->made, "%.*s on %.*s", STR_ARG(finder_str(f, item->value)),
		    STR_ARG(network_of(f, i)));
	if (item->record == FINDING_ROUTE)
		return arena_printf(&f->made, "%s %.*s (%.*s)",
		    item->role == ROLE_ROUTER ? "router" : "service", STR_ARG(clash_name_of(f->view, i)),
		    STR_ARG(finder_str(f, item->words->protocol)));
	return clash_name_of(f->view, i);
}

/* Whether the lists X and Y, of entry points, have one in common; an empty list is of all. */
static bool
entry_points_meet(struct str x, struct str y)
{
	struct str a, b;

	for (size_t i = 0; str_next_part(x, ',', &i, &a); )
		for (size_t k = 0; str_next_part(y, ',', &k, &b); )
			if (str_eq(str_trim(a), str_trim(b)))
				return true;
	return x.len == 0 || y.len == 0;
}

static bool
routes_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	const struct inventory_item *x = &f->v->items[a->item], *y = &f->v->items[b->item];

	return projects_clash(f, a, b) &&
	    entry_points_meet(finder_str(f, x->words->whole), finder_str(f, y->words->whole));
}

/* Whether what stands at PATH is the system's own, which nobody shares by mistake, or a socket. */
static bool
is_of_system(struct str path)
{
	static const struct str folders[] = { STR_OF("/boot"), STR_OF("/dev"), STR_OF("/etc/hosts"),
		STR_OF("/etc/localtime"), STR_OF("/etc/machine-id"), STR_OF("/etc/timezone"), STR_OF("/lib"),
		STR_OF("/proc"), STR_OF("/run"), STR_OF("/sys"), STR_OF("/tmp/.X11-unix"), STR_OF("/usr"),
		STR_OF("/var/lib/docker"), STR_OF("/var/log"), STR_OF("/var/run") };
	struct str below;

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (path_relative(path, folders[i], &below))
			return true;
	return str_eq(path, STR("/")) || str_ends(path, STR(".sock"));
}

static bool
addresses_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return a->app == b->app ? !str_eq(a->service, b->service) : projects_clash(f, a, b);
}

static bool
folders_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return !is_of_system(b->name) && projects_clash(f, a, b);
}

/* Whether claim C is the network that Compose makes unasked, and names after the project. */
static bool
is_default_network(const struct finder *f, const struct claim *c)
{
	const struct inventory_item *item = &f->v->items[c->item];

	return item->role == ROLE_DERIVED && str_eq(finder_str(f, item->words->variable), STR("default"));
}

/* Two default networks of one name are those of two projects of one name, which are told already. */
static bool
networks_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return projects_clash(f, a, b) && !(is_default_network(f, a) && is_default_network(f, b));
}

/* Two that build one tag from one folder build the same. */
static bool
images_clash(const struct finder *f, const struct claim *a, const struct claim *b)
{
	return projects_clash(f, a, b) &&
	    f->v->items[a->item].words->whole != f->v->items[b->item].words->whole;
}

static void
tell_of_subnet(void *context, uint32_t holder, uint32_t other, struct str what)
{
	struct finder *f = context;
	struct clash_side a = finder_side(f, holder), b = finder_side(f, other);

	finder_tell(f, (struct clash){ CLASH_SUBNET, a, b, what,
		arena_printf(&f->words,
		    "subnet %.*s of network %.*s of %.*s overlaps that of network %.*s of %.*s",
		    STR_ARG(what), STR_ARG(clash_name_of(f->view, other)), STR_ARG(finder_app(f, &b)),
		    STR_ARG(clash_name_of(f->view, holder)), STR_ARG(finder_app(f, &a))), NULL });
}

static void
find_names(struct finder *f, enum finding_record record, const struct contest *contest)
{
	struct claims c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->v->item_count; i++) {
		const struct inventory_item *item = &f->v->items[i];

		if (item->record == record && item->value && inventory_runs(f->v, item) &&
		    /* who only runs a tag does not claim it */
		    (record != FINDING_IMAGE || item->words->whole))
			contest_add(&c, (struct claim){
				0, claimed_name(f, i), i, item->app, finder_str(f, item->words->service) });
		if (contest->kind == CLASH_CONTAINER && item->record == FINDING_PROJECT)
			add_made_names(f, &c, i);
	}
	contest_find(f, &c, contest);
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
		    !str_to_uint(
			finder_str(f, inventory_rare(f->v, item)->replicas), UINT32_MAX, &replicas) ||
		    replicas < 2)
			continue;
		side = finder_side(f, i);
		what = port ? finder_port(f, port, i) : clash_name_of(f->view, i);
		finder_tell(f, (struct clash){ CLASH_REPLICAS, nobody, side, what,
			arena_printf(&f->words,
			    "%s %.*s of %.*s %.*s is fixed, but %llu replicas would each need it: "
			    "remove it, or the replicas",
			    port ? "port" : "container name", STR_ARG(what), STR_ARG(finder_app(f, &side)),
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
		return held_port(held, port, finder_str(f, item->words->protocol),
		    finder_str(f, item->words->host_ip));
	return role == ROLE_NONE ? NULL : held_name(held, role, clash_name_of(f->view, i));
}

static void
tell_of_held_subnet(void *context, uint32_t item, const struct inventory_held *h, struct str what)
{
	struct finder *f = context;
	struct clash_side side = finder_side(f, item);

	finder_tell(f, (struct clash){ CLASH_HELD, nobody, side, what,
		arena_printf(&f->words,
		    "subnet %.*s of network %.*s of %.*s overlaps that of network %.*s, which belongs to "
		    "%.*s",
		    STR_ARG(what), STR_ARG(clash_name_of(f->view, item)), STR_ARG(finder_app(f, &side)),
		    STR_ARG(finder_str(f, h->value)), STR_ARG(finder_str(f, h->whose))), NULL });
}

static void
find_held(struct finder *f)
{
	struct held held;

	held_index(&held, f->v, &f->made);
	if (f->v->held_count)
		subnets_find_held(f->view, tell_of_held_subnet, f);
	for (uint32_t i = 0; i < f->v->item_count && f->v->held_count; i++) {
		const struct inventory_held *h = holder_of(f, &held, i);
		struct clash_side side;
		struct str what;

		if (!h)
			continue;
		side = finder_side(f, i);
		what = clash_port_of(f->view, i) ? finder_port(f, clash_port_of(f->view, i), i)
						 : clash_name_of(f->view, i);
		finder_tell(f,
		    (struct clash){ CLASH_HELD, nobody, side, what,
			arena_printf(&f->words, "%s%s%.*s, which %.*s%s%.*s wants, belongs to %.*s",
			    h->port ? "" : finding_role_name(h->role).ptr, h->port ? "" : " ", STR_ARG(what),
			    STR_ARG(finder_app(f, &side)), side.service.len ? " " : "", STR_ARG(side.service),
			    STR_ARG(finder_str(f, h->whose))), NULL });
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
		struct clash_side side = finder_side(f, i);

		if ((role != ROLE_BACKEND && role != ROLE_FRONTEND) || port == 0 || port == row)
			continue;
		finder_tell(f,
		    (struct clash){ CLASH_DRIFT, nobody, side, finder_port(f, port, i),
			arena_printf(&f->words, "the files of %.*s say %u for its %.*s, the database says %u",
			    STR_ARG(finder_app(f, &side)), port,
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
			finder_tell(f, (struct clash){ CLASH_ORPHAN, nobody, side,
				arena_printf(&f->words, "%u+%u", p->backend, p->frontend),
				arena_printf(&f->words,
				    "the database keeps %u and %u for %.*s, "
				    "which is gone: plan --prune frees them",
				    p->backend, p->frontend, STR_ARG(finder_app(f, &side))), NULL });
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
		finder_tell(f, (struct clash){ CLASH_ROLE, a, b,
			arena_printf(&f->words, "%u/tcp", p->frontend),
			arena_printf(&f->words,
			    "the database gives %u to %.*s as backend and to %.*s as frontend", p->frontend,
			    STR_ARG(finder_app(f, &a)), STR_ARG(finder_app(f, &b))), NULL });
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
	    networks = { CLASH_NETWORK, "network", networks_clash, false },
	    aliases = { CLASH_ALIAS, "alias", projects_clash, false },
	    addresses = { CLASH_SUBNET, "address", addresses_clash, true },
	    images = { CLASH_IMAGE, "image", images_clash, false },
	    routes = { CLASH_ROUTER, "Traefik's", routes_clash, false },
	    folders = { CLASH_FOLDER, "folder", folders_clash, false };
	struct finder f = { .view = view, .v = view->inventory, .o = o ? o : &none, .visit = visit,
		.context = context, .err = err, .own_app = INVENTORY_NONE };

	f.used = (struct dict)DICT_IN(&f.made);
	know_owners(&f);
	find_ports(&f);
	ranges_find(view, ask_of_range, tell_of_range, &f);
	find_names(&f, FINDING_NAME, &containers);
	find_names(&f, FINDING_PROJECT, &projects);
	find_names(&f, FINDING_VOLUME, &volumes);
	find_names(&f, FINDING_NETWORK, &networks);
	find_names(&f, FINDING_ALIAS, &aliases);
	find_names(&f, FINDING_IMAGE, &images);
	find_names(&f, FINDING_ADDRESS, &addresses);
	subnets_find(view, tell_of_subnet, &f);
	find_replicas(&f);
	if (f.o->held)
		find_held(&f);
	find_drift(&f);
	find_roles(&f);
	if (f.o->hazards) {
		find_names(&f, FINDING_ROUTE, &routes);
		find_names(&f, FINDING_MOUNT, &folders);
	}
	arena_release(&f.made);
	arena_release(&f.networks);
	arena_release(&f.words);
	arena_release(&f.crowd);
	return f.failed ? -1 : 0;
}