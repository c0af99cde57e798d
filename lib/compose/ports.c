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

static struct node *
new_key(struct arena *a, struct str name)
{
	struct node *key = arena_zero(a, 1, sizeof *key);

	key->value = name;
	return key;
}

static void
add_string(struct arena *a, struct node *to, struct str key, struct str value, const struct node *at)
{
	struct node *n = arena_zero(a, 1, sizeof *n);

	n->value = value;
	n->source = at->source;
	n->has_span = at->has_span;
	n->start = at->start;
	n->end = at->end;
	node_add(a, to, new_key(a, key), n);
}

/* The long ports that SCALAR stands for, added to RET. */
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
	l->ports += m.container_last - m.container_first + 1;
	if (l->ports > LOAD_PORTS_MAX) {
		load_problem(l, scalar, "the project publishes more than %d ports", LOAD_PORTS_MAX);
		return;
	}
	while (mapping_next(&cursor, l->arena, &port) > 0) {
		struct short_port *p = arena_zero(l->arena, 1, sizeof *p);
		struct node *target = arena_zero(l->arena, 1, sizeof *target);

		p->node = *node_collection(l->arena, NODE_MAPPING, scalar);
		p->node.written = scalar;
		p->scalar = scalar;
		p->mapping = m;
		if (m.host_ip.len > 0)
			add_string(l->arena, &p->node, STR("host_ip"), m.host_ip, scalar);
		if (port.published.len > 0)
			add_string(l->arena, &p->node, STR("published"), port.published, scalar);
		target->type = NODE_INT;
		target->number = port.container;
		target->source = scalar->source;
		node_add(l->arena, &p->node, new_key(l->arena, STR("target")), target);
		add_string(l->arena, &p->node, STR("protocol"), m.protocol, scalar);
		node_add(l->arena, ret, NULL, &p->node);
	}
}

static void
canonical_item(struct load *l, struct node *item, struct str service, struct node *ret)
{
	if (item->kind == NODE_MAPPING) {
		if (node_get(item, STR("target")))
			node_add(l->arena, ret, NULL, item);
		else
			load_problem(l, item, "services.%.*s.ports: a port is missing a target port",
			    STR_ARG(service));
	} else if (node_is_string(item)) {
		expand_short(l, item, item->value, ret);
	} else if (item->kind == NODE_SCALAR && item->type == NODE_INT) {
		expand_short(l, item, arena_printf(l->arena, "%" PRId64, item->number), ret);
	} else {
		load_problem(l, item, "services.%.*s.ports: invalid type for port: a %s", STR_ARG(service),
		    node_type_name(item));
	}
}

static bool
is_canonical(const struct node *ports)
{
	for (size_t i = 0; i < ports->count; i++)
		if (ports->entries[i].value->kind != NODE_MAPPING ||
		    !node_get(ports->entries[i].value, STR("target")))
			return false;
	return true;
}

void
ports_expand(struct load *l, struct node *model)
{
	const struct node *services = node_get(model, STR("services"));

	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++) {
		struct node *service = services->entries[i].value, *list;
		size_t at = node_find(service, STR("ports"));

		if (service->kind != NODE_MAPPING || at == service->count)
			continue;
		list = service->entries[at].value;
		if (list->kind != NODE_SEQUENCE)
			load_problem(l, list, "services.%.*s.ports: invalid type for ports: a %s, not a list",
			    STR_ARG(services->entries[i].key->value), node_type_name(list));
		if (list->kind != NODE_SEQUENCE || is_canonical(list))
			continue;
		service->entries[at].value = node_collection(l->arena, NODE_SEQUENCE, list);
		for (size_t k = 0; k < list->count; k++)
			canonical_item(l, list->entries[k].value, services->entries[i].key->value,
			    service->entries[at].value);
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

struct str
ports_key(struct load *l, const struct node *item)
{
	const struct node *published = node_get(item, STR("published"));
	struct str text;

	if (item->kind == NODE_SCALAR)
		return scalar_text(l->arena, item);
	if (item->kind != NODE_MAPPING)
		return arena_printf(l->arena, "%p", (const void *)item);
	text = text_or(l, item, STR("published"), (struct str)STR_INIT);
	/* Compose holds a number and the same digits in quotes for two ports, and none and an empty text. */
	return arena_printf(l->arena, "%.*s:%.*s%s:%.*s/%.*s",
	    STR_ARG(text_or(l, item, STR("host_ip"), STR("0.0.0.0"))), STR_ARG(text),
	    !published                        ? "-"
		: published->type == NODE_INT ? "i"
					      : "",
	    STR_ARG(text_or(l, item, STR("target"), (struct str)STR_INIT)),
	    STR_ARG(text_or(l, item, STR("protocol"), STR("tcp"))));
}

/* Where the host part of a short port stands in its file, before interpolation. */
static void
find_site(struct load *l, struct project_port *p, struct trace resolved)
{
	struct trace_decision d;
	struct span part;

	if (!mapping_host_site(l->reader->interpolation, p->written, resolved, &part) || part.len == 0)
		return;
	d = trace_decide(trace_sub(l->arena, p->written, part.off, part.len));
	if (!d.known)
		return;
	p->host_site = d.span;
	p->site_source = d.source;
}

/* Whether TEXT is a mapping that a variable holds as a whole: `$MAP`, `${MAP:-80:80}`. */
static bool
is_held_by_variable(struct str text)
{
	size_t depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		depth += text.ptr[i] == '{';
		depth -= text.ptr[i] == '}' && depth > 0;
		if (text.ptr[i] == ':' && depth == 0)
			return false;
	}
	return str_find(text, 0, '$') < text.len;
}

/* The text of short mapping N for a flow sequence, quotes left out; false where it may not stand in quotes
 * just so, or where no literal could part its port from the anchor's. */
static bool
mapping_text(const struct node *n, struct str *ret)
{
	if (n->kind != NODE_SCALAR || !n->has_span || n->style > NODE_DOUBLE || n->tag.len)
		return false;
	*ret = text_span(&n->source->text, node_inner(n));
	for (size_t i = 0; i < ret->len; i++)
		if (ret->ptr[i] < ' ' || ret->ptr[i] > '~' || memchr("\"'\\", ret->ptr[i], 3))
			return false;
	return ret->len > 0 && !is_held_by_variable(*ret);
}

/* What could stand where the alias stands that SCALAR was reached through. Only of a list of short
 * mappings, or of one. */
static void
find_alias(struct load *l, struct project_port *p, struct node *scalar)
{
	struct node *written = node_as_written(scalar);
	const struct node_alias *alias = written->alias;
	const struct node *target = alias ? alias->target : NULL;
	bool is_list = target && target->kind == NODE_SEQUENCE, found = false;
	size_t inner = node_inner(written).off;
	AUTO(buf) text = BUF_INIT;
	struct str part;

	if (!alias || !target || alias->is_copied || !written->has_span || !p->host_site.len ||
	    p->site_source != written->source || p->host_site.off < inner ||
	    target->kind == NODE_MAPPING || target->tag.len ||
	    alias->end <= alias->start || written->source->text.ptr[alias->start] != '*')
		return;
	for (size_t i = 0; i < (is_list ? target->count : 1); i++) {
		const struct node *item = is_list ? target->entries[i].value : target;

		item = item->written ? item->written : item;
		if (!mapping_text(item, &part))
			return;
		buf_add_str(&text, !is_list ? STR("\"") : i ? STR(", \"") : STR("[\""));
		if (item->source == written->source && item->start == written->start && !found) {
			p->alias_at = text.len + (p->host_site.off - inner);
			found = true;
		}
		buf_add_str(&text, part);
		buf_add_char(&text, '"');
	}
	if (!found)
		return;
	if (is_list)
		buf_add_char(&text, ']');
	p->alias = (struct span){ alias->start, alias->end - alias->start };
	p->alias_text = arena_dup(l->arena, buf_str(&text));
}

static void
read_short(struct load *l, struct project_port *p, const struct short_port *port)
{
	struct trace whole = node_trace(l->arena, port->scalar);
	const struct mapping *m = &port->mapping;

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
	find_site(l, p, whole);		/* also of `$PORT:80` where nothing sets it yet */
	find_alias(l, p, port->scalar);
}

static void
read_long(struct load *l, struct project_port *p, const struct node *item)
{
	struct node *published = node_get(item, STR("published")), *target = node_get(item, STR("target"));

	p->mapping = arena_printf(l->arena, "%.*s:%.*s/%.*s", STR_ARG(p->host_port),
	    STR_ARG(p->container_port), STR_ARG(p->protocol));
	if (target && target->kind == NODE_SCALAR)
		p->container = node_trace(l->arena, target);
	if (!published || published->kind != NODE_SCALAR || published->type == NODE_NULL)
		return;
	p->host = node_trace(l->arena, published);
	p->written = node_trace(l->arena, node_as_written(published));
	if (p->written.text.len > 0 && node_as_written(published)->has_span) {
		struct trace_decision d = trace_decide(p->written);

		p->host_site = d.known ? d.span : (struct span){ 0, 0 };
		p->site_source = d.known ? d.source : NULL;
	}
}

/* What stands in a file for the port ITEM: the scalar of a short form, or a long form's `published`. */
static struct node *
port_scalar(struct node *item)
{
	if (item->kind != NODE_MAPPING)
		return item;
	return item->written ? ((struct short_port *)(void *)item)->scalar : node_get(item, STR("published"));
}

static struct trace_decision
host_decision(struct load *l, struct node *scalar, bool is_short)
{
	struct trace t = node_trace(l->arena, scalar);
	struct mapping m;
	AUTO(error) err = ERROR_INIT;

	if (!is_short)
		return trace_decide(t);
	if (scalar->type == NODE_INT || mapping_parse(l->reader->mapping, t.text, &m, &err) < 0)
		return (struct trace_decision){ .known = false };
	return trace_decide(trace_sub(l->arena, t, m.host_at.off, m.host_at.len));
}

static bool
same_place(const struct node *a, const struct node *b)
{
	return a->source == b->source && a->start == b->start;
}

/* Whether another mapping gives the port of SCALAR too: then changing this one leaves that one. */
static void
find_repeats(struct load *l, struct project_port *p, struct node *scalar)
{
	for (size_t i = 0; i < l->repeat_count; i++) {
		struct node *pair[2] = { port_scalar(l->repeats[i].kept),
			port_scalar(l->repeats[i].dropped) };
		bool is_short[2] = { pair[0] != node_get(l->repeats[i].kept, STR("published")),
		    pair[1] != node_get(l->repeats[i].dropped, STR("published")) };

		for (int k = 0; k < 2; k++) {
			struct trace_decision own, other;

			if (!pair[0] || !pair[1] || !same_place(scalar, pair[k]) ||
			    same_place(scalar, pair[!k]))
				continue;
			p->host_site = (struct span){ 0, 0 };
			p->site_source = NULL;
			own = trace_decide(p->host);
			other = host_decision(l, pair[!k], is_short[!k]);
			p->is_repeated = p->is_repeated || !own.known || !other.known ||
			    own.source != other.source || own.span.off != other.span.off ||
			    own.span.len != other.span.len;
		}
	}
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

void
ports_read(struct load *l, struct project_service *service, const struct node *node)
{
	const struct node *list = node_get(node, STR("ports"));

	if (!list || list->kind != NODE_SEQUENCE)
		return;
	service->ports = arena_zero(l->arena, list->count, sizeof *service->ports);
	for (size_t i = 0; i < list->count; i++) {
		const struct node *item = list->entries[i].value;
		struct project_port *p = &service->ports[service->port_count];

		if (item->kind != NODE_MAPPING)
			continue;
		p->host_ip = text_or(l, item, STR("host_ip"), (struct str)STR_INIT);
		p->host_port = text_or(l, item, STR("published"), (struct str)STR_INIT);
		p->container_port = target_text(l, node_get(item, STR("target")));
		p->protocol = text_or(l, item, STR("protocol"), STR("tcp"));
		if (p->protocol.len == 0)
			p->protocol = STR("tcp");
		if (item->written)
			read_short(l, p, (const struct short_port *)(const void *)item);
		else
			read_long(l, p, item);
		if (l->repeat_count > 0 && p->host.text.len > 0)
			find_repeats(l, p, port_scalar(list->entries[i].value));
		service->port_count++;
	}
}
