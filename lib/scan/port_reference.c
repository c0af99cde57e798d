/* port_reference: texts of an app that name a port of this host as an address.
 * SPDX-License-Identifier: MIT */
#include "scan/port_reference.h"

#include "base/buf.h"
#include "base/error.h"
#include "scan/address.h"
#include "scan/handed.h"
#include "scan/inside.h"
#include "scan/secrets.h"

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

/* Takes down what containers and settings may call each of the services. */
static void
gather_services(struct reference_search *r)
{
	r->called = r->networks = (struct dict)DICT_IN(r->arena);
	r->called.folds = true;
	for (uint32_t i = 0; i < r->project->service_count; i++) {
		const struct project_service *s = &r->project->services[i];
		struct str container = s->container_name.text;

		(void)dict_add(&r->called, s->name, i);
		(void)dict_add(&r->networks, arena_cat(r->arena, STR("service:"), s->name), i);
		for (size_t k = 0; k < s->aliases.count; k++)
			(void)dict_add(&r->called, s->aliases.items[k], i);
		for (size_t k = 0; k < s->address_count; k++)
			(void)dict_add(&r->called, s->addresses[k].alias, i);
		if (!container.len)
			continue;
		(void)dict_add(&r->called, container, i);
		(void)dict_add(&r->networks, arena_cat(r->arena, STR("container:"), container), i);
	}
}

/* Takes down which single ports the app publishes. */
static void
gather_ports(struct reference_search *r)
{
	r->published = arena_zero(r->arena, UINT16_MAX + 1, sizeof *r->published);
	for (size_t i = 0; i < r->project->service_count; i++)
		for (size_t k = 0; k < r->project->services[i].port_count; k++) {
			struct port_range port = r->project->services[i].ports[k].host_port;

			r->published[port.low] = r->published[port.low] || port_range_is_single(port);
		}
}

bool
port_reference_is_published(struct reference_search *r, uint64_t number)
{
	if (!r->published)
		gather_ports(r);
	return number > 0 && number <= UINT16_MAX && r->published[number];
}

void
port_reference_prepare(struct reference_search *r, const struct env *examples)
{
	gather_services(r);
	for (size_t i = 0; i < r->project->service_count; i++) {
		const struct project_service *s = &r->project->services[i];

		if (finding_mode_publishes_nothing(s->network_mode))
			continue;
		for (size_t k = 0; k < s->port_count; k++) {
			const struct project_port *p = &s->ports[k];
			struct trace_decision d = trace_decide(
			    p->is_range ? (struct trace)TRACE_INIT : example_of(examples, p->host));

			if (d.known)
				(void)places_add(r->places, d.source, d.span.off, PLACE_DECIDES);
			note_decider(r, p->host);
		}
	}
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

/* What of A says which port it is: its digits, or where it has none its host. */
static struct span
decisive(const struct address *a)
{
	return a->digits.len ? a->digits : a->host;
}

bool
port_reference_follows(const struct reference_search *r, struct trace digits)
{
	struct trace_decision d = trace_decide(digits);

	return follows(r, &d, digits.text);
}

/* Where PORT, which several texts make, is written at AT of TEXT. */
static struct trace_decision
written_of(const struct reference_search *r, struct trace text, struct span at, struct trace port)
{
	if (r->has_ways || secrets_may_decide(r->secrets, port))
		return (struct trace_decision){ .known = false };
	return trace_written_somewhere(text, at.off, at.len);
}

/* Nothing is added whose port follows by itself: what is in doubt must not, so that the variables in it count
 * as used for something else than the port. */
void
port_reference_add_digits(
    struct reference_search *r, struct reference like, struct trace text, struct span digits)
{
	struct trace port = trace_sub(r->arena, text, digits.off, digits.len);
	struct trace_decision d = trace_decide(port);
	bool would_follow = follows(r, &d, port.text), does_follow = would_follow && !like.doubt.len;

	if (does_follow || !would_follow)
		reference_mark(r, port, does_follow ? PLACE_ADDRESS : PLACE_IN_ADDRESS);
	if (does_follow)
		return;
	like.claim = CLAIM_PORT;
	like.text = port;
	if (!d.known && !like.written.known)
		like.written = written_of(r, text, digits, port);
	(void)reference_add(r, like);
}

static bool
has_key(struct project_texts texts, struct str key)
{
	for (size_t i = 0; i < texts.count; i++)
		if (str_eq(texts.items[i].key, key))
			return true;
	return false;
}

/* Whether the service listens on PORT because LIKE, what it is told to advertise, has it: so does Kafka that
 * is not told what to listen on. */
static bool
is_listened_on(const struct reference_search *r, const struct reference *like, struct str port)
{
	static const struct str listeners = STR_OF("KAFKA_LISTENERS");
	const struct project_service *s = r->service;

	return s && str_eq(like->key, STR("KAFKA_ADVERTISED_LISTENERS")) &&
	    !has_key(s->environment, listeners) && !has_key(s->given, listeners) &&
	    inside_has_port(r->project, s, port);
}

/* Fills REF with what the address A in TEXT says. */
static void
set_address(struct reference_search *r, struct reference *ref, struct trace text, const struct address *a)
{
	struct str host = str_sub(text.text, a->host.off, a->host.len);
	struct str digits = str_sub(text.text, a->digits.off, a->digits.len);

	ref->host_port = (struct port_range){ (uint16_t)a->port, (uint16_t)a->port, STR_INIT };
	ref->follows = is_listened_on(r, ref, digits);
	ref->value = digits.len ? arena_printf(r->arena, "%.*s:%.*s", STR_ARG(host), STR_ARG(digits)) : host;
}

/* The address A in TEXT is one of a port of this host. LIKE says where it stands. */
static void
add_address(struct reference_search *r, struct reference like, struct trace text, const struct address *a)
{
	set_address(r, &like, text, a);
	port_reference_add_digits(r, like, text, decisive(a));
}

/* A person has to look at the address A in TEXT, which does not follow, where it stands. */
static void
tell_address(struct reference_search *r, struct reference like, struct trace text, const struct address *a)
{
	set_address(r, &like, text, a);
	like.claim = CLAIM_PORT;
	like.text = trace_sub(r->arena, text, decisive(a).off, decisive(a).len);
	like.written = trace_written_part(text, decisive(a).off, decisive(a).len);
	like.doubt = STR("it is the container itself to what runs there");
	like.is_at_use = like.written.known;
	if (like.is_at_use)
		(void)reference_add(r, like);
}

void
port_reference_add(struct reference_search *r, struct reference like, struct trace text)
{
	like.value = text.text;
	like.host_port = port_range_of(text.text);
	port_reference_add_digits(r, like, text, (struct span){ 0, text.text.len });
}

/* Whether the address A in TEXT, in a setting of a service that shares another one's network, may be that
 * one's own, or another's that shares it. */
static bool
may_be_beside(const struct reference_search *r, const struct reference *like, struct trace text,
    const struct address *a)
{
	struct str_digits room;
	uint32_t owner = like->role == ROLE_ENVIRONMENT || like->role == ROLE_ENV_FILE
	    ? dict_find(&r->networks, r->service->network_mode) : DICT_NONE;

	return owner != DICT_NONE && inside_may_be_beside(&r->project->services[owner], like->key,
	    str_sub(text.text, a->host.off, a->host.len), str_from_uint(&room, a->port));
}

/* What the address A in TEXT means, which LIKE says where it stands. */
static enum inside
judge(const struct reference_search *r, const struct reference *like, struct trace text,
    const struct address *a)
{
	struct str host = str_sub(text.text, a->host.off, a->host.len);
	struct str_digits room;

	/* this host may be called so as well */
	if (dict_find(&r->called, host) != DICT_NONE)
		return INSIDE_SURE;
	return reference_is_run(like) ? inside_judge_run(r->service, host) :
	    inside_judge(r->project, r->service, like->key, text.text, host,
		str_from_uint(&room, a->port));
}

/* The option of a command that stands in TEXT before AT: `--public-url=` with what follows it, or what begins
 * with a dash in the item before. */
static struct str
option_before(const struct reference_search *r, struct str text, size_t at)
{
	size_t from = at;

	while (from > 0 && !(text.ptr[from] == '-' && text.ptr[from - 1] <= ' '))
		from--;
	if (from > 0 || str_starts(text, STR("-")))
		return str_sub(text, from, at - from);
	return str_starts(r->before, STR("-")) ? r->before : (struct str)STR_INIT;
}

/* Whether A in TEXT, which is the container's own, may be what clients are told: a person has to look. */
static bool
may_be_told(const struct reference_search *r, const struct reference *like, struct trace text,
    const struct address *a)
{
	struct str host = str_sub(text.text, a->host.off, a->host.len);

	return (like->role == ROLE_COMMAND || like->role == ROLE_ENTRYPOINT) &&
	    dict_find(&r->called, host) == DICT_NONE &&
	    inside_may_be_told(r->project, r->service, option_before(r, text.text, a->host.off), host,
		a->port);
}

/* The text is searched with a digit in the place of each empty expansion that stands behind a colon. */
void
port_reference_mark_coming(struct reference_search *r, const struct reference *like, struct trace text)
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
				reference_mark(r, (struct trace){ STR_INIT, p, 1 }, PLACE_ADDRESS);
	}
}

static void
mark_inside(struct reference_search *r, struct trace text, const struct address *a)
{
	struct trace_decision d = trace_decide_part(text, decisive(a).off, decisive(a).len);

	if (!d.known)
		d = trace_written_somewhere(text, decisive(a).off, decisive(a).len);
	if (d.known)
		(void)places_add(r->places, d.source, d.span.off, PLACE_INSIDE);
}

/* Whether what D decides is all of a value in .env. */
static bool
is_whole_value(const struct project *p, const struct trace_decision *d)
{
	for (size_t i = 0; i < p->setting_count; i++) {
		const struct dotenv_statement *s = &p->settings[i];

		if (s->source == d->source && s->value.off == d->span.off && s->value.len == d->span.len)
			return true;
	}
	return false;
}

/* Adds the variables that T is made of, and that not for an address. */
static void
add_makers(const struct reference_search *r, struct dict *makers, struct trace t)
{
	for (size_t i = 0; i < t.count; i++)
		for (const struct trace_step *step = t.pieces[i].step; step; step = step->outer) {
			const struct known_place *m = step->source
			    ? places_find(r->places, step->source, step->span.off) : NULL;

			if (step->source && (!m || !(m->flags & (PLACE_ADDRESS | PLACE_IN_ADDRESS))))
				(void)dict_add(makers, step->variable, 0);
		}
}

/* The variables that lines of the coming .env, whose expansions are no uses yet, are made of so. */
static struct dict
makers_of_lines(const struct reference_search *r)
{
	struct dict makers = DICT_IN(r->arena);

	for (size_t i = 0; r->coming && i < r->coming->count; i++)
		add_makers(r, &makers, r->coming->entries[i].value);
	return makers;
}

/* Whether REF, which D decides, is a number in .env, be it a coming one, with which a program may listen as
 * well: it stands alone, is used outside of addresses too, and a container has it inside. */
static bool
may_listen(const struct reference_search *r, const struct reference *ref,
    const struct trace_decision *d, const struct dict *makers)
{
	bool is_env = ref->role == ROLE_ENV || (r->coming && ref->role == ROLE_EXAMPLE);

	return ref->claim == CLAIM_PORT && is_env && d->known && d->step &&
	    inside_has_port(r->project, NULL, ref->text.text) && is_whole_value(r->project, d) &&
	    (handed_has(r->project, d->step->variable) ||
		reference_has_other_use(r, d->step->variable) ||
		dict_find(makers, d->step->variable) != DICT_NONE);
}

/* Whether the number that D decides stands in a line of .env, be it a coming one, of whose variable a name is
 * made: with another number a volume would start empty. */
static bool
makes_name(const struct reference_search *r, const struct trace_decision *d)
{
	return d->known && d->origin == ORIGIN_ENV && d->source->is_env &&
	    (r->coming || !d->source->is_example) && d->step &&
	    watch_flags(r->watch, d->step->variable) & WATCH_NAME;
}

void
port_reference_doubt(struct reference_search *r)
{
	struct dict makers = makers_of_lines(r);

	for (size_t i = 0; i < r->found.count; i++) {
		struct reference *ref = &r->found.items[i];
		struct trace_decision d = reference_decide(ref);
		const struct known_place *m = d.known ? places_find(r->places, d.source, d.span.off) : NULL;

		if (!ref->doubt.len && m && m->flags & PLACE_INSIDE)
			ref->doubt = STR("a program goes by it in its container as well");
		else if (!ref->doubt.len && may_listen(r, ref, &d, &makers))
			ref->doubt = STR("a container of this app has that number inside");
		else if (!ref->doubt.len && ref->claim == CLAIM_PORT && makes_name(r, &d))
			ref->doubt = STR("a name is made of it as well");
	}
}

/* Whether the port of A in TEXT, which is as the coming .env makes it, is one of the .env.example that is to
 * follow: the text has none without it, nor a default in its place, and it does not follow by itself. */
static bool
is_coming(const struct reference_search *r, struct trace text, const struct address *a)
{
	struct trace_decision d = trace_decide_part(text, a->digits.off, a->digits.len);
	const struct trace_step *step = d.step;
	const struct known_place *m;

	if (!a->digits.len || !d.known || !d.source->is_example)
		return false;
	while (step && step->source && step->source->is_example)
		step = step->outer;
	m = step && step->source ? places_find(r->places, step->source, step->span.off) : NULL;
	return !(m && m->expansion && m->expansion->fallback.text.len) &&
	    !follows(r, &d, str_sub(text.text, a->digits.off, a->digits.len));
}

/* Adds IMAGE, as it is or as COMING, if it is one of this host's registries. */
static void
search_image(struct reference_search *r, struct reference like, struct trace image, bool coming)
{
	AUTO(error) ignored = ERROR_INIT;
	struct str registry = str_sub(image.text, 0, str_find(image.text, 0, '/'));
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, registry);
	struct address a;

	/* without a slash what follows the colon is a tag */
	if (registry.len < image.text.len && str_has(registry, ':') &&
	    address_next(&c, &a, &ignored) > 0 && a.host.off == 0 && span_end(a.digits) == registry.len &&
	    (!coming || is_coming(r, image, &a)))
		add_address(r, like, image, &a);
}

/* Adds the addresses in TEXT, as it is or as COMING, which the engine reads. */
static void
search_of_engine(struct reference_search *r, struct reference like, struct trace text, bool coming)
{
	AUTO(error) ignored = ERROR_INIT;
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, text.text);
	struct address a;

	while (address_next(&c, &a, &ignored) > 0) {
		like.doubt = a.begins_range ? STR(ADDRESS_RANGE_DOUBT) : (struct str)STR_INIT;
		if (!coming || is_coming(r, text, &a))
			add_address(r, like, text, &a);
	}
}

/* SEARCHes TEXT as it is, and as the coming .env makes it. */
static void
search_both(struct reference_search *r, struct reference like, struct trace text,
    void (*search)(struct reference_search *, struct reference like, struct trace text, bool coming))
{
	struct trace coming;

	search(r, like, text, false);
	if (reference_coming(r, text, &coming))
		search(r, like, coming, true);
}

void
port_reference_image(struct reference_search *r, struct reference like, struct trace image)
{
	search_both(r, like, image, search_image);
}

void
port_reference_of_engine(struct reference_search *r, struct reference like, struct trace text)
{
	search_both(r, like, text, search_of_engine);
}

/* Adds the address A in TEXT unless it is the container's own. LIKE has the doubts of the text. */
static enum inside
take_address(struct reference_search *r, struct reference like, struct trace text, const struct address *a)
{
	enum inside inside = judge(r, &like, text, a);
	bool is_beside = inside != INSIDE_SURE && may_be_beside(r, &like, text, a);

	if (!like.doubt.len && a->begins_range)
		like.doubt = STR(ADDRESS_RANGE_DOUBT);
	else if (!like.doubt.len && is_beside)
		like.doubt = STR("the service whose network this one shares has that port inside");
	else if (!like.doubt.len && inside == INSIDE_MAYBE)
		like.doubt = STR("the container may listen on it");
	if (inside == INSIDE_SURE || is_beside)
		mark_inside(r, text, a);
	if (inside != INSIDE_SURE)
		add_address(r, like, text, a);
	return inside;
}

bool
port_reference_search(struct reference_search *r, struct reference like, struct trace text)
{
	/* where a text is too intricate to be matched, nothing is found */
	AUTO(error) ignored = ERROR_INIT;
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, text.text);
	struct address a;
	size_t before = r->found.count;

	while (address_next(&c, &a, &ignored) > 0)
		if (take_address(r, like, text, &a) == INSIDE_SURE && may_be_told(r, &like, text, &a))
			tell_address(r, like, text, &a);
	return r->found.count > before;
}

void
port_reference_search_coming(struct reference_search *r, struct reference like, struct trace text)
{
	AUTO(error) ignored = ERROR_INIT;
	struct trace coming;
	struct address a;

	if (!reference_coming(r, text, &coming))
		return;
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, coming.text);

	while (address_next(&c, &a, &ignored) > 0)
		if (is_coming(r, coming, &a))
			(void)take_address(r, like, coming, &a);
}
