/* reference: texts of an app that name what an app has on the host.
 * SPDX-License-Identifier: MIT */
#include "scan/reference.h"

#include <string.h>

#include "base/error.h"
#include "scan/address.h"
#include "scan/coming.h"

/* Whether WORD is NAME, or NAME and a port. */
static bool
is_name(struct str word, struct str name)
{
	return str_starts(word, name) &&
	    str_skip(word, name.len, STR(":0123456789")) == word.len;
}

/* Whether WORD is an address, or NAME itself, without a password, query, fragment or setting in it. */
static bool
is_plain_address(struct reference_search *r, struct str word, struct str name)
{
	AUTO(error) ignored = ERROR_INIT;
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, word);
	struct address a;

	for (size_t i = 0; i < word.len; i++)
		if (memchr("@?=#", word.ptr[i], 4))
			return false;
	return str_search(word, 0, STR("://")) < word.len || is_name(word, name) ||
	    address_next(&c, &a, &ignored) > 0;
}

/* Whether each word of S is an address, so that a default may be shown. */
static bool
is_all_addresses(struct reference_search *r, struct str s, struct str name)
{
	bool any = false;

	for (size_t i = 0, end; i < s.len; i = end + 1) {
		for (end = i; end < s.len && !memchr(", ;", s.ptr[end], 3); )
			end++;
		if (end == i)
			continue;
		if (!is_plain_address(r, str_sub(s, i, end - i), name))
			return false;
		any = true;
	}
	return any;
}

static struct str
whole_default(struct reference_search *r, const struct trace_decision *d, struct str name)
{
	const struct known_place *m;

	if (d->origin != ORIGIN_DEFAULT || !d->step || !d->step->source)
		return (struct str)STR_INIT;
	m = places_find(r->places, d->step->source, d->step->span.off);
	if (!m || !m->expansion)
		return (struct str)STR_INIT;
	/* one default may have thousands of them; a name that is none is one of few */
	if (m->expansion != r->whole || name.len)
		r->is_whole_plain = is_all_addresses(r, m->expansion->fallback.text, name);
	r->whole = name.len ? NULL : m->expansion;
	return r->is_whole_plain ? m->expansion->fallback.text : (struct str)STR_INIT;
}

bool
reference_is_run(const struct reference *ref)
{
	return ref->role == ROLE_COMMAND || ref->role == ROLE_ENTRYPOINT || ref->role == ROLE_HEALTHCHECK;
}

void
reference_mark(struct reference_search *r, struct trace t, unsigned flags)
{
	for (size_t i = 0; i < t.count; i++)
		for (const struct trace_step *step = t.pieces[i].step; step; step = step->outer)
			if (step->source)
				(void)places_add(r->places, step->source, step->span.off, flags);
}

/* Whether a port depends on a variable that T's text came through. */
static bool
has_port(const struct reference_search *r, struct trace t)
{
	for (size_t i = 0; i < t.count; i++)
		for (const struct trace_step *step = t.pieces[i].step; step; step = step->outer)
			if (watch_flags(r->watch, step->variable) & WATCH_PORT)
				return true;
	return false;
}

void
reference_mark_name(struct reference_search *r, struct trace name)
{
	reference_mark(r, name, has_port(r, name) ? PLACE_IN_ADDRESS : PLACE_ADDRESS);
}

struct trace_decision
reference_decide(const struct reference *ref)
{
	struct trace_decision d = trace_decide(ref->text);

	return d.known || ref->claim != CLAIM_PORT ? d : ref->written;
}

bool
reference_add(struct reference_search *r, struct reference ref)
{
	struct trace_decision d = trace_decide(ref.text);
	bool is_written = !d.known && ref.written.known;
	const struct known_place *m;

	if (is_written && ref.claim == CLAIM_PORT)
		d = ref.written;
	m = d.known ? places_find(r->places, d.source, d.span.off) : NULL;
	ref.used_as = ref.role;
	ref.is_spare = !ref.is_at_use && m && (m->flags & PLACE_REFERENCE);
	if (ref.is_spare && ref.claim == CLAIM_PORT)
		return false;
	if (d.known && !ref.is_at_use)
		(void)places_add(r->places, d.source, d.span.off, PLACE_REFERENCE);
	watch_add_trace(r->watch, &ref.text, WATCH_ADDRESS);
	ref.whole = whole_default(r, &d, ref.claim == CLAIM_PORT ? (struct str)STR_INIT : ref.value);
	if (d.known && d.source->is_env)
		ref.role = d.source->is_example ? ROLE_EXAMPLE : ROLE_ENV;
	if (is_written && !ref.is_at_use && ref.claim == CLAIM_PORT)
		ref.used_as = ref.role;
	ref.is_at_use = ref.is_at_use || is_written;
	ARENA_GROW(r->arena, r->found.items, r->found.count, r->found.cap);
	r->found.items[r->found.count++] = ref;
	return !ref.is_spare;
}

bool
reference_has_other_use(const struct reference_search *r, struct str variable)
{
	for (size_t i = 0; i < r->project->expansion_count; i++) {
		const struct expansion *e = &r->project->expansions[i];
		const struct known_place *m;

		if (!str_eq(e->variable, variable))
			continue;
		m = e->source ? places_find(r->places, e->source, e->span.off) : NULL;
		if (!m || !(m->flags & (PLACE_ADDRESS | PLACE_IN_ADDRESS | PLACE_NAME)))
			return true;
	}
	return false;
}

bool
reference_coming(struct reference_search *r, struct trace text, struct trace *ret)
{
	enum { SPENT_MAX = 8 << 20 };

	if (!r->coming || r->coming_spent > SPENT_MAX || !coming_text(r->arena, r->coming, text, ret))
		return false;
	r->coming_spent += ret->text.len + ret->count * sizeof *ret->pieces;
	return true;
}
