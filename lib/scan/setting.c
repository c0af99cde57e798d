/* setting: what an app's variables are set to, what for, and what is missing of them.
 * SPDX-License-Identifier: MIT */
#include "scan/setting.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/dict.h"
#include "base/error.h"
#include "fleet/names.h"
#include "scan/apps.h"
#include "syntax/placeholder.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ALNUM LETTERS DIGITS

static bool
is_name(struct str s)
{
	return s.len <= 255 && str_is_made_of(s, STR(ALNUM "_.-"));
}

/* The next placeholder of TEXT at or behind FROM. */
static bool
find_placeholder(const struct placeholder_finder *f, struct str text, size_t from, struct placeholder *ret)
{
	/* a text too intricate to be matched has no placeholder that anyone fills in */
	AUTO(error) ignored = ERROR_INIT;

	return placeholder_find(f->rule, f->match, text, from, ret, &ignored) > 0;
}

/* Whether the placeholder may be shown: its default could be a password. */
static bool
is_showable(const struct placeholder *p)
{
	static const char *const known[] = {
		"PROJECT_NAME", "COMPOSE_PROJECT_NAME", "BACKEND_PORT", "FRONTEND_PORT", "APP_NUM", "MODEL"
	};
	struct str fallback = str_trim(p->fallback);
	uint64_t number;

	if (fallback.len == 0 || str_to_uint(fallback, UINT16_MAX, &number))
		return true;
	if (!is_name(fallback))
		return false;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_eq_fold(p->key, str_from(known[i])))
			return true;
	return false;
}

void
setting_watch_placeholders(const struct placeholder_finder *f, const struct project *p, struct watch *w)
{
	for (size_t i = 0; i < p->setting_count; i++) {
		const struct dotenv_statement *s = &p->settings[i];
		struct placeholder found;

		if (find_placeholder(f, text_span(&s->source->text, s->value), 0, &found))
			watch_add(w, s->key, WATCH_ADDRESS);
	}
}

/* Whether a value may be shown, as it can be no secret: it is empty, a port (or a range, or an address
 * with one), a name, or what stands for one of these until somebody writes it. */
static bool
may_show(struct str value, unsigned flags)
{
	size_t bar = str_find(value, 0, '|');

	/* `{{ key | name }}` with what stands around it */
	if (flags & WATCH_NAME)
		return is_name(value) || (value.len <= 255 && str_search(value, 0, STR("{{")) < bar &&
		    str_is_made_of(str_sub(value, 0, bar), STR(ALNUM "_.-{} ")) &&
		    str_is_made_of(str_trim(str_sub(value, bar + 1, value.len)), STR(ALNUM "_.-}")));
	if (flags & WATCH_PORT)
		return secrets_may_show_port(value);
	return value.len == 0;
}

/* Whether S is a name that variables without a default may be a part of: `${STACK}-data`. */
static bool
is_name_of_variables(struct str s)
{
	size_t at = 0;

	for (; at < s.len && (s.ptr[at] == '$' || is_name(str_sub(s, at, 1))); at++)
		if (str_starts(str_sub(s, at, 2), STR("${")) &&
		    (at = str_skip(s, at + 2, STR(ALNUM "_"))) < s.len && s.ptr[at] != '}')
			return false;
	return at == s.len;	/* else a brace is open, or it is no name */
}

/* Whether S sets COMPOSE_PROJECT_NAME, to what may be no name: that is no secret either, and has to be
 * mended. */
static bool
is_odd_project_name(const struct dotenv_statement *s)
{
	struct str value = text_span(&s->source->text, s->value);

	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] < ' ' || value.ptr[i] > '~')
			return false;
	return str_eq(s->key, STR("COMPOSE_PROJECT_NAME")) && value.len <= 255 &&
	    str_find(value, 0, '$') == value.len;
}

/* Where the line of a statement begins, which is where plan inserts another one. */
static struct place
line_place(const struct dotenv_statement *s)
{
	return writer_place(s->source, (struct span){ s->offset, 0 }, false);
}

/* The variables that the compose files of P replace. */
static struct dict
used_variables(const struct project *p, struct arena *a)
{
	struct dict used = DICT_IN(a);

	for (size_t i = 0; i < p->expansion_count; i++)
		if (p->expansions[i].source && !p->expansions[i].source->is_env)
			(void)dict_add(&used, p->expansions[i].variable, 0);
	return used;
}

static void
write_missing(struct writer *w, const struct dotenv_statement *s, bool is_used)
{
	struct finding f = writer_finding(w, FINDING_MISSING);

	f.variable = s->key;
	f.place = writer_place(s->source, s->value, false);
	f.has_digest = true;
	f.digest = s->source->digest;
	f.role = is_used ? ROLE_VARIABLE : ROLE_NONE;
	f.detail = is_used ? STR("a compose file uses it") : STR("no compose file names it");
	writer_write(w, &f);
}

void
setting_write_missing(struct writer *w)
{
	const struct project *p = w->project;
	struct dict set = DICT_IN(w->arena), used = DICT_IN(w->arena);
	bool has_env = false;

	for (size_t i = 0; i < p->file_count; i++)
		has_env = has_env || (p->files[i].role == PROJECT_ENV && p->files[i].source);
	for (size_t i = 0; i < p->setting_count && has_env; i++)
		if (!p->settings[i].source->is_example)
			(void)dict_add(&set, p->settings[i].key, 0);
	for (size_t i = 0; i < p->setting_count && has_env; i++) {
		const struct dotenv_statement *s = &p->settings[i];
		size_t before = set.count;

		if (!s->source->is_example || s->overridden)
			continue;
		(void)dict_add(&set, s->key, 0);
		if (set.count == before)
			continue;
		if (!used.count)
			used = used_variables(p, w->arena);
		write_missing(w, s, dict_find(&used, s->key) != DICT_NONE);
	}
}

void
setting_write_settings(struct writer *w, const struct watch *watch)
{
	for (size_t i = 0; i < w->project->setting_count; i++) {
		const struct dotenv_statement *s = &w->project->settings[i];
		unsigned flags = watch_flags(watch, s->key);
		struct finding f;
		struct str raw;
		bool show;

		if (!flags || s->overridden)
			continue;
		if (names_is_secret_key(s->key) || secrets_decide(&w->secrets, s->resolved))
			flags &= WATCH_PORT;
		raw = text_span(&s->source->text, s->value);
		show = may_show(s->resolved.text, flags) &&
		    (may_show(raw, flags) || (flags & WATCH_NAME && is_name_of_variables(raw)));
		show = show || is_odd_project_name(s);
		f = writer_finding(w, FINDING_SETTING);
		f.role = s->source->is_example ? ROLE_EXAMPLE : ROLE_ENV;
		f.variable = s->key;
		f.place = writer_place(s->source, s->value, show);
		f.site = line_place(s);
		f.has_digest = true;
		f.digest = s->source->digest;
		if (show)
			f.value = s->resolved.text;
		else if (flags & WATCH_PORT && s->source->is_example &&
		    secrets_has_no_number(s->resolved.text))
			f.value = STR(FINDING_NO_PORT);
		if (s->quote)
			f.detail = s->quote == '"' ? STR("quote=\"") : STR("quote='");
		writer_write(w, &f);
	}
}

static struct str
first_part(struct str path)
{
	size_t end = 0;

	while (end < path.len && path.ptr[end] != '.' && path.ptr[end] != '[')
		end++;
	return str_sub(path, 0, end);
}

/* What the expansion E is for. FLAGS say it where its place is known; else where it stands does. */
static enum finding_role
role_of(const struct expansion *e, unsigned flags)
{
	if (flags & PLACE_CONTAINER)
		return ROLE_CONTAINER_PORT;
	if (flags & PLACE_HOST)
		return ROLE_HOST_PORT;
	if (flags & PLACE_NAME)
		return ROLE_NAME;
	if (flags & PLACE_ADDRESS)
		return ROLE_ADDRESS;
	if (e->source && e->source->is_env)
		return ROLE_ENV;
	if (str_starts(e->path, STR("build.args")))
		return ROLE_ARGS;
	return e->path.len ? finding_role_of(first_part(e->path)) : ROLE_FILE;
}

static int
by_place(const void *a, const void *b)
{
	const struct dotenv_statement *x = *(const struct dotenv_statement *const *)a;
	const struct dotenv_statement *y = *(const struct dotenv_statement *const *)b;

	if (x->source != y->source)
		return (uintptr_t)x->source < (uintptr_t)y->source ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static const struct dotenv_statement **
sort_statements(struct writer *w)
{
	size_t n = w->project->setting_count;
	const struct dotenv_statement **sorted = arena_alloc(w->arena, (n + 1) * sizeof *sorted);

	for (size_t i = 0; i < n; i++)
		sorted[i] = &w->project->settings[i];
	qsort(sorted, n, sizeof *sorted, by_place);
	return sorted;
}

/* The statement of an env file in which E stands, of COUNT SORTED ones; NULL: none. */
static const struct dotenv_statement *
statement_of(const struct dotenv_statement *const *sorted, size_t count, const struct expansion *e)
{
	size_t low = 0, high = count;
	struct dotenv_statement key = { .source = e->source, .offset = e->span.off };
	const struct dotenv_statement *wanted = &key;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (by_place(&sorted[mid], &wanted) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && sorted[low - 1]->source == e->source ? sorted[low - 1] : NULL;
}

/* Whether T's text came through the expansion E. */
static bool
passes(struct trace t, const struct expansion *e)
{
	for (size_t i = 0; i < t.count; i++)
		for (const struct trace_step *step = t.pieces[i].step; step; step = step->outer)
			if (step->source == e->source && step->span.off == e->span.off)
				return true;
	return false;
}

/* The key of that entry of TEXTS in which E stands; empty: in none. */
static struct str
key_among(const struct project_texts *texts, const struct expansion *e)
{
	for (size_t i = 0; i < texts->count; i++)
		if (passes(texts->items[i].value, e))
			return texts->items[i].key;
	return (struct str)STR_INIT;
}

/* The key of the environment or args entry in which E stands; empty: in none. */
static struct str
key_of(const struct project *p, const struct expansion *e)
{
	struct str key = STR_INIT;

	if (!e->source || e->source->is_env)
		return key;
	for (size_t i = 0; i < p->service_count && !key.len; i++) {
		const struct project_service *s = &p->services[i];

		if (!str_eq(s->name, e->service))
			continue;
		key = key_among(&s->environment, e);
		if (!key.len)
			key = key_among(&s->args, e);
	}
	return key;
}

/* Whether E may be shown as it stands: `$PORT`, or one whose default is made of bytes of SET. */
static bool
is_plain(const struct expansion *e, struct str set)
{
	struct str raw = text_span(&e->source->text, e->span);
	size_t at = str_skip(raw, 0, STR("${"));

	at += e->variable.len;
	at = str_skip(raw, at, STR(":-"));
	at = str_skip(raw, at, set);
	return str_skip(raw, at, STR("}")) == raw.len;
}

/* Whether E, where its use has KEYPATH and its place FLAGS, is shown as it stands: plan may write something
 * else there. */
static bool
is_shown(const struct expansion *e, struct str keypath, enum finding_role role, unsigned flags)
{
	bool is_projects = str_eq(e->variable, STR("PROJECT_NAME")) ||
	    str_eq(e->variable, STR("COMPOSE_PROJECT_NAME"));

	if (is_projects && names_is_path_key(keypath))
		return is_plain(e, STR(ALNUM "_.-"));
	return (role == ROLE_ADDRESS || flags & PLACE_IN_ADDRESS) && is_plain(e, STR(DIGITS));
}

/* The use E, for which its place has FLAGS. STATEMENTS are the app's in the order of their places. */
static void
write_use(struct writer *w, const struct expansion *e, unsigned flags,
    const struct dotenv_statement *const *statements)
{
	struct finding f = writer_finding(w, FINDING_USE);
	const struct dotenv_statement *s = NULL;

	f.service = e->service;
	f.role = role_of(e, flags);
	if (f.role == ROLE_OTHER)
		f.other_role = first_part(e->path);
	f.variable = e->variable;
	f.value = e->path;
	if (e->service.len)
		f.value = arena_printf(w->arena, "services.%.*s.%.*s", STR_ARG(e->service), STR_ARG(e->path));
	f.place = writer_spot(e->source, e->span.off);
	if (e->span.len)
		f.place = writer_place(e->source, e->span, is_shown(e, f.value, f.role, flags));
	f.key = key_of(w->project, e);
	f.has_digest = e->source != NULL;
	f.digest = e->source ? e->source->digest : 0;
	if (e->source && e->source->is_env)
		s = statement_of(statements, w->project->setting_count, e);
	if (s) {
		f.site = line_place(s);
		f.key = s->key;
	}
	f.detail = f.key;
	writer_write(w, &f);
}

void
setting_write_uses(struct writer *w, const struct watch *watch, struct places *places)
{
	const struct dotenv_statement **statements = sort_statements(w);

	for (size_t i = 0; i < w->project->expansion_count; i++) {
		const struct expansion *e = &w->project->expansions[i];
		bool is_placed = e->source && e->span.len;
		const struct known_place *known = places_find(places, e->source, e->span.off);
		unsigned flags = is_placed && known ? known->flags : 0;
		/* one that holds a whole mapping has both sides, which stay side by side; one in .env makes
		 * another variable of its own */
		bool is_one_side = !(flags & PLACE_CONTAINER) || flags & PLACE_HOST,
		     is_alone = is_one_side && !(e->source && e->source->is_env),
		     has_record = flags & PLACE_USE || (flags & PLACE_OWN && is_alone);

		if (has_record || !watch_flags(watch, e->variable))
			continue;
		if (is_placed)
			(void)places_add(places, e->source, e->span.off, PLACE_USE);
		write_use(w, e, flags, statements);
	}
}

static const struct project_file *
file_of(const struct project *p, enum project_file_role role)
{
	for (size_t i = 0; i < p->file_count; i++)
		if (p->files[i].role == role)
			return &p->files[i];
	return NULL;
}

/* Whether E lacks a value: nothing sets its variable, and it has no default. `${A+text}` asks only whether A
 * is set and lacks none. */
static bool
lacks_value(const struct expansion *e)
{
	struct str raw = e->source ? text_span(&e->source->text, e->span) : (struct str)STR_INIT;
	size_t at = e->variable.len + 2;

	if (raw.len > at && raw.ptr[at] == ':')
		at++;
	return !e->is_set && !e->has_default && (raw.len <= at || raw.ptr[at] != '+');
}

static void
write_missing_env(struct writer *w)
{
	const struct project *p = w->project;
	const struct project_file *env = file_of(p, PROJECT_ENV), *example = file_of(p, PROJECT_EXAMPLE);
	bool has_example = example && example->source;
	struct finding f = writer_finding(w, FINDING_GAP);
	size_t unset = 0;

	for (size_t i = 0; i < p->expansion_count; i++)
		unset += lacks_value(&p->expansions[i]);
	if (!env || env->source || (!has_example && !unset))
		return;
	f.role = ROLE_ENV;
	f.place.file = env->path;
	f.value = has_example ? STR("no .env, though there is a .env.example to make it from") :
	    STR("no .env, and the compose file uses variables that nothing sets");
	writer_write(w, &f);
}

/* `; st/conf.env sets it, for containers alone`, where an env_file of a service does; else empty. */
static struct str
set_for_containers(const struct writer *w, struct str variable)
{
	struct str line = arena_cat(w->arena, variable, STR("="));

	for (size_t i = 0; i < w->project->file_count; i++) {
		const struct project_file *f = &w->project->files[i];
		struct str text = f->source ? text_str(&f->source->text) : (struct str)STR_INIT;
		size_t at = f->role == PROJECT_ENV_FILE ? str_search(text, 0, line) : text.len;

		while (at > 0 && at < text.len && text.ptr[at - 1] != '\n')
			at = str_search(text, at + 1, line);
		if (at < text.len)
			return arena_printf(w->arena, "; %.*s sets it, for containers alone: ${%.*s} is "
			    "looked up in .env", STR_ARG(f->path), STR_ARG(variable));
	}
	return (struct str)STR_INIT;
}

static void
write_unset(struct writer *w)
{
	const struct project *p = w->project;
	struct dict told = DICT_IN(w->arena);

	for (size_t i = 0; i < p->expansion_count; i++) {
		const struct expansion *e = &p->expansions[i];
		struct finding f = writer_finding(w, FINDING_GAP);

		/* one record for each variable, at its first use */
		if (!lacks_value(e) || dict_add(&told, e->variable, (uint32_t)i) != i)
			continue;
		f.service = e->service;
		f.role = ROLE_VARIABLE;
		f.variable = e->variable;
		f.value = arena_printf(w->arena, "%.*s has no value and no default%.*s",
		    STR_ARG(e->variable), STR_ARG(set_for_containers(w, e->variable)));
		f.place = writer_spot(e->source, e->span.off);
		writer_write(w, &f);
	}
}

/* Fills site and whole with what stands before and behind a default that may not be shown. That is all
 * that an edit has to remove. */
static void
show_ends(const struct placeholder *p, struct source *source, struct span at, struct finding *f)
{
	struct str whole = text_span(&source->text, at), trimmed = str_trim(p->fallback);
	size_t start = (size_t)(trimmed.ptr - whole.ptr);

	f->site = writer_place(source, (struct span){ at.off, start }, true);
	f->whole = str_sub(whole, start + trimmed.len, whole.len);
}

/* The gap of placeholder P, which stands AT in SOURCE, in the value of KEY unless that is empty. */
static void
write_placeholder(struct writer *w, const struct placeholder *p, struct source *source, struct span at,
    struct str key)
{
	struct finding f = writer_finding(w, FINDING_GAP);
	bool show = is_showable(p);

	f.role = ROLE_PLACEHOLDER;
	f.variable = key;
	f.value = text_span(&source->text, at);
	if (!show)
		f.value = arena_printf(w->arena, "{{%.*s|...}}", STR_ARG(p->key));
	f.place = writer_place(source, at, show);
	f.has_digest = true;
	f.digest = source->digest;
	if (!show)
		show_ends(p, source, at, &f);
	writer_write(w, &f);
}

/* Whether the placeholders of SOURCE are there for somebody to fill in: those of an env file of an app in the
 * layout, and of a .env.example that no .env was made of yet. In any other text they are the app's own. */
static bool
is_to_be_filled(const struct writer *w, const struct source *source)
{
	const struct project_file *env = file_of(w->project, PROJECT_ENV);

	return w->app->in_layout || w->app->twin.len || (source->is_example && !(env && env->source));
}

/* The placeholders in the settings of W's app; of a TEMPLATE those of all its files. */
static void
write_placeholders(struct writer *w, const struct placeholder_finder *finder, bool template)
{
	const struct project *p = w->project;
	struct placeholder found;

	for (size_t i = 0; i < p->setting_count; i++) {
		const struct dotenv_statement *s = &p->settings[i];
		struct str value = text_span(&s->source->text, s->value);

		if (!template && !is_to_be_filled(w, s->source))
			continue;
		for (size_t from = 0; find_placeholder(finder, value, from, &found);
		     from = span_end(found.all))
			write_placeholder(w, &found, s->source,
			    (struct span){ s->value.off + found.all.off, found.all.len }, s->key);
	}
	for (size_t i = 0; template && i < p->file_count; i++) {
		const struct project_file *file = &p->files[i];
		struct str text, key = STR_INIT;

		if (!file->source || file->source->is_env)
			continue;
		text = text_str(&file->source->text);
		for (size_t from = 0; find_placeholder(finder, text, from, &found);
		     from = span_end(found.all))
			if (!text_is_comment(&file->source->text, found.all.off))
				write_placeholder(w, &found, file->source, found.all, key);
	}
}

void
setting_write_gaps(struct writer *w, const struct placeholder_finder *finder, bool template)
{
	write_missing_env(w);
	write_unset(w);
	write_placeholders(w, finder, template);
}
