/* overrides: lines in an override file of an app's own, which decide a port or a container's name where no
 * other text of its own does (--overrides).
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/order.h"
#include "base/path.h"
#include "plan/internal.h"
#include "syntax/mapping.h"

/* What a service gets from the file: items, of which INVENTORY_NONE stands for none. */
struct overridden {
	struct str service;
	uint32_t name;		/* the container that is renamed */
	uint32_t port;		/* the first port that has to be said */
};

struct overrides {
	struct edits *e;
	struct str path;
	const struct inventory_file *file;
	struct overridden *services;
	size_t count, cap;
	struct dict of;		/* by service: its index */
};

static struct overridden *
service_of(struct overrides *o, struct str service)
{
	uint32_t n = dict_add(&o->of, service, (uint32_t)o->count);

	if (n == o->count) {
		ARENA_GROW(&o->e->words, o->services, o->count, o->cap);
		o->services[o->count++] = (struct overridden){ service, INVENTORY_NONE, INVENTORY_NONE };
	}
	return &o->services[n];
}

/* Whether a line of the override file gives port I. */
static bool
is_given_here(const struct edits *e, uint32_t i)
{
	uint32_t u = e->d->units.of[i];

	return u != INVENTORY_NONE && e->d->units.items[u].edit == EDIT_OVERRIDE && edited_has(e, u);
}

static void
gather(struct overrides *o)
{
	const struct decisions *d = o->e->d;
	const struct view *v = &d->view;
	uint32_t app = o->e->app;

	for (uint32_t i = view_first(v, app, FINDING_NAME); i != INVENTORY_NONE; i = view_next(v, i))
		if (d->naming.is_edited[i] && decider_of_name(v, i).edit == EDIT_OVERRIDE)
			service_of(o, view_str(v, v->inventory->items[i].words->service))->name = i;
	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i))
		if (is_given_here(o->e, i)) {
			struct overridden *s = service_of(o, view_str(v, view_item(v, i)->words->service));

			s->port = s->port == INVENTORY_NONE ? i : s->port;
		}
}

/* The host's ports of port I from now on. */
static struct str
host_of(const struct decisions *d, uint32_t i)
{
	const struct view *v = &d->view;
	struct port_range ports = inventory_ports(v->inventory, view_item(v, i));
	struct port_range_room room;

	if (d->units.of[i] != INVENTORY_NONE && (d->ports.after[i] != ports.low || !ports.odd.len))
		ports = port_range_one(d->ports.after[i]);
	return arena_dup(v->arena, port_range_text(&room, ports));
}

/* The container's port, which may follow the host's. */
static struct str
container_of(const struct edits *e, uint32_t i)
{
	const struct decisions *d = e->d;
	uint32_t u = d->units.of[i];

	if (u != INVENTORY_NONE && d->ports.of_unit[u].target != d->units.items[u].low &&
	    view_follows(&d->view, i, d->units.now[i], e->copies))
		return host_of(d, i);
	return view_str(&d->view, view_item(&d->view, i)->words->container_port);
}

/* Whether a short mapping says all of port I: Compose makes the same of both then. */
static bool
is_short(const struct view *v, const struct inventory_item *item, struct str host, struct str container)
{
	struct str digits = STR("0123456789-"), ip = view_str(v, item->words->host_ip);
	struct str protocol = view_str(v, item->words->protocol);

	return !inventory_rare(v->inventory, item)->rest && container.len &&
	    str_is_made_of(container, digits) && str_is_made_of(host, digits) &&
	    (!ip.len || mapping_is_address(ip)) && (str_eq(protocol, STR("tcp")) ||
		str_eq(protocol, STR("udp")) || str_eq(protocol, STR("sctp")));
}

static void
add_short(struct buf *to, struct str ip, struct str host, struct str container, struct str protocol)
{
	bool has_colon = str_find(ip, 0, ':') < ip.len;

	buf_add_char(to, '"');
	if (ip.len)
		buf_printf(to, "%s%.*s%s:", has_colon ? "[" : "", STR_ARG(ip), has_colon ? "]" : "");
	if (ip.len || host.len)
		buf_printf(to, "%.*s:", STR_ARG(host));
	buf_add_str(to, container);
	if (!str_eq(protocol, STR("tcp")))
		buf_printf(to, "/%.*s", STR_ARG(protocol));
	buf_add_char(to, '"');
}

/* Adds KEY with VALUE in quotes to a flow mapping; nothing where there is none. */
static void
add_member(struct buf *to, const char *key, struct str value)
{
	if (value.len)
		buf_printf(to, ", %s: \"%.*s\"", key, STR_ARG(value));
}

/* Adds port I to a flow sequence, as Compose resolves it and with its new number. */
static void
add_port(const struct edits *e, uint32_t i, struct buf *to)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *item = view_item(v, i);
	struct str host = host_of(e->d, i), container = container_of(e, i);
	struct str ip = view_str(v, item->words->host_ip);
	struct str protocol = view_str(v, item->words->protocol), rest = view_str(v, view_rare(v, i)->rest);

	if (is_short(v, item, host, container)) {
		add_short(to, ip, host, container, protocol);
		return;
	}
	buf_printf(to, "{target: %.*s", STR_ARG(container.len ? container : STR("0")));
	add_member(to, "published", host);
	add_member(to, "host_ip", ip);
	add_member(to, "protocol", protocol);
	buf_printf(to, "%s%.*s}", rest.len ? ", " : "", STR_ARG(rest));
}

/* A port of a list, and where it stands: in a file that is not of the app (0), one that is (1), or the one
 * that overrides (2), as Compose merges them. */
struct listed {
	unsigned rank;
	struct str file;
	uint32_t line, column, item;
};

/* In the order in which Compose comes to them, as far as their places tell. */
static int
compare_listed(const void *pa, const void *pb)
{
	const struct listed *a = pa, *b = pb;
	int c = str_cmp(a->file, b->file);

	if (a->rank != b->rank)
		return order_of(a->rank, b->rank);
	if (c)
		return c;
	if (a->line != b->line)
		return order_of(a->line, b->line);
	if (a->column != b->column)
		return order_of(a->column, b->column);
	return order_of(a->item, b->item);
}

/* All ports of SERVICE, as one flow sequence. */
static struct str
list_ports(const struct overrides *o, struct str service)
{
	const struct view *v = &o->e->d->view;
	struct listed *list = NULL;
	size_t count = 0, cap = 0;
	AUTO(buf) s = BUF_INIT;

	for (uint32_t i = view_first(v, o->e->app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *item = &v->inventory->items[i];
		const struct inventory_spot *site = view_spot(v, &item->site);
		struct str file = view_str(v, item->site.file);
		unsigned rank = str_eq(file, o->path) ? 2 : path_is_below(file, view_folder(v, o->e->app));

		if (!str_eq(view_str(v, item->words->service), service))
			continue;
		ARENA_GROW(&o->e->words, list, count, cap);
		list[count++] = (struct listed){ rank, file, site->line, site->column, i };
	}
	if (count)
		qsort(list, count, sizeof *list, compare_listed);
	for (size_t i = 0; i < count; i++) {
		buf_add_str(&s, i ? STR(", ") : STR("["));
		add_port(o->e, list[i].item, &s);
	}
	buf_add_char(&s, ']');
	return arena_dup(v->arena, buf_str(&s));
}

/* Adds LINE behind all that the file has. */
static void
add_line(const struct overrides *o, struct str service, enum change_reason reason, struct str detail,
    struct str line)
{
	struct change c = { .action = CHANGE_INSERT, .file = o->path, .service = service, .reason = reason,
		.detail = detail, .new = line };

	edits_digest(&c, o->file);
	c.span.off = o->file->exists ? o->file->size : 0;
	edits_append(o->e, c);	/* two services may have the same line */
}

/* What is to be known of a list that replaces one: it hides what the other comes to say. */
static void
tell_list(const struct overrides *o, const struct overridden *s)
{
	const struct view *v = &o->e->d->view;
	const struct inventory_item *item = view_item(v, s->port);
	uint32_t file = item->site_known ? item->site.file : item->place.file;

	edits_note(o->e, s->service, NULL, "the ports of %.*s are those in %.*s from now on, whatever %.*s "
	    "comes to say; Compose knows `!override` from 2.24 on", STR_ARG(s->service), STR_ARG(o->path),
	    STR_ARG(file ? view_str(v, file) : STR("another file")));
}

static void
edit_service(const struct overrides *o, const struct overridden *s)
{
	const struct view *v = &o->e->d->view;
	struct arena *a = v->arena;

	add_line(o, s->service, REASON_OVERRIDE, (struct str)STR_INIT,
	    arena_printf(a, "  \"%.*s\":", STR_ARG(s->service)));
	if (s->name != INVENTORY_NONE)
		add_line(o, s->service, REASON_CONTAINER_NAME,
		    name_edits_why(o->e, view_str(v, v->inventory->items[s->name].value)),
		    arena_printf(a, "    container_name: \"%.*s\"",
			STR_ARG(naming_after(&o->e->d->naming, v, s->name))));
	if (s->port == INVENTORY_NONE)
		return;
	add_line(o, s->service, REASON_PORT, port_edits_why(o->e, s->port),
	    arena_printf(a, "    ports: !override %.*s", STR_ARG(list_ports(o, s->service))));
	tell_list(o, s);
}

void
overrides_edit(struct edits *e)
{
	const struct view *v = &e->d->view;
	uint32_t file = v->apps[e->app].override;
	struct overrides o = { .e = e, .path = view_str(v, file), .of = DICT_IN(&e->words) };

	if (!file || !v->options->overrides)
		return;
	o.file = inventory_file(v->inventory, file);
	gather(&o);
	if (!o.count)
		return;
	e->overrides = !o.file->exists;
	/* a document of its own goes with whatever stands before it, and is merged onto that */
	add_line(&o, (struct str)STR_INIT, REASON_OVERRIDE,
	    STR("no file of the app's own decides what follows"), o.file->exists ? STR("---")
	    : STR("# ports and names that a shared file gives, and another app has too"));
	add_line(&o, (struct str)STR_INIT, REASON_OVERRIDE, (struct str)STR_INIT, STR("services:"));
	for (size_t i = 0; i < o.count; i++)
		edit_service(&o, &o.services[i]);
}
