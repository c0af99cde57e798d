/* survey: what a fleet's projects say, as findings.
 * SPDX-License-Identifier: MIT */
#include "scan/survey.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/pattern.h"
#include "scan/address.h"
#include "scan/apps.h"
#include "scan/container_port.h"
#include "scan/crossing.h"
#include "scan/files.h"
#include "scan/handed.h"
#include "scan/images.h"
#include "scan/mention.h"
#include "scan/messages.h"
#include "scan/opening.h"
#include "scan/outside.h"
#include "scan/pair.h"
#include "scan/part.h"
#include "scan/references.h"
#include "scan/scaffold.h"
#include "scan/resource.h"
#include "scan/routes.h"
#include "scan/serves.h"
#include "scan/setting.h"
#include "scan/shared.h"
#include "scan/writer.h"
#include "syntax/placeholder.h"

struct survey_rules {
	struct pair_rule *pair;
	struct placeholder_rule *placeholder;
	struct project_options project;
	bool mentions, claims, template;
	const char *const *hosts;
	size_t host_count;
	struct crossing *crossing;
	const struct siphash_key *secrets;
};

struct survey {
	const struct apps *apps;
	const struct survey_rules *rules;
	struct project_reader *reader;
	struct address_finder *addresses;
	struct mention_search *mentions;	/* NULL: not wanted */
	struct match *match;
	struct writer writer;
};

int
survey_rules_open(struct survey_rules **ret, const struct survey_options *opt, struct error *err)
{
	struct survey_rules *r = mem_zero(1, sizeof *r);

	r->project = (struct project_options){ opt->env, opt->environ, opt->follow, opt->follow_count,
		opt->links, opt->addresses };
	r->mentions = opt->mentions;
	r->claims = opt->claims;
	r->hosts = opt->hosts;
	r->host_count = opt->host_count;
	r->template = opt->template;
	r->secrets = opt->secrets;
	r->crossing = crossing_open();
	if (pair_rule_open(&r->pair, opt->backend, opt->frontend, err) < 0 ||
	    placeholder_rule_open(&r->placeholder, err) < 0) {
		survey_rules_close(r);
		return -1;
	}
	*ret = r;
	return 0;
}

void
survey_rules_close(struct survey_rules *r)
{
	if (!r)
		return;
	pair_rule_close(r->pair);
	placeholder_rule_close(r->placeholder);
	crossing_close(r->crossing);
	free(r);
}

int
survey_open(
    struct survey **ret, const struct apps *apps, const struct survey_rules *rules, struct error *err)
{
	struct survey *s = mem_zero(1, sizeof *s);

	s->apps = apps;
	s->rules = rules;
	s->match = match_open();
	s->writer.role = rules->template ? ROLE_TEMPLATE : ROLE_NONE;
	s->writer.claims = rules->claims;
	if (project_reader_open(&s->reader, apps->fd, &rules->project, err) < 0 ||
	    address_finder_open(&s->addresses, rules->hosts, rules->host_count, err) < 0 ||
	    (rules->mentions &&
		mention_search_open(
		    &s->mentions, apps->fd, rules->hosts, rules->host_count, err) < 0)) {
		survey_close(s);
		return -1;
	}
	*ret = s;
	return 0;
}

void
survey_close(struct survey *s)
{
	if (!s)
		return;
	project_reader_close(s->reader);
	address_finder_close(s->addresses);
	mention_search_close(s->mentions);
	match_close(s->match);
	free(s);
}

static void
write_project(struct writer *w)
{
	const struct project *p = w->project;
	struct finding f = writer_finding(w, FINDING_PROJECT);
	AUTO(buf) unnamed = BUF_INIT;
	AUTO(buf) names = BUF_INIT;
	bool hides = secrets_decide(&w->secrets, p->name);

	if (p->name.text.len == 0)
		return;
	if (p->name_is_explicit)
		writer_decided(w, &f, p->name, !hides);
	if (p->name_is_explicit && !f.variable.len && f.origin == ORIGIN_ENV)
		f.variable = STR("COMPOSE_PROJECT_NAME");
	if (p->name_line.source)
		f.site = writer_place(p->name_line.source, (struct span){ p->name_line.offset, 0 }, false);
	f.value = p->name.text;
	if (hides)
		f.value = f.chain = arena_printf(w->arena, "${%.*s}", STR_ARG(f.variable));
	f.elsewhere = p->name_elsewhere;
	if (p->name_is_explicit && !trace_decide(p->name).source)
		f.elsewhere = STR("-p or the environment");
	for (size_t i = 0; i < p->service_count; i++) {
		const struct project_service *s = &p->services[i];
		struct str count;

		if (s->container_name.text.len || s->replicas == 0)
			continue;
		buf_printf(&names, "%s%.*s", names.len ? "," : "", STR_ARG(s->name));
		buf_printf(&unnamed, "%s%.*s", unnamed.len ? "," : "", STR_ARG(s->name));
		count = resource_replicas(w, s);
		/* of a number that a secret gives only the first is known of */
		if (s->replicas > 1 && str_eq(secrets_mask(&w->secrets, w->arena, count), count))
			buf_printf(&unnamed, ":%.*s", STR_ARG(count));
	}
	f.detail = arena_dup(w->arena, buf_str(&names));
	f.unnamed = arena_dup(w->arena, buf_str(&unnamed));
	writer_write(w, &f);
}

/* The bytes of the file from T's first piece to its last; empty where these are not of one file, in
 * order. */
static struct str
written(const struct trace *t)
{
	const struct trace_piece *first = t->pieces, *last = t->count ? first + (t->count - 1) : NULL;

	if (!last || !first->source || first->source != last->source || last->raw.off < first->raw.off)
		return (struct str)STR_INIT;
	return text_span(&first->source->text,
	    (struct span){ first->raw.off, span_end(last->raw) - first->raw.off });
}

/* What else the text in SOURCE means that decides F, and what could part the two. */
static void
set_alias(struct finding *f, const struct project_alias *alias, struct source *source)
{
	f->elsewhere = alias->elsewhere;
	if (!alias->at.len)
		return;
	f->alias = writer_place(source, alias->at, true);
	f->alias_text = alias->text;
	f->alias_at = alias->site_at;
	if (alias->heir.len)
		f->heir = writer_place(source, alias->heir, true);
}

/* Where a default decides F, as D says, and holds more: what stands in it before and behind F's text. */
static void
set_beside(struct finding *f, const struct trace_decision *d, const struct places *places)
{
	const struct known_place *known = NULL;
	const struct expansion *e;

	if (f->origin == ORIGIN_DEFAULT && f->place.known && d->step && d->step->source)
		known = places_find(places, d->step->source, d->step->span.off);
	e = known ? known->expansion : NULL;
	for (size_t i = 0; e && i < e->fallback.count; i++) {
		const struct trace_piece *piece = &e->fallback.pieces[i];

		if (piece->source != d->source || piece->decoded || d->span.off < piece->raw.off ||
		    span_end(d->span) > span_end(piece->raw))
			continue;
		size_t at = piece->at + (d->span.off - piece->raw.off), end = at + d->span.len;

		f->before = str_sub(e->fallback.text, 0, at);
		f->behind = str_sub(e->fallback.text, end, e->fallback.text.len);
		return;
	}
}

static void
write_port(struct writer *w, const struct project_service *service, const struct project_port *p,
    enum finding_role role, const struct places *places)
{
	const struct trace_decision d = trace_decide(p->host);

	struct finding f = writer_finding(w, FINDING_PORT);

	if (p->host.count)
		writer_decided(w, &f, p->host, true);
	if (p->is_repeated) {
		if (p->host.count)
			f.place = writer_spot(p->host.pieces[0].source, p->host.pieces[0].raw.off);
		f.origin = ORIGIN_NONE;
		f.detail = STR("no single text decides it: several mappings give this port");
	}
	if (!port_range_is_given(p->host_port))
		f.detail = STR("Docker picks the host port");
	f.service = service->name;
	f.role = role;
	f.host_ip = p->host_ip;
	f.host_port = p->host_port;
	f.container_port = p->container_port;
	f.protocol = p->protocol;
	f.value = p->mapping;
	f.profile = writer_profiles(w, service);
	f.network_mode = service->network_mode;
	if (p->site_source && p->host_site.len)
		f.site = writer_place(p->site_source, p->host_site, true);
	else if (p->written.count)
		f.site = writer_spot(p->written.pieces[0].source, p->written.pieces[0].raw.off);
	f.whole = written(&p->written);
	if (f.site.known || (p->alias.at.len && p->site_source))
		set_alias(&f, &p->alias, p->site_source);
	f.replicas = resource_replicas(w, service);
	f.serves = serves_what(service->image.text, p->host_port.low);
	f.rest = p->rest;
	if (p->also.len)
		f.also = writer_place(p->also_source, p->also, true);
	set_beside(&f, &d, places);
	writer_write(w, &f);
}

static const struct project_service *
service_of(const struct project *p, const struct project_port *port)
{
	for (size_t i = 0; port && i < p->service_count; i++)
		if (port >= p->services[i].ports && port < p->services[i].ports + p->services[i].port_count)
			return &p->services[i];
	return NULL;
}

static void
write_ports(struct writer *w, struct pair pair, const struct places *places)
{
	const struct project *p = w->project;
	const struct project_service *backend = service_of(p, pair.backend),
				     *frontend = service_of(p, pair.frontend);

	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++) {
			const struct project_service *service = &p->services[i];
			const struct project_port *port = &service->ports[k];
			enum finding_role role = ROLE_NONE;

			if (backend && pair_is_one(backend, pair.backend, service, port))
				role = ROLE_BACKEND;
			else if (frontend && pair_is_one(frontend, pair.frontend, service, port))
				role = ROLE_FRONTEND;
			write_port(w, service, port, role, places);
		}
}

static void
write_names(struct writer *w)
{
	for (size_t i = 0; i < w->project->service_count; i++) {
		const struct project_service *service = &w->project->services[i];
		struct finding f = writer_finding(w, FINDING_NAME);

		if (service->container_name.text.len == 0)
			continue;
		writer_decided(w, &f, service->container_name, true);
		f.service = service->name;
		f.value = service->container_name.text;
		if (secrets_decide(&w->secrets, service->container_name)) {
			writer_untold(w, &f, "container_name");
			continue;
		}
		f.profile = writer_profiles(w, service);
		if (service->name_source)
			f.site = writer_place(service->name_source, service->name_site, true);
		set_alias(&f, &service->name_alias, service->name_source);
		f.replicas = resource_replicas(w, service);
		writer_write(w, &f);
	}
}

static void
mark_steps(struct places *places, struct trace t, unsigned flags)
{
	for (size_t i = 0; i < t.count; i++)
		for (const struct trace_step *step = t.pieces[i].step; step; step = step->outer)
			if (step->source && step->span.len)
				(void)places_add(places, step->source, step->span.off, flags);
}

/* The expansion that alone gives T its text. */
static void
mark_own(struct places *places, struct trace t)
{
	struct trace_decision d = trace_decide(t);

	if (d.known && d.step && d.step->source && d.step->span.len)
		(void)places_add(places, d.step->source, d.step->span.off, PLACE_OWN);
}

static void
look_at_name(struct watch *w, struct places *places, struct trace t)
{
	watch_add_trace(w, &t, WATCH_NAME);
	mark_steps(places, t, PLACE_NAME);
	mark_own(places, t);
}

static void
look_at_port(struct watch *w, struct places *places, const struct project_port *p)
{
	struct trace_decision d = trace_decide(p->host);

	watch_add_trace(w, &p->host, WATCH_PORT);
	mark_steps(places, p->host, PLACE_HOST);
	mark_steps(places, p->container, PLACE_CONTAINER);
	if (port_range_is_given(p->host_port) && !p->is_repeated)
		mark_own(places, p->host);
	if (port_range_is_given(p->host_port) && d.known)
		(void)places_add(places, d.source, d.span.off, PLACE_DECIDES);
}

/* Collects what the ports and names depend on: their variables, and the places of the expansions. */
static void
look(const struct project *p, struct watch *w, struct places *places)
{
	watch_add(w, STR("PROJECT_NAME"), WATCH_NAME);
	watch_add(w, STR("COMPOSE_PROJECT_NAME"), WATCH_NAME);
	watch_add(w, STR("BACKEND_PORT"), WATCH_PORT);
	watch_add(w, STR("FRONTEND_PORT"), WATCH_PORT);
	look_at_name(w, places, p->name);
	for (size_t i = 0; i < p->service_count; i++) {
		look_at_name(w, places, p->services[i].container_name);
		for (size_t k = 0; k < p->services[i].port_count; k++)
			look_at_port(w, places, &p->services[i].ports[k]);
	}
	for (size_t i = 0; i < p->volume_count; i++)
		look_at_name(w, places, p->volumes[i].explicit_name);
	for (size_t i = 0; i < p->network_count; i++)
		look_at_name(w, places, p->networks[i].explicit_name);
	for (size_t i = 0; i < p->expansion_count; i++)
		if (p->expansions[i].used_default && p->expansions[i].source && p->expansions[i].span.len)
			places_add(places, p->expansions[i].source, p->expansions[i].span.off, PLACE_SEEN)
			    ->expansion = &p->expansions[i];
}

/* Deals with what is no app by itself, or only known to be one when all others have been read. */
static bool
is_written_otherwise(
    struct survey *survey, const struct watch *watch, const struct placeholder_finder *placeholders)
{
	struct writer *w = &survey->writer;
	struct crossing *crossing = survey->rules->crossing;
	struct scaffold_sign sign;
	struct str whole;

	if (survey->rules->template || w->app->way_count)
		return false;
	if (scaffold_found(w, watch, placeholders, &sign)) {
		writer_app(w, ROLE_SCAFFOLD);
		scaffold_write(w, &sign, placeholders);
		return true;
	}
	if (!part_may_be(w))
		return false;
	if (!crossing_is_complete(crossing)) {
		crossing_put_off(crossing, (size_t)(w->app - survey->apps->items));
		return true;
	}
	whole = part_whole(w, crossing);
	/* its own, where COMPOSE_FILE names a file in another folder */
	if (!whole.len || str_eq(whole, w->app->folder))
		return false;
	part_write(w, whole);
	return true;
}

static void
write_findings(struct survey *survey, const struct project *p)
{
	struct writer *w = &survey->writer;
	struct watch watch = WATCH_INIT(w->arena);
	struct places places = PLACES_INIT(w->arena);
	struct placeholder_finder placeholders = { survey->rules->placeholder, survey->match };
	struct reference_search references = { .finder = survey->addresses,
		.project = p, .secrets = &w->secrets,
		.has_ways = w->app->way_count > 1, .arena = w->arena, .places = &places, .watch = &watch };

	w->n.followed += p->followed.count;
	look(p, &watch, &places);
	if (!crossing_is_complete(survey->rules->crossing))
		crossing_note(survey->rules->crossing, w->app->folder, p);
	if (is_written_otherwise(survey, &watch, &placeholders))
		return;
	writer_app(w, w->role);
	if (!survey->rules->claims) {
		references_collect(&references);
		setting_watch_placeholders(&placeholders, p, &watch);
		container_port_watch(p, &watch);
	}
	files_write(w);
	write_project(w);
	write_ports(w, pair_find(survey->rules->pair, survey->match, p), &places);
	if (survey->rules->project.addresses)
		opening_write(w);
	write_names(w);
	resource_write(w);
	images_write(w, survey->apps->fd);
	if (survey->rules->claims) {
		messages_write(w);
		return;
	}
	routes_write(w);
	if (survey->rules->secrets)
		shared_write(w, survey->rules->secrets);
	setting_write_missing(w);
	setting_write_settings(w, &watch);
	setting_write_uses(w, &watch, &places);
	container_port_write(w, &references.found, &places);
	handed_write(w, &watch, survey->rules->pair, survey->match);
	references_write(w, &references.found);
	if (survey->mentions)
		mention_write(survey->mentions, w);
	setting_write_gaps(w, &placeholders, survey->rules->template);
	messages_write(w);
}

/* Whether the ways that A is run in have one project name, so that no two of them run at a time. */
static bool
are_alternatives(const struct app *a)
{
	for (size_t i = 1; i < a->way_count; i++)
		if (!str_eq(a->ways[i]->name, a->ways[0]->name))
			return false;
	return a->way_count > 1;
}

/* Reads the writer's app, in the way that the reader was told, and writes what it says. */
static void
survey_project(struct survey *survey)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) text = BUF_INIT;
	struct writer *w = &survey->writer;
	const struct project *p;
	int got;

	project_reader_fill(survey->reader, w->app->in_layout && !survey->rules->template);
	got = project_read(survey->reader, w->app->folder, w->app->names, &p, &err);
	w->arena = project_arena(survey->reader);
	w->project = got < 0 ? NULL : p;
	w->secrets = secrets_of(w->project, w->arena);
	if (got >= 0) {
		writer_allow(w);
		write_findings(survey, p);
		return;
	}
	writer_app(w, w->role);
	struct finding f = writer_finding(w, FINDING_PROBLEM);

	error_format(&err, &text);
	f.value = buf_str(&text);
	writer_write(w, &f);
}

void
survey_app(struct survey *survey, size_t index, struct stream_writer *rows)
{
	struct writer *w = &survey->writer;
	struct app *a = &survey->apps->items[index];

	writer_begin(w, a, rows);
	if (a->way_count == 0)
		survey_project(survey);
	for (size_t i = 0; i < a->way_count; i++) {
		w->way = are_alternatives(a) ? i + 1 : 0;
		project_reader_way(survey->reader, a->ways[i]);
		survey_project(survey);
	}
	project_reader_way(survey->reader, NULL);
	writer_end(w);
}

void
survey_outside(struct survey *survey, struct outside_folder *folder, struct stream_writer *rows)
{
	AUTO(arena) a = ARENA_INIT;
	struct writer *w = &survey->writer;

	w->arena = &a;
	w->project = NULL;
	w->secrets = (struct secrets){ NULL, 0 };
	writer_begin(w, &folder->app, rows);
	mention_write_outside(survey->mentions, w, &folder->files);
	writer_end(w);
	w->arena = NULL;
}

struct crossing *
survey_crossing(const struct survey_rules *r)
{
	return r->crossing;
}

uint64_t
survey_records(const struct survey *s)
{
	return s->writer.n.records;
}

uint64_t
survey_problems(const struct survey *s)
{
	return s->writer.n.problems;
}

uint64_t
survey_none(const struct survey *s, uint64_t *ret_followed)
{
	*ret_followed = s->writer.n.followed;
	return s->writer.n.none;
}
