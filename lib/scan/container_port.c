/* container_port: mappings that give the container the host's own number, and whether the container side may
 * move along.
 * SPDX-License-Identifier: MIT */
#include "scan/container_port.h"

#include "scan/reference.h"

struct candidate {
	const struct project_service *service;
	const struct project_port *port;
	struct trace_decision decision;		/* of the container side */
};

/* Whether P gives its one container port the same number on the host, and one variable decides the
 * container side. */
static bool
is_candidate(const struct project_port *p, struct trace_decision *ret)
{
	struct trace_decision d = trace_decide(p->container);
	bool is_single = !p->is_range && !p->is_repeated && !p->also.len;
	struct port_range_room room;
	struct str host = port_range_text(&room, p->host_port);

	if (!is_single || !host.len || !str_eq(host, p->container_port))
		return false;
	if (!d.known || !d.step || !str_eq(p->container.text, p->container_port))
		return false;
	*ret = d;
	return true;
}

/* The next candidate of P at or behind service *I, port *K. */
static bool
next_candidate(const struct project *p, size_t *i, size_t *k, struct candidate *ret)
{
	for (; *i < p->service_count; (*i)++, *k = 0)
		while (*k < p->services[*i].port_count) {
			const struct project_port *port = &p->services[*i].ports[(*k)++];

			if (is_candidate(port, &ret->decision)) {
				ret->service = &p->services[*i];
				ret->port = port;
				return true;
			}
		}
	return false;
}

void
container_port_watch(const struct project *p, struct watch *w)
{
	struct candidate c;

	for (size_t i = 0, k = 0; next_candidate(p, &i, &k, &c); )
		watch_add(w, c.decision.step->variable, WATCH_PORT);
}

static bool
lies_in(struct span inner, struct span outer)
{
	return inner.off >= outer.off && span_end(inner) <= span_end(outer);
}

/* Whether the bytes AT of SOURCE are part of what decides T. */
static bool
is_part_of(struct trace t, const struct source *source, struct span at)
{
	for (size_t i = 0; i < t.count; i++) {
		if (t.pieces[i].source == source && lies_in(at, t.pieces[i].raw))
			return true;
		for (const struct trace_step *s = t.pieces[i].step; s; s = s->outer)
			if (s->source == source && lies_in(at, s->span))
				return true;
	}
	return false;
}

static bool
is_variable_of(const struct candidate *c, struct str variable)
{
	struct trace_decision host = trace_decide(c->port->host);

	return str_eq(variable, c->decision.step->variable) ||
	    (host.step && str_eq(variable, host.step->variable));
}

/* Whether the number AT in SOURCE changes with the port anyway: it is part of the mapping, of a default
 * of the mapping's variables, or of an address that plan rewrites. */
static bool
moves_along(const struct project *p, const struct candidate *c, const struct references *refs,
    const struct source *source, struct span at)
{
	if (is_part_of(c->port->written, source, at) || is_part_of(c->port->host, source, at) ||
	    is_part_of(c->port->container, source, at))
		return true;
	for (size_t i = 0; i < refs->count; i++)
		if (!refs->items[i].doubt.len && is_part_of(refs->items[i].text, source, at))
			return true;
	for (size_t i = 0; i < p->expansion_count; i++)
		if (p->expansions[i].source == source && lies_in(at, p->expansions[i].span) &&
		    is_variable_of(c, p->expansions[i].variable))
			return true;
	return false;
}

static bool
is_digit(struct str s, size_t at)
{
	return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* Whether the LEN digits AT in TEXT are a whole number. */
static bool
is_number_at(struct str text, size_t at, size_t len)
{
	return !(at > 0 && is_digit(text, at - 1)) && !is_digit(text, at + len);
}

/* What names the number as well, with its place; empty: nothing does. */
static struct str
other_text(const struct writer *w, const struct candidate *c, const struct references *refs)
{
	const struct project *p = w->project;
	struct str number = c->port->container_port;

	for (size_t i = 0; i < p->file_count; i++) {
		struct source *source = p->files[i].role == PROJECT_EXAMPLE ? NULL : p->files[i].source;
		struct str text = source ? text_str(&source->text) : (struct str)STR_INIT;

		for (size_t at = str_search(text, 0, number); at < text.len;
		     at = str_search(text, at + number.len, number)) {
			struct place place;

			if (!is_number_at(text, at, number.len) || text_is_comment(&source->text, at) ||
			    moves_along(p, c, refs, source, (struct span){ at, number.len }))
				continue;
			place = writer_spot(source, at);
			return arena_printf(w->arena, "%.*s:%zu:%zu names %.*s as well", STR_ARG(place.file),
			    place.line, place.column, STR_ARG(number));
		}
	}
	return (struct str)STR_INIT;
}

/* Whether E is an expansion in the mapping itself. */
static bool
is_of_mapping(const struct candidate *c, const struct expansion *e)
{
	return str_eq(e->service, c->service->name) && e->source &&
	    (is_part_of(c->port->host, e->source, e->span) ||
		is_part_of(c->port->container, e->source, e->span));
}

/* Whether PATH is NAME or leads to something in it. */
static bool
is_path_in(struct str path, struct str name)
{
	return str_starts(path, name) &&
	    (path.len == name.len || path.ptr[name.len] == '.' || path.ptr[name.len] == '[');
}

/* Whether the use E of the variable may change with the port: it is in the mapping itself, gives an address
 * its port, or stands in a part of the service that is about the port in the container. */
static bool
is_harmless(const struct candidate *c, const struct expansion *e, const struct places *places)
{
	static const struct str moving[] = { STR_OF("environment"), STR_OF("build.args"), STR_OF("labels"),
		STR_OF("deploy.labels"), STR_OF("command"), STR_OF("entrypoint"), STR_OF("healthcheck"),
		STR_OF("expose") };
	const struct known_place *known = e->source ? places_find(places, e->source, e->span.off) : NULL;

	if ((known && known->flags & PLACE_ADDRESS) || is_of_mapping(c, e))
		return true;
	for (size_t i = 0; e->service.len && i < sizeof moving / sizeof *moving; i++)
		if (is_path_in(e->path, moving[i]))
			return true;
	return false;
}

/* Where the variable is used for something that may not move along; empty: nowhere. */
static struct str
other_use(const struct writer *w, const struct candidate *c, const struct places *places)
{
	const struct project *p = w->project;
	struct str variable = c->decision.step->variable;

	for (size_t i = 0; i < p->expansion_count; i++) {
		const struct expansion *e = &p->expansions[i];
		struct place place;

		if (!str_eq(e->variable, variable) || is_harmless(c, e, places))
			continue;
		if (!e->source)
			return arena_printf(w->arena, "%.*s has other uses", STR_ARG(variable));
		place = writer_spot(e->source, e->span.off);
		return arena_printf(w->arena, "%.*s:%zu:%zu uses %.*s for something else",
		    STR_ARG(place.file), place.line, place.column, STR_ARG(variable));
	}
	return (struct str)STR_INIT;
}

/* Why the container side cannot follow the host side; empty: it can. */
static struct str
why_not(const struct writer *w, const struct candidate *c, const struct references *refs,
    const struct places *places)
{
	struct str why = other_use(w, c, places);

	if (!why.len)
		why = other_text(w, c, refs);
	if (!why.len && w->project->other_env_file.len)
		why = arena_printf(w->arena, "%.*s may name it", STR_ARG(w->project->other_env_file));
	return why;
}

void
container_port_write(struct writer *w, const struct references *refs, const struct places *places)
{
	struct candidate c;

	for (size_t i = 0, k = 0; next_candidate(w->project, &i, &k, &c); ) {
		struct finding f = writer_finding(w, FINDING_USE);

		writer_decided(w, &f, c.port->container, true);
		f.chain = (struct str)STR_INIT;
		f.service = c.service->name;
		f.role = ROLE_CONTAINER;
		f.container_port = c.port->container_port;
		f.protocol = c.port->protocol;
		f.value = arena_printf(w->arena, "services.%.*s.ports", STR_ARG(c.service->name));
		f.detail = why_not(w, &c, refs, places);
		f.follows = f.detail.len == 0;
		writer_write(w, &f);
	}
}
