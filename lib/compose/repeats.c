/* repeats: ports that several mappings of one service give, of which Compose keeps the last.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>

static bool
same_place(const struct node *a, const struct node *b)
{
	return a->source == b->source && a->start == b->start;
}

/* What decides the host port of ITEM. */
static struct trace_decision
host_decision(struct load *l, struct node *item)
{
	struct node *scalar = ports_scalar(item);
	struct trace t = node_trace(l->arena, scalar);
	struct mapping m;
	AUTO(error) err = ERROR_INIT;

	if (scalar == node_get(item, STR("published")))
		return trace_decide(t);
	if (scalar->type == NODE_INT || mapping_parse(l->reader->mapping, t.text, &m, &err) < 0)
		return (struct trace_decision){ .known = false };
	return trace_decide_part(t, m.host_at.off, m.host_at.len);
}

/* The other item of a pair of which SCALAR is one; NULL where it is none of the two, or where both stand at
 * one place. */
static struct node *
other_of(const struct repeat *pair, const struct node *scalar)
{
	const struct node *kept = ports_scalar(pair->kept), *dropped = ports_scalar(pair->dropped);

	if (!kept || !dropped || same_place(scalar, kept) == same_place(scalar, dropped))
		return NULL;
	return same_place(scalar, kept) ? pair->dropped : pair->kept;
}

static bool
same_decision(const struct trace_decision *a, const struct trace_decision *b)
{
	return a->known && b->known && a->source == b->source && a->span.off == b->span.off &&
	    a->span.len == b->span.len;
}

/* Whether PORT has its text by an alias through which neither of PAIR comes: what replaces the alias is its
 * service's alone. */
static bool
has_way_of_its_own(const struct repeat *pair, struct node *port)
{
	const struct node_alias *own = node_as_written(ports_scalar(port))->alias;
	const struct node *const both[] = { ports_scalar(pair->kept), ports_scalar(pair->dropped) };

	for (size_t i = 0; own && i < 2; i++) {
		const struct node_alias *other = node_as_written(both[i])->alias;

		if (other && other->start == own->start && both[i]->source == ports_scalar(port)->source)
			return false;
	}
	return own;
}

/* Whether D is a number that stands in a file as it counts. */
static bool
is_literal(const struct trace_decision *d)
{
	return d->known && d->source && d->origin == ORIGIN_LITERAL && d->span.len;
}

/* Whether OTHER itself stood for a mapping that came before it: then there are three texts. */
static bool
is_kept_too(const struct load *l, struct node *other)
{
	const struct node *n = ports_scalar(other);

	for (size_t i = 0; i < l->repeat_count; i++) {
		const struct node *kept = ports_scalar(l->repeats[i].kept);
		const struct node *dropped = ports_scalar(l->repeats[i].dropped);

		if (kept && dropped && same_place(kept, n) && !same_place(dropped, n))
			return true;
	}
	return false;
}

/* Notes OTHERS, which decides OTHER, beside OWN, which decides P, where both can be changed as one. */
static bool
note_also(struct load *l, struct project_port *p, const struct trace_decision *own, struct node *other,
    const struct trace_decision *others)
{
	const struct node *n = node_as_written(ports_scalar(other));

	if (p->also.len)	/* the ports of a range have their pairs at the same two texts */
		return p->also_source == others->source && p->also.off == others->span.off;
	if (p->alias.at.len || p->alias.elsewhere.len || n->alias ||
	    anchors_elsewhere(l, n).len || !is_literal(own) || !is_literal(others) ||
	    !str_eq(text_span(&own->source->text, own->span),
		text_span(&others->source->text, others->span)) || is_kept_too(l, other))
		return false;
	p->also = others->span;
	p->also_source = others->source;
	return true;
}

/* Where another mapping gives the port of ITEM, which is P, too, a change of this one leaves that one: notes
 * that beside it, or that no text decides P. */
static void
read_repeats(struct load *l, struct project_port *p, struct node *item)
{
	struct trace_decision own = trace_decide(p->host), others;

	for (size_t i = 0; i < l->repeat_count; i++) {
		const struct repeat *pair = &l->repeats[i];
		struct node *other = other_of(pair, ports_scalar(item));

		if (!other)
			continue;
		others = host_decision(l, other);
		if (p->alias.at.len && has_way_of_its_own(pair, item)) {
			p->alias.elsewhere = STR("a service that has this port twice");
			continue;
		}
		p->host_site = (struct span){ 0, 0 };
		p->site_source = NULL;
		p->address.form = PROJECT_ADDRESS_NOWHERE;
		p->is_repeated = p->is_repeated ||
		    (!same_decision(&own, &others) && !note_also(l, p, &own, other, &others));
	}
}

void
repeats_read(struct load *l, struct project_service *service, const struct node *node)
{
	const struct node *list = node_get(node, STR("ports"));

	if (l->repeat_count == 0)
		return;
	for (size_t i = 0, k = 0; k < service->port_count; i++)
		if (list->entries[i].value->kind == NODE_MAPPING) {
			struct project_port *p = &service->ports[k++];

			if (p->host.text.len > 0)
				read_repeats(l, p, list->entries[i].value);
		}
}

/* A text that gives a port beside another one. */
struct also_text {
	uint32_t service;
	bool is_shared;			/* a port of another service is made of it, too */
};

struct also_texts {
	struct dict at;			/* by where they stand, the index of each */
	struct also_text *items;
	size_t count, cap;
};

static struct str
place_key(struct arena *a, const struct source *source, size_t off)
{
	char *key = arena_alloc(a, sizeof source + sizeof off);

	memcpy(key, &source, sizeof source);
	memcpy(key + sizeof source, &off, sizeof off);
	return (struct str){ key, sizeof source + sizeof off };
}

static void
add_also(struct load *l, struct also_texts *all, const struct project_port *p, uint32_t service)
{
	struct str key = place_key(l->arena, p->also_source, p->also.off);
	uint32_t i = dict_add(&all->at, key, (uint32_t)all->count);

	if (i == all->count) {
		ARENA_GROW(l->arena, all->items, all->count, all->cap);
		all->items[all->count++] = (struct also_text){ service, false };
	} else if (all->items[i].service != service) {
		all->items[i].is_shared = true;
	}
}

/* Finds what else is made of ALL, by the texts that decide the ports of S. */
static void
find_shared(struct load *l, struct also_texts *all, const struct project_service *s, uint32_t service)
{
	for (size_t i = 0; i < s->port_count; i++) {
		struct trace_decision d = trace_decide(s->ports[i].host);
		uint32_t at = DICT_NONE;

		if (d.known && d.source)
			at = dict_find(&all->at, place_key(l->arena, d.source, d.span.off));
		if (at != DICT_NONE && all->items[at].service != service)
			all->items[at].is_shared = true;
	}
}

void
repeats_settle(struct load *l)
{
	struct also_texts all = { .at = DICT_IN(l->arena) };
	const struct project *p = l->project;

	if (l->repeat_count == 0)
		return;
	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++)
			if (p->services[i].ports[k].also.len)
				add_also(l, &all, &p->services[i].ports[k], (uint32_t)i);
	for (size_t i = 0; all.count > 0 && i < p->service_count; i++)
		find_shared(l, &all, &p->services[i], (uint32_t)i);
	for (size_t i = 0; all.count > 0 && i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++) {
			struct project_port *port = &p->services[i].ports[k];

			if (port->also.len && (port->is_repeated ||
				all.items[dict_find(&all.at, place_key(l->arena, port->also_source,
				port->also.off))].is_shared)) {
				port->is_repeated = true;
				port->also.len = 0;
			}
		}
}
