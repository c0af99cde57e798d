/* references: all texts of an app that name what an app has on the host.
 * SPDX-License-Identifier: MIT */
#include "scan/references.h"

#include "scan/coming.h"
#include "scan/name_reference.h"
#include "scan/port_reference.h"
#include "scan/remote_reference.h"
#include "scan/split_reference.h"
#include "scan/writer.h"

/* Item I of TEXTS, if there is one and it stands in the same list as item OF. */
static struct str
neighbour(const struct project_texts *texts, size_t of, size_t i)
{
	return i < texts->count && str_eq(texts->items[i].key, texts->items[of].key)
	    ? texts->items[i].value.text
	    : (struct str)STR_INIT;
}

/* ROLE: ROLE_NONE where the key of each says what it is. */
static void
search_texts(struct reference_search *r, enum finding_role role, const struct project_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		const struct project_text *x = &texts->items[i];
		struct name_text t = { { .service = r->service->name, .role = role, .key = x->key }, x->value,
			STR_INIT, STR_INIT };

		t.like.is_shared = x->is_shared;
		if (role == ROLE_NONE) {
			t.like.role = finding_role_of(x->key);
			t.before = neighbour(texts, i, i - 1);
			t.behind = neighbour(texts, i, i + 1);
		}
		r->before = t.before;
		port_reference_mark_coming(r, &t.like, x->value);
		(void)port_reference_search(r, t.like, x->value);
		port_reference_search_coming(r, t.like, x->value);
		remote_reference_search(r, t.like, x->value);
		if (role == ROLE_ENVIRONMENT || role == ROLE_ENV_FILE)
			split_reference_search(r, t.like, texts, i);
		name_reference_search(r, &t);
	}
}

static void
search_settings(struct reference_search *r, bool examples)
{
	for (size_t i = 0; i < r->project->setting_count; i++) {
		const struct dotenv_statement *s = &r->project->settings[i];
		struct name_text t = { { .role = examples ? ROLE_EXAMPLE : ROLE_ENV, .key = s->key },
			s->resolved, STR_INIT, STR_INIT };

		if (s->source->is_example != examples || s->overridden)
			continue;
		if (port_reference_search(r, t.like, s->resolved))
			watch_add(r->watch, s->key, WATCH_ADDRESS);
		remote_reference_search(r, t.like, s->resolved);
		name_reference_search(r, &t);
	}
}

/* Whether TEXT is the number of a port that the app publishes. */
static bool
is_port(const struct project *p, struct str text)
{
	struct port_range_room room;

	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++)
			if (port_range_is_single(p->services[i].ports[k].host_port) &&
			    str_eq(text, port_range_text(&room, p->services[i].ports[k].host_port)))
				return true;
	return false;
}

/* What stands where the owner says that a port does. */
static void
search_followed(struct reference_search *r)
{
	const struct project_texts *texts = &r->project->followed;

	for (size_t i = 0; i < texts->count; i++) {
		struct reference like = { .role = ROLE_OTHER, .other_role = STR("follow"),
			.key = texts->items[i].key };

		if (is_port(r->project, texts->items[i].value.text)) {
			port_reference_add(r, like, texts->items[i].value);
			continue;
		}
		(void)port_reference_search(r, like, texts->items[i].value);
		port_reference_search_coming(r, like, texts->items[i].value);
	}
}

/* A number below `x-…` that is a port which the app publishes may be a shop's note of it. An address in a
 * config may be the container's own, as in a file that is mounted. */
static void
search_extras(struct reference_search *r)
{
	const struct project_texts *texts = &r->project->extras;
	uint64_t number;

	for (size_t i = 0; i < texts->count; i++) {
		const struct project_text *x = &texts->items[i];
		struct reference like = { .role = ROLE_OTHER, .other_role = STR("extra"), .key = x->key,
			.doubt = STR("it stands in a file of a container") };

		if (!str_to_uint(x->value.text, UINT16_MAX, &number)) {
			(void)port_reference_search(r, like, x->value);
			port_reference_search_coming(r, like, x->value);
		} else if (port_reference_is_published(r, number)) {
			like.doubt = arena_printf(r->arena,
			    "only `scan --follow %.*s` says that it means that", STR_ARG(x->key));
			port_reference_add(r, like, x->value);
		}
	}
}

/* What the engine reads and no container: its localhost is this host. ROLE: what it is. */
static void
search_of_engine(struct reference_search *r, enum finding_role role, const struct project_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		const struct project_text *x = &texts->items[i];
		struct reference like = { .service = r->service->name, .role = role, .key = x->key,
			.is_shared = x->is_shared };

		port_reference_of_engine(r, like, x->value);
		if (role == ROLE_LOGGING)
			remote_reference_search(r, like, x->value);
	}
}

static void
search_services(struct reference_search *r)
{
	for (size_t i = 0; i < r->project->service_count; i++) {
		r->service = &r->project->services[i];
		search_texts(r, ROLE_ENVIRONMENT, &r->service->environment);
		search_texts(r, ROLE_ENV_FILE, &r->service->given);
		search_texts(r, ROLE_ARGS, &r->service->args);
		search_texts(r, ROLE_LABELS, &r->service->labels);
		search_texts(r, ROLE_LABELS, &r->service->deploy_labels);
		search_texts(r, ROLE_NONE, &r->service->runs);
		search_of_engine(r, ROLE_LOGGING, &r->service->logging);
		search_of_engine(r, ROLE_IMAGE, &r->service->built);
		search_of_engine(r, ROLE_IMAGE, &r->service->contexts);
		port_reference_image(r, (struct reference){ .service = r->service->name,
			.role = ROLE_IMAGE, .key = STR("image") }, r->service->image);
	}
	r->service = NULL;
}

void
references_collect(struct reference_search *r)
{
	struct env examples;

	env_init(&r->deciders, r->arena, NULL);
	env_init(&examples, r->arena, NULL);
	for (size_t i = 0; i < r->project->setting_count; i++)
		if (r->project->settings[i].source->is_example)
			env_set(&examples, r->project->settings[i].key, r->project->settings[i].resolved);
	r->coming = coming_settings(r->arena, r->project);
	name_reference_gather(r);
	port_reference_prepare(r, &examples);
	name_reference_declared(r);	/* before its text is found to be a word of some variable */
	search_services(r);
	search_followed(r);
	search_extras(r);
	search_settings(r, false);
	split_reference_settings(r);
	search_settings(r, true);
	port_reference_doubt(r);
	split_reference_doubt(r);
	name_reference_doubt(r);
}

/* F is to follow where it is used: what stands there is a text of its own. */
static void
set_use(struct finding *f, const struct reference *r)
{
	f->place = writer_place(r->written.source, r->written.span, true);
	f->has_digest = true;
	f->digest = r->written.source->digest;
	f->origin = r->written.origin;
	f->detail = (struct str)STR_INIT;
}

void
references_write(struct writer *w, const struct references *refs)
{
	for (size_t i = 0; i < refs->count; i++) {
		const struct reference *r = &refs->items[i];
		struct finding f = writer_finding(w, FINDING_REFERENCE);

		if (r->is_spare && !r->is_at_use)
			continue;
		writer_decided(w, &f, r->text, true);
		if (r->is_at_use)
			set_use(&f, r);
		if (!f.place.file.len)
			f.place = writer_spot(r->source, r->offset);
		if (r->is_shared && r->claim != CLAIM_PORT)
			f.place.known = false;
		f.service = r->service;
		f.role = r->is_at_use ? r->used_as : r->role;
		f.other_role = r->other_role;
		f.claim = r->claim;
		f.follows = r->follows;
		if (!f.variable.len || (f.origin != ORIGIN_DEFAULT && f.origin != ORIGIN_ENV))
			f.variable = r->key;
		f.host_port = r->host_port;
		f.value = r->value;
		f.whole = r->whole;
		f.doubt = r->doubt;
		writer_write(w, &f);
	}
}
