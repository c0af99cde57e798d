/* reference: texts of an app that name one of its own published host ports as an address.
 * SPDX-License-Identifier: MIT */
#include "scan/reference.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "scan/address.h"
#include "scan/inside.h"
#include "syntax/placeholder.h"

/* The one port that R gives; 0: none, or several. */
static uint16_t
single_port(struct port_range r)
{
	return port_range_is_single(r) ? r.low : 0;
}

static void
set_put(struct port_set *set, uint64_t port, bool there)
{
	uint64_t bit = UINT64_C(1) << (port % 64);

	if (there)
		set->bits[port / 64] |= bit;
	else
		set->bits[port / 64] &= ~bit;
}

bool
port_set_has(const struct port_set *set, uint64_t port)
{
	return port < 65536 && (set->bits[port / 64] >> (port % 64) & 1);
}

void
port_set_put_project(struct port_set *set, const struct project *p, bool there)
{
	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++) {
			uint16_t port = single_port(p->services[i].ports[k].host_port);

			if (port)
				set_put(set, port, there);
		}
}

/* The text of .env.example that would decide T if the file were copied to .env: the value of the
 * outermost of T's variables that it sets. */
static struct trace
example_of(const struct env *examples, struct trace t)
{
	struct trace best = TRACE_INIT, value;

	if (t.count != 1)
		return best;
	for (const struct trace_step *step = t.pieces[0].step; step; step = step->outer)
		if (env_get(examples, step->variable, &value) && value.text.len)
			best = value;
	return best;
}

static void
note_decider(struct reference_search *r, struct trace host)
{
	struct trace_decision d = trace_decide(host);

	if (d.known && d.step && d.origin == ORIGIN_DEFAULT)
		env_set(&r->deciders, d.step->variable, host);
}

/* Puts the app's host ports in the set, or takes them out again: the ports as they are, or with EXAMPLES
 * the ports that a copy of .env.example would give. */
static void
put_ports(struct reference_search *r, const struct env *examples, bool there)
{
	for (size_t i = 0; i < r->project->service_count; i++) {
		const struct project_service *s = &r->project->services[i];

		for (size_t k = 0; k < s->port_count; k++) {
			const struct project_port *p = &s->ports[k];
			struct port_range port = p->host_port;
			struct trace e = TRACE_INIT;
			struct trace_decision d;

			if (examples && !p->is_range)
				e = example_of(examples, p->host);
			if (e.text.len)
				port = port_range_of(placeholder_default(e.text));
			if (single_port(port))
				set_put(r->set, single_port(port), there);
			d = trace_decide(e);
			if (there && d.known)
				(void)places_add(r->places, d.source, d.span.off, PLACE_DECIDES);
			if (there && !examples)
				note_decider(r, p->host);
		}
	}
}

/* Whether WORD is an address without a password, query, fragment or setting in it. */
static bool
is_plain_address(struct reference_search *r, struct str word)
{
	AUTO(error) ignored = ERROR_INIT;
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, word);
	struct address a;

	for (size_t i = 0; i < word.len; i++)
		if (memchr("@?=#", word.ptr[i], 4))
			return false;
	return str_search(word, 0, STR("://")) < word.len || address_next(&c, &a, &ignored) > 0;
}

/* Whether each word of S is an address, so that a default may be shown. */
static bool
is_all_addresses(struct reference_search *r, struct str s)
{
	bool any = false;

	for (size_t i = 0, end; i < s.len; i = end + 1) {
		for (end = i; end < s.len && !memchr(", ;", s.ptr[end], 3); )
			end++;
		if (end == i)
			continue;
		if (!is_plain_address(r, str_sub(s, i, end - i)))
			return false;
		any = true;
	}
	return any;
}

static struct str
whole_default(struct reference_search *r, const struct trace_decision *d)
{
	const struct known_place *m;

	if (d->origin != ORIGIN_DEFAULT || !d->step || !d->step->source)
		return (struct str)STR_INIT;
	m = places_find(r->places, d->step->source, d->step->span.off);
	if (!m || !m->expansion || !is_all_addresses(r, m->expansion->fallback.text))
		return (struct str)STR_INIT;
	return m->expansion->fallback.text;
}

/* Whether the digits change whenever a port does, with no edit of their own: the same text decides both,
 * or both come from the default of one variable that is not set (with `${PORT:-80}` in both places one line
 * in .env moves both). */
static bool
follows(const struct reference_search *r, const struct trace_decision *d, struct str digits)
{
	const struct known_place *m = d->known ? places_find(r->places, d->source, d->span.off) : NULL;
	struct trace port;

	if (m && (m->flags & PLACE_DECIDES))
		return true;
	return d->known && d->origin == ORIGIN_DEFAULT && d->step &&
	    env_get(&r->deciders, d->step->variable, &port) && str_eq(port.text, digits);
}

static void
mark_address(struct reference_search *r, struct trace digits)
{
	for (size_t i = 0; i < digits.count; i++)
		for (const struct trace_step *step = digits.pieces[i].step; step; step = step->outer)
			if (step->source)
				(void)places_add(r->places, step->source, step->span.off, PLACE_ADDRESS);
}

static void
add(struct reference_search *r, struct reference like, struct trace text, const struct address *a)
{
	struct trace digits = trace_sub(r->arena, text, a->digits.off, a->digits.len);
	struct trace_decision d = trace_decide(digits);
	const struct known_place *m;

	if (follows(r, &d, digits.text)) {
		mark_address(r, digits);
		return;
	}
	m = d.known ? places_find(r->places, d.source, d.span.off) : NULL;
	if (m && (m->flags & PLACE_REFERENCE))
		return;
	if (d.known)
		(void)places_add(r->places, d.source, d.span.off, PLACE_REFERENCE);
	watch_add_trace(r->watch, &digits, WATCH_ADDRESS);
	like.digits = digits;
	like.host_port = port_range_of(digits.text);
	like.value = arena_printf(r->arena, "%.*s:%.*s",
	    STR_ARG(str_sub(text.text, a->host.off, a->host.len)), STR_ARG(digits.text));
	like.whole = whole_default(r, &d);
	if (d.known && d.source->is_env && like.role != ROLE_EXAMPLE)
		like.role = ROLE_ENV;
	ARENA_GROW(r->arena, r->found.items, r->found.count, r->found.cap);
	r->found.items[r->found.count++] = like;
}

/* What the address A in TEXT means, which LIKE says where it stands. */
static enum inside
judge(const struct reference_search *r, const struct reference *like, struct trace text,
    const struct address *a)
{
	struct str host = str_sub(text.text, a->host.off, a->host.len);
	bool runs = like->role == ROLE_COMMAND || like->role == ROLE_ENTRYPOINT ||
	    like->role == ROLE_HEALTHCHECK;

	return runs ? inside_judge_run(r->service, host) :
	    inside_judge(r->project, r->service, like->key, text.text, host,
		str_sub(text.text, a->digits.off, a->digits.len));
}

/* `http://localhost:${PORT}` becomes an address as soon as PORT is set. Marks such expansions: the text
 * is searched with a digit in the place of each empty one that stands behind a colon. */
static void
mark_coming(struct reference_search *r, const struct reference *like, struct trace text)
{
	AUTO(error) ignored = ERROR_INIT;
	AUTO(buf) with = BUF_INIT;
	struct address a;
	size_t done = 0;

	for (size_t i = 0; i < text.count; i++) {
		const struct trace_piece *p = &text.pieces[i];

		if (p->len || !p->step || p->at == 0 || text.text.ptr[p->at - 1] != ':')
			continue;
		buf_add_str(&with, str_sub(text.text, done, p->at - done));
		done = p->at;
		buf_add_char(&with, '1');
		struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, buf_str(&with));

		while (address_next(&c, &a, &ignored) > 0)
			if (span_end(a.digits) == with.len && judge(r, like,
			    (struct trace){ buf_str(&with), NULL, 0 }, &a) != INSIDE_SURE)
				mark_address(r, (struct trace){ STR_INIT, p, 1 });
	}
}

static void
mark_inside(struct reference_search *r, struct trace text, const struct address *a)
{
	struct trace_decision d = trace_decide_part(text, a->digits.off, a->digits.len);

	if (d.known)
		(void)places_add(r->places, d.source, d.span.off, PLACE_INSIDE);
}

/* What a program in the container goes by is left alone, though other texts take it for an address of the
 * host. */
static void
doubt_inside(struct reference_search *r)
{
	for (size_t i = 0; i < r->found.count; i++) {
		struct reference *ref = &r->found.items[i];
		struct trace_decision d = trace_decide(ref->digits);
		const struct known_place *m = d.known ? places_find(r->places, d.source, d.span.off) : NULL;

		if (m && m->flags & PLACE_INSIDE)
			ref->doubt = STR("a program goes by it in its container as well");
	}
}

static bool
search(struct reference_search *r, struct reference like, struct trace text)
{
	/* where a text is too intricate to be matched, nothing is found */
	AUTO(error) ignored = ERROR_INIT;
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, text.text);
	struct address a;
	size_t before = r->found.count;

	while (address_next(&c, &a, &ignored) > 0) {
		enum inside inside = judge(r, &like, text, &a);

		like.doubt = inside == INSIDE_MAYBE ? STR("the container may listen on it") : STR("");
		if (inside == INSIDE_SURE)
			mark_inside(r, text, &a);
		else if (port_set_has(r->set, a.port))
			add(r, like, text, &a);
	}
	return r->found.count > before;
}

static void
search_texts(struct reference_search *r, enum finding_role role, const struct project_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		struct str key = texts->items[i].key;
		struct reference like = { .service = r->service->name,
			.role = role == ROLE_NONE ? finding_role_of(key) : role, .key = key };

		mark_coming(r, &like, texts->items[i].value);
		(void)search(r, like, texts->items[i].value);
	}
}

static void
search_settings(struct reference_search *r, bool examples)
{
	for (size_t i = 0; i < r->project->setting_count; i++) {
		const struct dotenv_statement *s = &r->project->settings[i];

		if (s->source->is_example == examples && !s->overridden &&
		    search(r, (struct reference){ .role = examples ? ROLE_EXAMPLE : ROLE_ENV, .key = s->key },
			s->resolved))
			watch_add(r->watch, s->key, WATCH_ADDRESS);
	}
}

static void
search_services(struct reference_search *r)
{
	for (size_t i = 0; i < r->project->service_count; i++) {
		r->service = &r->project->services[i];
		search_texts(r, ROLE_ENVIRONMENT, &r->service->environment);
		search_texts(r, ROLE_ARGS, &r->service->args);
		search_texts(r, ROLE_LABELS, &r->service->labels);
		search_texts(r, ROLE_NONE, &r->service->runs);
	}
	r->service = NULL;
}

/* Whether .env is missing. It will then be made from .env.example, whose ports become the app's. */
static bool
will_be_copied(const struct project *p)
{
	for (size_t i = 0; i < p->file_count; i++)
		if (p->files[i].role == PROJECT_ENV && !p->files[i].source)
			return true;
	return false;
}

void
reference_collect(struct reference_search *r)
{
	struct env examples;

	env_init(&r->deciders, r->arena, NULL);
	put_ports(r, NULL, true);
	search_services(r);
	search_settings(r, false);
	put_ports(r, NULL, false);
	env_init(&examples, r->arena, NULL);
	for (size_t i = 0; i < r->project->setting_count; i++)
		if (r->project->settings[i].source->is_example)
			env_set(&examples, r->project->settings[i].key, r->project->settings[i].resolved);
	if (examples.count) {
		put_ports(r, &examples, true);
		search_settings(r, true);
		if (will_be_copied(r->project))
			search_services(r);
		put_ports(r, &examples, false);
	}
	doubt_inside(r);
}
