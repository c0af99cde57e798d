/* ports: short port mappings made long ones, and the ports of a service with the text that decides each.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A long port made of a short one: a mapping node whose `written` is the scalar of the short one. */
struct short_port {
	struct node node;
	struct node *scalar;
	struct mapping mapping;
};

/* Adds KEY with the string VALUE to the long port TO, with the place of the scalar AT. */
static void
add_string(struct arena *a, struct node *to, struct str key, struct str value, const struct node *at)
{
	struct node *n = node_string(a, value);

	n->source = at->source;
	n->has_span = at->has_span;
	n->start = at->start;
	n->end = at->end;
	node_add(a, to, node_string(a, key), n);
}

/* One of the ports that mapping M, which stands as SCALAR, publishes. */
static struct node *
long_port(struct arena *a, struct node *scalar, const struct mapping *m, const struct mapping_port *port)
{
	struct short_port *p = arena_zero(a, 1, sizeof *p);
	struct node *target = node_string(a, (struct str)STR_INIT);

	p->node = *node_collection(a, NODE_MAPPING, scalar);
	p->node.written = scalar;
	p->scalar = scalar;
	p->mapping = *m;
	if (m->host_ip.len > 0)
		add_string(a, &p->node, STR("host_ip"), m->host_ip, scalar);
	if (port->published.len > 0)
		add_string(a, &p->node, STR("published"), port->published, scalar);
	target->type = NODE_INT;
	target->number = port->container;
	target->source = scalar->source;
	node_add(a, &p->node, node_string(a, STR("target")), target);
	add_string(a, &p->node, STR("protocol"), m->protocol, scalar);
	return &p->node;
}

/* Adds the long ports that SCALAR, whose text is TEXT, stands for to RET. */
static void
expand_short(struct load *l, struct node *scalar, struct str text, struct node *ret)
{
	struct mapping m;
	AUTO(error) err = ERROR_INIT;
	struct mapping_cursor cursor = MAPPING_CURSOR_INIT(&m);
	struct mapping_port port;

	if (mapping_parse(l->reader->mapping, text, &m, &err) < 0) {
		load_refused(l, scalar, "port mapping", &err);
		return;
	}
	if (l->has_too_many_ports)
		return;
	while (mapping_next(&cursor, l->arena, &port) > 0)
		node_add(l->arena, ret, NULL, long_port(l->arena, scalar, &m, &port));
}

static bool
is_long(const struct node *item)
{
	return item->kind == NODE_MAPPING && node_get(item, STR("target"));
}

/* Adds ITEM, of a service's ports, to RET: as it is if it is long, else the long ports that it stands for. */
static void
expand_item(struct load *l, struct node *item, struct str service, struct node *ret)
{
	if (is_long(item))
		node_add(l->arena, ret, NULL, item);
	else if (item->kind == NODE_MAPPING)
		load_problem(l, item, "services.%.*s.ports: a port is missing a target port",
		    STR_ARG(service));
	else if (node_is_string(item))
		expand_short(l, item, item->value, ret);
	else if (item->kind == NODE_SCALAR && item->type == NODE_INT)
		expand_short(l, item, arena_printf(l->arena, "%" PRId64, item->number), ret);
	else
		load_problem(l, item, "services.%.*s.ports: invalid type for port: a %s", STR_ARG(service),
		    node_type_name(item));
}

/* Counts the ports that ITEM stands for, before any is made: of too many none has to be. */
static void
count_short(struct load *l, struct node *item)
{
	struct mapping m = { .container_first = 1, .container_last = 1 };
	AUTO(error) ignored = ERROR_INIT;	/* it is said where it is expanded */

	if (item->kind != NODE_SCALAR || (node_is_string(item) && str_has(item->value, '-') &&
	    mapping_parse(l->reader->mapping, item->value, &m, &ignored) < 0))
		return;
	l->ports += m.container_last - m.container_first + 1;
	if (l->ports <= LOAD_PORTS_MAX || l->has_too_many_ports)
		return;
	l->has_too_many_ports = true;
	load_problem(l, item, "the project publishes more than %d ports: none is looked at", LOAD_PORTS_MAX);
}

static bool
are_long(const struct node *ports)
{
	for (size_t i = 0; i < ports->count; i++)
		if (!is_long(ports->entries[i].value))
			return false;
	return true;
}

void
ports_expand(struct load *l, struct node *model)
{
	const struct node *services = node_get(model, STR("services"));

	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		const struct node *list = node_get(services->entries[i].value, STR("ports"));

		for (size_t k = 0; k < node_count(list, NODE_SEQUENCE); k++)
			count_short(l, list->entries[k].value);
	}
	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		struct node *service = services->entries[i].value, *ports;
		struct str name = services->entries[i].key->value;
		const struct node *list = node_get(service, STR("ports"));

		if (!list)
			continue;
		if (list->kind != NODE_SEQUENCE)
			load_problem(l, list, "services.%.*s.ports: invalid type for ports: a %s, not a list",
			    STR_ARG(name), node_type_name(list));
		if (list->kind != NODE_SEQUENCE || are_long(list))
			continue;
		ports = node_collection(l->arena, NODE_SEQUENCE, list);
		for (size_t k = 0; k < list->count; k++)
			expand_item(l, list->entries[k].value, name, ports);
		service->entries[node_find(service, STR("ports"))].value = ports;
	}
}

static struct str
scalar_text(struct arena *a, const struct node *n)
{
	if (!n || n->kind != NODE_SCALAR || n->type == NODE_NULL)
		return (struct str)STR_INIT;
	return n->type == NODE_INT ? arena_printf(a, "%" PRId64, n->number) : n->value;
}

static struct str
text_or(struct load *l, const struct node *item, struct str key, struct str otherwise)
{
	struct node *n = node_get(item, key);

	return n ? scalar_text(l->arena, n) : otherwise;
}

/* Compose tells a number from the same digits in quotes, and no published port from an empty text. */
static const char *
published_kind(const struct node *published)
{
	if (!published)
		return "-";
	return published->type == NODE_INT ? "i" : "";
}

struct str
ports_key(struct load *l, const struct node *item)
{
	if (item->kind == NODE_SCALAR)
		return scalar_text(l->arena, item);
	if (item->kind != NODE_MAPPING)
		return arena_printf(l->arena, "%p", (const void *)item);
	return arena_printf(l->arena, "%.*s:%.*s%s:%.*s/%.*s",
	    STR_ARG(text_or(l, item, STR("host_ip"), STR("0.0.0.0"))),
	    STR_ARG(text_or(l, item, STR("published"), (struct str)STR_INIT)),
	    published_kind(node_get(item, STR("published"))),
	    STR_ARG(text_or(l, item, STR("target"), (struct str)STR_INIT)),
	    STR_ARG(text_or(l, item, STR("protocol"), STR("tcp"))));
}

/* Whether digits put at AT of SOURCE would become part of a name: those of `$AT` in `$AT$PORT:80`. */
static bool
is_behind_name(const struct source *source, size_t at)
{
	static const struct str letters = STR_OF(
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	const char *text = source->text.ptr;
	size_t name = at;

	while (name > 0 && str_has(letters, text[name - 1]))
		name--;
	return name > 0 && name < at && text[name - 1] == '$';
}

/* The host part of P, before interpolation, is the PART of what is written. */
static void
set_site(struct project_port *p, struct span part)
{
	struct trace_decision d = trace_decide_part(p->written, part.off, part.len);

	if (part.len == 0 || !d.known || is_behind_name(d.source, d.span.off))
		return;
	p->host_site = d.span;
	p->site_source = d.source;
}

/* What could stand in the place of the alias through which SCALAR was reached. */
static void
read_alias(struct load *l, struct project_port *p, const struct node *scalar, bool is_mapping)
{
	const struct node *n = node_as_written(scalar);
	struct trace_decision d = trace_decide(p->host);
	bool is_default = !p->host_site.len && d.known && d.origin == ORIGIN_DEFAULT && !d.step->outer &&
	    d.source == n->source && n->start < d.span.off && span_end(d.span) < n->end;

	if (n->has_span && is_default)	/* `${AT:-127.0.0.1:80}`: no more of it than the number */
		anchors_read(l, n, d.span, is_mapping, &p->alias);
	else if (n->has_span && p->site_source == n->source)
		anchors_read(l, n, p->host_site, is_mapping, &p->alias);
	if (is_default && p->alias.at.len)
		p->site_source = n->source;
	if (p->alias.text.len > LOAD_ALIAS_MAX)
		p->alias.at = (struct span){ 0 };
}

/* Whether S can stand in the place of an expansion, whatever quotes are around it. */
static bool
is_plain_mapping(struct str s)
{
	return s.len > 0 && s.ptr[0] != '[' &&
	    str_is_made_of(s, STR("0123456789abcdefghijklmnopqrstuvwxyzABCDEF.:/-[]"));
}

/* Where an expansion in SCALAR gives more than the HOST part, what it gives (of WHOLE) may replace it. */
static void
read_expansion(
    struct load *l, struct project_port *p, const struct node *scalar, struct trace whole, struct span host)
{
	const struct node *n = node_as_written(scalar);
	const struct trace_step *step = NULL, *other;
	size_t from = 0, to = 0;

	for (size_t i = 0; i < whole.count && to <= host.off; i++) {
		other = trace_outermost(whole.pieces[i].step);
		if (!step || !other || other->source != step->source || other->span.off != step->span.off)
			from = whole.pieces[i].at;
		step = other;
		to = whole.pieces[i].at + whole.pieces[i].len;
	}
	for (size_t i = 0; i < whole.count; i++) {
		other = trace_outermost(whole.pieces[i].step);
		if (step && other && other->source == step->source && other->span.off == step->span.off)
			to = whole.pieces[i].at + whole.pieces[i].len;
	}
	if (!step || !step->span.len || step->source != n->source || span_end(host) > to || n->alias ||
	    anchors_elsewhere(l, n).len || is_behind_name(n->source, step->span.off) ||
	    !is_plain_mapping(str_sub(whole.text, from, to - from)))
		return;
	p->site_source = step->source;
	p->alias.at = step->span;
	p->alias.text = str_sub(whole.text, from, to - from);
	p->alias.site_at = host.off - from;
}

static void
read_short(struct load *l, struct project_port *p, const struct short_port *port)
{
	struct trace whole = node_trace(l->arena, port->scalar);
	const struct mapping *m = &port->mapping;
	struct span site;

	if (port->scalar->type == NODE_INT) {	/* the number may be written otherwise than it reads */
		p->mapping = scalar_text(l->arena, port->scalar);
		p->container = whole;
		p->written = whole;
		return;
	}
	p->mapping = whole.text;
	p->host = trace_sub(l->arena, whole, m->host_at.off, m->host_at.len);
	p->container = trace_sub(l->arena, whole, m->container_at.off, m->container_at.len);
	p->written = node_trace(l->arena, node_as_written(port->scalar));
	p->is_range = m->container_first != m->container_last;
	/* Also of `$PORT:80` where nothing sets it yet. */
	if (mapping_host_site(l->reader->interpolation, p->written, whole, &site))
		set_site(p, site);
	read_alias(l, p, port->scalar, true);
	if (!p->host_site.len && m->host_at.len && !p->alias.at.len)
		read_expansion(l, p, port->scalar, whole, m->host_at);
}

/* Whether S can stand in a compose file's quotes as it is. */
static bool
is_word(struct str s)
{
	struct str allowed = STR("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return s.len && str_is_made_of(s, allowed);
}

/* What the long port ITEM says beside its numbers, its address and its protocol; see project_port. */
static struct str
rest_of_long(struct load *l, const struct node *item)
{
	static const struct str known[] = { STR_OF("target"), STR_OF("published"), STR_OF("host_ip"),
		STR_OF("protocol") };
	struct str rest = STR_INIT;

	for (size_t i = 0; i < item->count; i++) {
		struct str key = item->entries[i].key->value;
		const struct node *n = item->entries[i].value;
		const char *quote;
		size_t k = 0;

		while (k < sizeof known / sizeof *known && !str_eq(key, known[k]))
			k++;
		if (k < sizeof known / sizeof *known || (str_eq(key, STR("mode")) &&
		    n->kind == NODE_SCALAR && str_eq(n->value, STR("ingress"))))
			continue;
		if (!is_word(key) || n->kind != NODE_SCALAR || !is_word(n->value) ||
		    (n->type != NODE_STRING && n->type != NODE_INT && n->type != NODE_BOOL))
			return STR("?");
		quote = n->type == NODE_STRING ? "\"" : "";
		rest = arena_printf(l->arena, "%.*s%s%.*s: %s%.*s%s", STR_ARG(rest), rest.len ? ", " : "",
		    STR_ARG(key), quote, STR_ARG(n->value), quote);
	}
	return rest;
}

static void
read_long(struct load *l, struct project_port *p, const struct node *item)
{
	struct node *published = node_get(item, STR("published")), *target = node_get(item, STR("target"));
	struct port_range_room room;

	p->mapping = arena_printf(l->arena, "%.*s:%.*s/%.*s", STR_ARG(port_range_text(&room, p->host_port)),
	    STR_ARG(p->container_port), STR_ARG(p->protocol));
	p->rest = rest_of_long(l, item);
	if (target && target->kind == NODE_SCALAR)
		p->container = node_trace(l->arena, target);
	if (!published || published->kind != NODE_SCALAR || published->type == NODE_NULL)
		return;
	p->host = node_trace(l->arena, published);
	p->written = node_trace(l->arena, node_as_written(published));
	if (node_as_written(published)->has_span)
		set_site(p, (struct span){ 0, p->written.text.len });
	read_alias(l, p, published, false);
}

struct node *
ports_scalar(struct node *item)
{
	if (item->kind != NODE_MAPPING)
		return item;
	return item->written ? ((struct short_port *)(void *)item)->scalar : node_get(item, STR("published"));
}

/* `80.0` and `8e1` are 80 where a port belongs. */
static int64_t
float_number(const struct node *n)
{
	double v = strtod(n->value.ptr, NULL);

	return v > -1e18 && v < 1e18 ? (int64_t)v : -1;
}

/* Compose holds the target in 32 bits, and prints none for 0. */
static struct str
target_text(struct load *l, const struct node *target)
{
	int64_t number;

	if (!target || target->kind != NODE_SCALAR ||
	    (target->type != NODE_INT && target->type != NODE_FLOAT))
		return scalar_text(l->arena, target);
	number = target->type == NODE_INT ? target->number : float_number(target);
	if (number < 0)
		load_problem(l, target, "a target port of %" PRId64, number);
	if ((uint32_t)number == 0)
		return (struct str)STR_INIT;
	return arena_printf(l->arena, "%" PRIu32, (uint32_t)number);
}

static void
read_port(struct load *l, struct project_port *p, struct node *item)
{
	p->host_ip = text_or(l, item, STR("host_ip"), (struct str)STR_INIT);
	p->host_port = port_range_of(text_or(l, item, STR("published"), (struct str)STR_INIT));
	p->container_port = target_text(l, node_get(item, STR("target")));
	p->protocol = text_or(l, item, STR("protocol"), STR("tcp"));
	if (p->protocol.len == 0)
		p->protocol = STR("tcp");
	if (item->written)
		read_short(l, p, (const struct short_port *)(const void *)item);
	else
		read_long(l, p, item);
	if (l->reader->options->addresses) {
		if (item->written)
			address_of_short(l, p, ((struct short_port *)(void *)item)->scalar);
		else
			address_of_long(l, p, item);
	}
}

void
ports_count(struct load *l, const struct node *services)
{
	size_t ports = 0, mappings = 0;

	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		const struct node *list = node_get(services->entries[i].value, STR("ports")), *last = NULL;

		for (size_t k = 0; k < node_count(list, NODE_SEQUENCE); k++) {
			const struct node *written = list->entries[k].value->written;

			ports++;
			mappings += !written || written != last;
			last = written;
		}
	}
	if (l->has_too_many_ports)
		return;
	l->has_too_many_ports = ports > LOAD_PUBLISHED_MAX || mappings > LOAD_MAPPINGS_MAX;
	if (l->has_too_many_ports)
		load_problem(l, NULL, "the project publishes %zu ports in %zu mappings, more than the %d in "
		    "%d that one gets: none is looked at", ports, mappings, LOAD_PUBLISHED_MAX,
		    LOAD_MAPPINGS_MAX);
}

void
ports_read(struct load *l, struct project_service *service, const struct node *node)
{
	const struct node *list = node_get(node, STR("ports"));
	size_t count = l->has_too_many_ports ? 0 : node_count(list, NODE_SEQUENCE);

	service->ports = arena_zero(l->arena, count, sizeof *service->ports);
	for (size_t i = 0; i < count; i++)
		if (list->entries[i].value->kind == NODE_MAPPING)
			read_port(l, &service->ports[service->port_count++], list->entries[i].value);
}
