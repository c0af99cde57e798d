/* name_reference: texts of an app that name a container, a network or a volume as the host calls it.
 * SPDX-License-Identifier: MIT */
#include "scan/name_reference.h"

#include "fleet/names.h"
#include "scan/host.h"
#include "scan/secrets.h"

enum name_kinds {
	NAME_CONTAINER = 1 << 0, NAME_NETWORK = 1 << 1, NAME_VOLUME = 1 << 2
};

struct name_claim {
	unsigned kinds;			/* enum name_kinds */
	struct trace made_of;		/* its text; length 0: Compose makes it of the project's name */
};

struct name_claims {
	struct dict index;
	struct name_claim *items;
	size_t count, cap;
	struct dict resolved;		/* what the app's own network calls a service */
	bool reaches_others;		/* it is on a network that other apps may be on */
};

static struct name_claim *
claim(struct name_claims *c, struct arena *a, struct str name, unsigned kind)
{
	uint32_t i = dict_add(&c->index, name, (uint32_t)c->count);

	if (i == c->count) {
		ARENA_GROW(a, c->items, c->count, c->cap);
		c->items[c->count++] = (struct name_claim){ 0, TRACE_INIT };
	}
	c->items[i].kinds |= kind;
	return &c->items[i];
}

/* Whether a secret gives the name that OWN says, or the project's where that is empty: no claim. */
static bool
is_secret(const struct reference_search *r, struct trace own)
{
	return secrets_decide(r->secrets, own.text.len ? own : r->project->name);
}

/* Claims the names of S's containers: its own, or those that Compose makes. Whether HOST is the first's. */
static bool
claim_containers(
    const struct reference_search *r, struct name_claims *c, const struct project_service *s, struct str host)
{
	unsigned replicas = s->replicas < NAMES_REPLICAS_MAX ? (unsigned)s->replicas : NAMES_REPLICAS_MAX;
	struct names_made made = { .service = s->name, .replicas = replicas };
	bool is_host = false, claims = !is_secret(r, s->container_name);

	if (s->container_name.text.len) {
		if (claims)
			claim(c, r->arena, s->container_name.text, NAME_CONTAINER)->made_of =
			    s->container_name;
		return str_eq(s->container_name.text, host);
	}
	while (names_made_next(&made)) {
		struct str name = names_of_container(r->arena, r->project->name.text, &made);

		is_host = is_host || (made.number == 1 && str_eq(name, host));
		if (claims)
			(void)claim(c, r->arena, name, NAME_CONTAINER);
	}
	return is_host;
}

static void
gather_resources(
    struct reference_search *r, struct name_claims *c, const struct project_resource *items, size_t count,
    unsigned kind)
{
	for (size_t i = 0; i < count; i++) {
		if (!items[i].used || !items[i].name.len || is_secret(r, items[i].explicit_name))
			continue;
		claim(c, r->arena, items[i].name, kind)->made_of = items[i].explicit_name;
		c->reaches_others = c->reaches_others || (kind == NAME_NETWORK &&
		    (items[i].external || items[i].explicit_name.text.len));
	}
}

void
name_reference_gather(struct reference_search *r)
{
	const struct project *p = r->project;
	struct name_claims *c = arena_zero(r->arena, 1, sizeof *c);

	c->index = c->resolved = (struct dict)DICT_IN(r->arena);
	for (size_t i = 0; i < p->service_count; i++) {
		const struct project_service *s = &p->services[i];
		bool is_called_so = claim_containers(r, c, s, s->hostname);

		(void)dict_add(&c->resolved, s->name, 0);
		if (s->hostname.len && !is_called_so)
			(void)dict_add(&c->resolved, s->hostname, 0);
		for (size_t k = 0; k < s->aliases.count; k++)
			(void)dict_add(&c->resolved, s->aliases.items[k], 0);
	}
	gather_resources(r, c, p->networks, p->network_count, NAME_NETWORK);
	gather_resources(r, c, p->volumes, p->volume_count, NAME_VOLUME);
	r->names = c;
}

/* Whether the service that is searched has another one, or a host of its own, by NAME. */
static bool
is_resolved(const struct reference_search *r, struct str name)
{
	const struct project_words *own = r->service ? &r->service->hosts : NULL;

	for (size_t i = 0; own && i < own->count; i++)
		if (str_eq(own->items[i], name))
			return true;
	return dict_find(&r->names->resolved, name) != DICT_NONE;
}

/* Whether A and B are made by one variable, or are the same bytes of one file. */
static bool
is_piece_alike(const struct trace_piece *a, const struct trace_piece *b)
{
	bool is_one_text = a->source && a->source == b->source && a->raw.off == b->raw.off;
	bool is_variable = a->step && b->step && str_eq(a->step->variable, b->step->variable);

	return a->len == b->len && (is_variable || is_one_text || (!a->step && !b->step));
}

/* Whether A and B, of one text, are made of the same variables. */
static bool
is_made_alike(struct trace a, struct trace b)
{
	bool any = false;

	if (a.count != b.count)
		return false;
	for (size_t i = 0; i < a.count; i++) {
		if (!is_piece_alike(&a.pieces[i], &b.pieces[i]))
			return false;
		any = any || (a.pieces[i].step && b.pieces[i].step);
	}
	return any;
}

/* Whether T, which is what OWN is called, follows it by itself. */
static bool
follows(struct trace t, const struct name_claim *own)
{
	if (own->made_of.text.len)
		return is_made_alike(t, own->made_of);
	for (size_t i = 0; i < t.count; i++)
		for (const struct trace_step *step = t.pieces[i].step; step; step = step->outer)
			if (str_eq(step->variable, STR("COMPOSE_PROJECT_NAME")))
				return true;
	return false;
}

/* What another app's container may be called, so that it may be shown. */
static bool
may_be_foreign(const struct reference_search *r, struct str word)
{
	return str_find(word, 0, '.') == word.len && !str_eq_fold(word, STR("localhost")) &&
	    !str_is_made_of(word, STR("0123456789")) &&
	    str_eq(secrets_mask(r->secrets, r->arena, word), word);
}

/* What a word of T with SENSE names, of what is called so; CLAIM_PORT: nothing. */
static enum finding_claim
claim_of(enum host_sense sense, unsigned kinds)
{
	switch (sense) {
	case HOST_SURE:
		return kinds & NAME_CONTAINER ? CLAIM_HOST : CLAIM_PORT;
	case HOST_CONTAINER:
		return kinds & NAME_CONTAINER ? CLAIM_CONTAINER : CLAIM_PORT;
	case HOST_NETWORK:
		return kinds & NAME_NETWORK ? CLAIM_NETWORK : CLAIM_PORT;
	case HOST_VOLUME:
		return kinds & NAME_VOLUME ? CLAIM_VOLUME : CLAIM_PORT;
	case HOST_MAYBE:
		if (kinds & NAME_CONTAINER)
			return CLAIM_HOST;
		return kinds & NAME_NETWORK ? CLAIM_NETWORK : CLAIM_VOLUME;
	case HOST_NOT:
		break;
	}
	return CLAIM_PORT;
}

/* What the word W of AT is, whose own text is TEXT: where nothing next to it says so, the variable that
 * decides it may. */
static enum host_sense
sense_of(const struct host_text *at, struct span w, struct trace text)
{
	enum host_sense sense = host_sense(at, w);
	struct trace_decision d = trace_decide(text);
	struct host_text by = *at;

	if (sense != HOST_MAYBE || !d.known || !d.step)
		return sense;
	by.key = d.step->variable;
	return host_sense(&by, w) == HOST_SURE ? HOST_SURE : HOST_MAYBE;
}

/* Marks the expansions, and those that are read more than once. */
static void
know_readers(struct reference_search *r)
{
	for (size_t i = 0; i < r->project->expansion_count; i++) {
		const struct expansion *e = &r->project->expansions[i];
		const struct known_place *m;

		if (!e->source)
			continue;
		m = places_find(r->places, e->source, e->span.off);
		(void)places_add(r->places, e->source, e->span.off,
		    m && m->flags & PLACE_READ ? PLACE_READ_AGAIN : PLACE_READ);
	}
	r->knows_readers = true;
}

/* Whether something is read in the file of D where that is, at more than one place of the project, of which
 * another may have another value there. */
static bool
is_read_again(struct reference_search *r, const struct trace_decision *d)
{
	const struct known_place *m;

	if (!r->knows_readers)
		know_readers(r);
	m = places_find(r->places, d->source, d->span.off);
	return m && m->flags & PLACE_READ_AGAIN;
}

/* The text that gives W of TEXT, which is NAME, and nothing else, and may be changed for that name alone. */
static struct trace_decision
written_of(struct reference_search *r, struct trace text, struct span w, struct trace name)
{
	struct trace_decision d = { .known = false };

	if (r->has_ways || secrets_may_decide(r->secrets, name))
		return d;
	d = trace_written_part(text, w.off, w.len);
	d.known = d.known && !is_read_again(r, &d);
	return d;
}

static void
look_at_word(struct reference_search *r, const struct name_text *t, const struct host_text *at, struct span w)
{
	struct str word = str_sub(t->text.text, w.off, w.len);
	uint32_t i = dict_find(&r->names->index, word);
	const struct name_claim *own = i == DICT_NONE ? NULL : &r->names->items[i];
	bool is_foreign = !own && r->names->reaches_others && may_be_foreign(r, word);
	struct reference ref = t->like;
	enum host_sense sense;

	if (!own && !is_foreign)
		return;
	ref.text = trace_sub(r->arena, t->text, w.off, w.len);
	sense = sense_of(at, w, ref.text);
	if (sense == HOST_NOT || (is_foreign && sense != HOST_SURE))
		return;
	ref.claim = claim_of(sense, own ? own->kinds : NAME_CONTAINER);
	if (ref.claim == CLAIM_PORT || (ref.claim == CLAIM_HOST && is_resolved(r, word)))
		return;
	ref.value = word;
	ref.follows = own && follows(ref.text, own);
	ref.written = written_of(r, t->text, w, ref.text);
	if (sense == HOST_MAYBE)
		ref.doubt = STR("nothing tells that it is meant");
	if (sense != HOST_MAYBE)
		reference_mark_name(r, ref.text);
	(void)reference_add(r, ref);
}

void
name_reference_search(struct reference_search *r, const struct name_text *t)
{
	struct host_text at = { .key = t->like.key, .text = t->text.text, .before = t->before,
		.behind = t->behind, .is_label = t->like.role == ROLE_LABELS,
		.runs = reference_is_run(&t->like) };
	struct span w;

	for (size_t from = 0; host_next_word(at.text, &from, &w); )
		look_at_word(r, t, &at, w);
}

static void
declared_resources(struct reference_search *r, const struct project_resource *items, size_t count,
    enum finding_claim claim)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].external && items[i].used && items[i].name.len &&
		    !secrets_decide(r->secrets, items[i].explicit_name))
			(void)reference_add(r, (struct reference){ .claim = claim, .role = ROLE_OTHER,
				.other_role = STR("external"), .key = items[i].key, .value = items[i].name,
				.text = items[i].explicit_name, .source = items[i].source,
				.offset = items[i].offset });
}

void
name_reference_declared(struct reference_search *r)
{
	const struct project *p = r->project;

	for (size_t i = 0; i < p->service_count; i++) {
		const struct project_texts *texts = &p->services[i].containers;

		for (size_t k = 0; k < texts->count; k++) {
			struct trace name = texts->items[k].value;
			uint32_t own = dict_find(&r->names->index, name.text);

			if (secrets_decide(r->secrets, name))
				continue;
			reference_mark_name(r, name);
			(void)reference_add(r, (struct reference){ .claim = CLAIM_CONTAINER,
				.role = ROLE_OTHER, .other_role = texts->items[k].key,
				.service = p->services[i].name, .value = name.text, .text = name,
				.is_shared = texts->items[k].is_shared,
				.follows = own != DICT_NONE &&
				    follows(name, &r->names->items[own]) });
		}
	}
	declared_resources(r, p->networks, p->network_count, CLAIM_NETWORK);
	declared_resources(r, p->volumes, p->volume_count, CLAIM_VOLUME);
}

/* Whether REF names something by a variable that is used for something else too; D decides its text. */
static bool
is_by_other(const struct reference_search *r, const struct reference *ref, const struct trace_decision *d)
{
	return ref->claim != CLAIM_PORT && !ref->doubt.len && d->known && d->step && !ref->whole.len &&
	    reference_has_other_use(r, d->step->variable);
}

/* The expansion that all of T comes through first; NULL: it does not come through one. */
static const struct trace_step *
way_of(struct trace t)
{
	const struct trace_step *step = t.count ? trace_outermost(t.pieces[0].step) : NULL;

	for (size_t i = 1; i < t.count && step; i++)
		if (trace_outermost(t.pieces[i].step) != step)
			step = NULL;
	return step;
}

/* What is all of a variable that a line of .env makes of others follows by that line, which changes. */
static void
leave_to_lines(struct reference_search *r)
{
	struct dict lines = DICT_IN(r->arena);

	for (size_t i = 0; i < r->found.count; i++)
		if (r->found.items[i].is_at_use && r->found.items[i].used_as == ROLE_ENV)
			(void)dict_add(&lines, r->found.items[i].key, 0);
	for (size_t i = 0; i < r->found.count && lines.count; i++) {
		struct reference *ref = &r->found.items[i];
		const struct trace_step *step = way_of(ref->text);

		if (ref->claim != CLAIM_PORT && !ref->is_at_use && step && !trace_decide(ref->text).known &&
		    dict_find(&lines, step->variable) != DICT_NONE)
			ref->is_spare = true;
	}
}

/* Where the variable of a name means something else as well it keeps its value, and each text that is the
 * name follows where it uses the variable: then the line that sets it is no text of that name any more. What
 * cannot be changed where it is used is in doubt, and where nothing can the variable's text is. */
void
name_reference_doubt(struct reference_search *r)
{
	for (size_t i = 0; i < r->found.count; i++) {
		struct reference *ref = &r->found.items[i];
		struct trace_decision d = trace_decide(ref->text);

		if (!ref->written.known || !is_by_other(r, ref, &d))
			continue;
		ref->is_at_use = true;
		(void)places_add(r->places, d.source, d.span.off, PLACE_PARTED);
	}
	for (size_t i = 0; i < r->found.count; i++) {
		struct reference *ref = &r->found.items[i];
		struct trace_decision d = trace_decide(ref->text);
		bool is_parted;

		if (ref->is_at_use || !is_by_other(r, ref, &d))
			continue;
		is_parted = places_find(r->places, d.source, d.span.off)->flags & PLACE_PARTED;
		if (is_parted)
			ref->is_spare = ref->used_as == ROLE_ENV;
		if (!ref->is_spare)
			ref->doubt = arena_printf(r->arena, "%.*s is used for something else too",
			    STR_ARG(d.step->variable));
	}
	leave_to_lines(r);
}
