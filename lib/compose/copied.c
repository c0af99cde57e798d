/* copied: whether Compose would still take a project once its .env.example was copied to .env.
 * SPDX-License-Identifier: MIT
 *
 * Most values of an example are harmless, by where they go and what they look like; only for others the
 * project is read as it would be then. */
#include "compose/internal.h"

#include "base/path.h"

/* Where a service takes any text. */
static const char *const texts[] = { "environment", "labels", "build.args", "healthcheck.test", NULL };
/* Where it takes at least any word. */
static const char *const words[] = { "image", "container_name", "hostname", "command", "entrypoint", NULL };

static bool
is_below(struct str path, const char *const *tops)
{
	for (; *tops; tops++) {
		struct str top = str_from(*tops);

		if (str_starts(path, top) &&
		    (path.len == top.len || path.ptr[top.len] == '.' || path.ptr[top.len] == '['))
			return true;
	}
	return false;
}

static bool
is_word(struct str s)
{
	return s.len && s.ptr[0] != '-' && s.ptr[0] != '.' &&
	    str_is_made_of(s, STR("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"));
}

static bool
is_port(struct str s)
{
	uint64_t n;

	return str_to_uint(s, UINT16_MAX, &n) && n > 0;
}

/* Whether E, which has no value now, can have VALUE where it stands. */
static bool
is_harmless(const struct expansion *e, struct str value)
{
	if (!e->service.len)
		return false;
	return is_below(e->path, texts) || (is_below(e->path, words) && is_word(value)) ||
	    (str_starts(e->path, STR("ports")) && is_port(value) && is_port(e->fallback.text));
}

/* Whether F, a file of P, is the one called NAME in P's folder. */
static bool
is_beside(const struct project *p, const struct project_file *f, struct str name)
{
	return str_eq(path_name(f->path), name) && str_eq(path_folder(f->path), p->folder);
}

bool
project_awaits_copy(const struct project *p)
{
	bool is_missing = false, has_example = false;

	for (size_t i = 0; i < p->file_count; i++) {
		const struct project_file *f = &p->files[i];

		if (f->role == PROJECT_ENV && is_beside(p, f, STR(".env")))
			is_missing = !f->source && !f->is_folder && !f->is_unreadable;
		else if (f->role == PROJECT_EXAMPLE && f->source && !f->is_broken)
			has_example = has_example || is_beside(p, f, STR(".env.example"));
	}
	return is_missing && has_example;
}

/* Whether the line S of an example says more than what a variable is, or nothing that can be said. */
static bool
is_odd(const struct dotenv_statement *s)
{
	return !s->is_set || (str_starts(s->key, STR("COMPOSE_")) &&
	    !str_eq(s->key, STR("COMPOSE_PROJECT_NAME")));
}

bool
copied_may_be_refused(struct arena *a, const struct project *p)
{
	struct dict lines = DICT_IN(a);
	struct str example;

	if (!project_awaits_copy(p))
		return false;
	if (p->has_odd_example)
		return true;
	example = path_resolve(a, p->folder, STR(".env.example"));
	for (size_t i = 0; i < p->setting_count; i++)
		if (!p->settings[i].overridden && str_eq(p->settings[i].source->path, example)) {
			if (is_odd(&p->settings[i]))
				return true;
			(void)dict_add(&lines, p->settings[i].key, (uint32_t)i);
		}
	for (size_t i = 0; i < p->expansion_count; i++) {
		const struct expansion *e = &p->expansions[i];
		uint32_t line = e->source && e->source->is_env ? DICT_NONE : dict_find(&lines, e->variable);

		if (line != DICT_NONE && !is_harmless(e, p->settings[line].resolved.text))
			return true;
	}
	return false;
}

/* --- what is new in the project as it would be --- */

static struct str
key_of_line(struct arena *a, struct str file, size_t line)
{
	return arena_printf(a, "%.*s:%zu", STR_ARG(file), line);
}

/* Whoever plans knows of each port that is published, and gives it a number where the example has none. */
static void
know_port(struct dict *known, struct arena *a, const struct trace *written)
{
	size_t line, column;

	if (!written->count || !written->pieces[0].source)
		return;
	text_position(&written->pieces[0].source->text, written->pieces[0].raw.off, &line, &column);
	(void)dict_add(known, key_of_line(a, written->pieces[0].source->path, line), 0);
}

void
copied_know(struct dict *known, struct arena *a, const struct project *p)
{
	for (size_t i = 0; i < p->problem_count; i++)
		(void)dict_add_copy(known, a, load_problem_key(a, &p->problems[i]), 0);
	for (size_t i = 0; i < p->service_count; i++)
		for (size_t k = 0; k < p->services[i].port_count; k++)
			know_port(known, a, &p->services[i].ports[k].written);
}

static bool
is_mistake(const struct project_message *m)
{
	/* where the machine failed it is not known, so nothing is copied either */
	return m->kind == MESSAGE_PLAIN || m->kind == MESSAGE_UNREAD;
}

bool
copied_has_mistake(const struct project *p)
{
	for (size_t i = 0; i < p->problem_count; i++)
		if (is_mistake(&p->problems[i]))
			return true;
	return false;
}

struct str
copied_refusal(const struct dict *known, struct arena *a, const struct project *p)
{
	for (size_t i = 0; i < p->problem_count; i++) {
		const struct project_message *m = &p->problems[i];

		if (!is_mistake(m) || dict_find(known, load_problem_key(a, m)) != DICT_NONE ||
		    dict_find(known, key_of_line(a, m->file, m->line)) != DICT_NONE)
			continue;
		return !m->line ? arena_dup(a, m->text)
				: arena_printf(a, "%.*s (%.*s:%zu)", STR_ARG(m->text), STR_ARG(m->file),
				      m->line);
	}
	return (struct str)STR_INIT;
}
