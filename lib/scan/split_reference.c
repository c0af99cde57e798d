/* split_reference: settings that name a port of this host by its number alone.
 * SPDX-License-Identifier: MIT */
#include "scan/split_reference.h"

#include "base/error.h"
#include "fleet/names.h"
#include "scan/address.h"
#include "scan/handed.h"
#include "scan/inside.h"
#include "scan/port_reference.h"

/* Whether HOST is a name of this host, and of no service. */
static bool
is_own_name(const struct reference_search *r, struct str host)
{
	AUTO(error) ignored = ERROR_INIT;
	struct address_cursor c = ADDRESS_CURSOR_INIT(r->finder, arena_cat(r->arena, host, STR(":1")));
	struct address a;

	return host.len && address_next(&c, &a, &ignored) > 0 && a.host.off == 0 && a.host.len == host.len &&
	    dict_find(&r->called, host) == DICT_NONE;
}

/* Whether HOST is this host, for the service that is searched: its own localhost is where it has the host's
 * network. */
static bool
is_this_host(const struct reference_search *r, struct str host)
{
	const struct project_words *names = &r->service->gateways;

	for (size_t i = 0; i < names->count; i++)
		if (str_eq_fold(names->items[i], host))
			return true;
	return is_own_name(r, host) && inside_judge_run(r->service, host) == INSIDE_NOT;
}

/* KEY without the word PORT at its end; the whole of it where none is there, or nothing else. */
static struct str
stem_of(struct str key)
{
	static const struct str word = STR_OF("PORT");
	size_t at = key.len > word.len ? key.len - word.len : key.len;

	return str_eq_fold(str_sub(key, at, word.len), word) ? str_sub(key, 0, at) : key;
}

/* Takes down by their keys, in lower case, the settings of the service that is searched. */
static void
know_settings(struct reference_search *r, const struct project_texts *texts)
{
	r->settings = texts;
	r->setting_of = (struct dict)DICT_IN(r->arena);
	for (size_t i = 0; i < texts->count; i++)
		(void)dict_add(
		    &r->setting_of, names_lower(r->arena, texts->items[i].key), (uint32_t)i);
}

/* VALUE without a scheme before it: of `http://localhost` the host. */
static struct str
without_scheme(struct str value)
{
	static const struct str mark = STR_OF("://");
	size_t at = str_search(value, 0, mark);

	return at < value.len ? str_sub(value, at + mark.len, value.len) : value;
}

/* The host that the setting for it names whose port KEY is: `DB_HOST` of `DB_PORT`. Empty: there is none. */
static struct str
host_beside(struct reference_search *r, const struct project_texts *texts, struct str key)
{
	static const struct str words[] = { STR_OF("host"), STR_OF("hostname"), STR_OF("server"),
		STR_OF("addr"), STR_OF("address") };
	struct str stem = names_lower(r->arena, stem_of(key));

	if (r->settings != texts)
		know_settings(r, texts);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		uint32_t at = dict_find(&r->setting_of, arena_cat(r->arena, stem, words[i]));

		if (at != DICT_NONE)
			return without_scheme(texts->items[at].value.text);
	}
	return (struct str)STR_INIT;
}

/* Whether ITEM of `expose`, which is a port or a range and may name a protocol, begins with PORT. */
static bool
exposes(struct str item, struct str port)
{
	return str_eq(str_sub(item, 0, str_skip(item, 0, STR("0123456789"))), port);
}

/* Whether a container of the app listens on PORT, as far as its file says. */
static bool
is_inside(const struct project *p, struct str port)
{
	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].expose_count; k++)
			if (exposes(p->services[i].expose[k], port))
				return true;
	return inside_has_port(p, NULL, port);
}

/* Whether what D decides is a placeholder of the app's .env, as it is to be filled in. */
static bool
is_to_be_filled(const struct project *p, const struct trace_decision *d)
{
	for (size_t i = 0; d->known && d->source->is_env && i < p->setting_count; i++) {
		const struct dotenv_statement *s = &p->settings[i];

		if (s->source == d->source && s->value.off <= d->span.off && d->span.off < span_end(s->value))
			return str_starts(str_sub(text_str(&d->source->text), s->value.off, s->value.len),
			    STR("{{"));
	}
	return false;
}

static const struct str lone = STR_OF("a number by itself may mean something else");

/* VALUE is a number alone, which does not change: it is told where it stands. What a container gets by an env
 * file changes with that, and so do a placeholder and a default that a copy of .env.example covers. */
static void
tell_number(struct reference_search *r, struct reference like, struct trace value)
{
	struct trace_decision d = trace_decide(value);

	if (is_to_be_filled(r->project, &d) ||
	    (like.role == ROLE_ENV_FILE && port_reference_follows(r, value)))
		return;
	like.claim = CLAIM_PORT;
	like.value = value.text;
	like.text = value;
	like.written = trace_written_part(value, 0, value.text.len);
	like.is_at_use = like.written.known && d.origin != ORIGIN_DEFAULT;
	like.doubt = lone;
	if (d.known || like.is_at_use)
		(void)reference_add(r, like);
}

/* Whether TEXT, a number that .env.example has, is *RET once that is copied to .env. */
static bool
is_coming(struct reference_search *r, struct trace text, struct trace *ret)
{
	return reference_coming(r, text, ret) && trace_decide(*ret).known;
}

void
split_reference_search(
    struct reference_search *r, struct reference like, const struct project_texts *texts, size_t i)
{
	struct str key = texts->items[i].key, host;
	struct trace value = texts->items[i].value, coming;
	bool comes;
	uint64_t port;

	if (stem_of(key).len == key.len)
		return;
	comes = is_coming(r, value, &coming);
	if (comes)
		value = coming;
	if (!str_to_uint(value.text, UINT16_MAX, &port) || !port)
		return;
	like.host_port = (struct port_range){ (uint16_t)port, (uint16_t)port, STR_INIT };
	host = host_beside(r, texts, key);
	if (is_this_host(r, host)) {
		like.value = arena_printf(r->arena, "%.*s:%.*s", STR_ARG(host), STR_ARG(value.text));
		port_reference_add_digits(r, like, value, (struct span){ 0, value.text.len });
	} else if (!comes && !host.len && port_reference_is_published(r, port) &&
	    !is_inside(r->project, value.text)) {
		tell_number(r, like, value);
	}
}

/* The statements of .env that count. */
static const struct project_texts *
settings_of(const struct reference_search *r)
{
	const struct project *p = r->project;
	struct project_texts *texts = arena_zero(r->arena, 1, sizeof *texts);

	texts->items = arena_zero(r->arena, p->setting_count, sizeof *texts->items);
	for (size_t i = 0; i < p->setting_count; i++)
		if (!p->settings[i].source->is_example && !p->settings[i].overridden)
			texts->items[texts->count++] = (struct project_text){ .key = p->settings[i].key,
				.value = p->settings[i].resolved };
	return texts;
}

void
split_reference_settings(struct reference_search *r)
{
	const struct project_texts *texts = r->project->setting_count ? settings_of(r) : NULL;

	for (size_t i = 0; texts && i < texts->count; i++) {
		struct trace value = texts->items[i].value;
		struct reference like = { .role = ROLE_ENV, .key = texts->items[i].key };
		struct str host;
		uint64_t port;

		if (stem_of(like.key).len == like.key.len || !str_to_uint(value.text, UINT16_MAX, &port) ||
		    !port || port_reference_follows(r, value))
			continue;
		host = host_beside(r, texts, like.key);
		if (!is_own_name(r, host) || !port_reference_is_published(r, port))
			continue;
		/* beside another host there it is another port */
		if (handed_has(r->project, like.key) || reference_has_other_use(r, like.key))
			like.doubt = STR("containers get it as well");
		like.host_port = (struct port_range){ (uint16_t)port, (uint16_t)port, STR_INIT };
		like.value = arena_printf(r->arena, "%.*s:%.*s", STR_ARG(host), STR_ARG(value.text));
		port_reference_add_digits(r, like, value, (struct span){ 0, value.text.len });
	}
}

void
split_reference_doubt(struct reference_search *r)
{
	for (size_t i = 0; i < r->found.count; i++) {
		struct reference *ref = &r->found.items[i];
		struct trace_decision d;
		const struct known_place *m;

		if (!ref->is_at_use || !str_eq(ref->doubt, lone))
			continue;
		d = reference_decide(ref);
		m = d.known ? places_find(r->places, d.source, d.span.off) : NULL;
		if (m && m->flags & PLACE_REFERENCE) {
			ref->is_at_use = false;
			ref->is_spare = true;
		}
	}
}
