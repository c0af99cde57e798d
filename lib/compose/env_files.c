/* env_files: the .env files of a project, and what its expansions became.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <errno.h>

static void
add_setting(struct load *l, struct source *source, const struct dotenv_statement *s, bool is_example)
{
	struct project *p = l->project;

	if (s->is_bare || s->key.len == 0)
		return;
	ARENA_GROW(l->arena, p->settings, p->setting_count, l->settings);
	p->settings[p->setting_count++] = (struct project_setting){ .key = s->key,
		.source = source,
		.offset = s->offset,
		.value = s->value,
		.resolved = s->resolved,
		.quote = s->quote,
		.overridden = s->overridden,
		.is_example = is_example };
}

static void
add_env_problem(struct load *l, struct source *source, const struct dotenv_problem *problem, bool is_example)
{
	struct node at = {
		.source = source, .has_span = true, .start = problem->offset, .end = problem->offset
	};

	if (is_example)
		load_warning(l, &at, "%.*s", STR_ARG(problem->text));
	else
		load_problem(l, &at, "failed to read .env: %.*s", STR_ARG(problem->text));
}

bool
load_env_file(struct load *l, struct str path, struct env *env, bool is_example)
{
	struct dotenv *file = arena_zero(l->arena, 1, sizeof *file);
	enum file_outcome outcome;
	AUTO(error) err = ERROR_INIT;
	struct source *source = load_source(
	    l, path, is_example ? PROJECT_EXAMPLE : PROJECT_ENV, &outcome, &err);
	bool is_known = false;

	if (!source) {
		/* To Compose a folder called .env is as good as none; what can't be read is not. */
		if (outcome == FILE_FAILED && err.errnum == EISDIR)
			load_warning(l, NULL,
			    "%.*s is a folder: Compose reads nothing from it, and nothing can be set in it",
			    STR_ARG(path));
		else if (outcome == FILE_FAILED && !is_example)
			load_error(l, &err);
		return false;
	}
	for (size_t i = 0; i < l->env_count; i++)
		is_known = is_known || l->env_sources[i] == source;
	if (!is_known) {
		ARENA_GROW(l->arena, l->env_sources, l->env_count, l->env_cap);
		l->env_sources[l->env_count++] = source;
	}
	if ((l->bytes += source->text.len) > LOAD_BYTES_MAX) {
		load_problem(l, NULL, "the project reads more than %d MiB of files", LOAD_BYTES_MAX >> 20);
		return true;
	}
	dotenv_read(l->reader->dotenv, source, env, file);
	for (size_t i = 0; i < file->count && !is_known; i++)
		add_setting(l, source, &file->statements[i], is_example);
	for (size_t i = 0; i < file->problem_count; i++)
		add_env_problem(l, source, &file->problems[i], is_example);
	if (!is_example && !is_known)
		load_expansions(l, &file->expansions, 0, NULL);
	return true;
}

static struct node *
env_file_item(struct node *n, size_t i)
{
	if (n->kind == NODE_SCALAR)
		return i == 0 ? n : NULL;
	return n->kind == NODE_SEQUENCE && i < n->count ? n->entries[i].value : NULL;
}

void
env_files_place(struct load *l, const struct node *dict, struct str dir)
{
	const struct node *services = node_get(dict, STR("services"));

	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++) {
		struct node *list = node_get(services->entries[i].value, STR("env_file")), *item;

		for (size_t k = 0; list && (item = env_file_item(list, k)); k++) {
			struct node *name = item->kind == NODE_MAPPING ? node_get(item, STR("path")) : item;

			if (node_is_string(name) && name->path.len == 0)
				name->path = load_join(l->arena, dir, name->value);
		}
	}
}

/* Whether REQUIRED, of an env_file, says no. */
static bool
is_refusal(const struct node *required)
{
	int64_t truth = 1;

	if (node_is_string(required))
		return value_truth(required->value, &truth) && truth == 0;
	return required && required->type == NODE_BOOL && required->number == 0;
}

static void
check_env_file(struct load *l, const struct node *item, struct env *env)
{
	const struct node *name = item->kind == NODE_MAPPING ? node_get(item, STR("path")) : item;
	const struct node *required = node_get(item, STR("required")),
			  *format = node_get(item, STR("format"));
	AUTO(error) err = ERROR_INIT;
	enum file_outcome outcome;
	struct source *source;
	struct dotenv file = DOTENV_INIT;

	if (!node_is_string(name) || name->path.len == 0)
		return;
	if (!str_eq(name->path, load_join(l->arena, l->project->folder, STR(".env"))))
		l->project->other_env_file = name->path;
	source = load_bytes(l, name->path, true, &outcome, &err);
	if (outcome == FILE_ABSENT && !is_refusal(required))
		load_problem(l, name, "env file %.*s not found", STR_ARG(name->path));
	else if (outcome == FILE_FAILED && !str_eq(name->path, STR("/dev/null")))
		load_error(l, &err);
	if (!source || (node_is_string(format) && format->value.len > 0))
		return;
	dotenv_read(l->reader->dotenv, source, env, &file);
	for (size_t i = 0; i < file.problem_count; i++) {
		struct node at = { .source = source, .has_span = true, .start = file.problems[i].offset };

		load_problem(l, &at, "failed to read env file: %.*s", STR_ARG(file.problems[i].text));
	}
}

void
env_files_check(struct load *l, const struct node *dict, const struct env *env)
{
	const struct node *services = node_get(dict, STR("services"));

	for (size_t i = 0; services && i < l->project->service_count; i++) {
		struct node *list = node_get(services->entries[i].value, STR("env_file")), *item;
		struct env own;

		if (!list || !l->project->services[i].enabled)
			continue;
		env_init(&own, l->arena, env);
		for (size_t k = 0; (item = env_file_item(list, k)); k++)
			check_env_file(l, item, &own);
	}
}

static void
warn_unset(struct load *l, const struct expansion *e)
{
	struct node at = {
		.source = e->source, .has_span = e->source && e->span.len > 0, .start = e->span.off
	};
	struct trace ignored;

	if (env_get_own(&l->unset, e->variable, &ignored))
		return;
	env_set(&l->unset, e->variable, trace_none(e->variable));
	load_warning(l, &at, "the variable %.*s is not set; Compose takes a blank string for it",
	    STR_ARG(e->variable));
}

void
load_expansions(struct load *l, const struct expansions *all, size_t from, const struct keypath *path)
{
	struct project *p = l->project;
	const struct keypath *top = keypath_at(path, 1), *second = keypath_at(path, 2);
	bool in_service = top && second && str_eq(top->key, STR("services"));
	struct str text = from < all->count && path ? keypath_text(l->arena, path, in_service ? 2 : 0)
						    : (struct str)STR_INIT;

	for (size_t i = from; i < all->count; i++) {
		const struct expansion *e = &all->items[i];

		if (e->warns)
			warn_unset(l, e);
		ARENA_GROW(l->arena, p->expansions, p->expansion_count, l->expansions);
		p->expansions[p->expansion_count++] = (struct project_expansion){ .variable = e->variable,
			.source = e->source,
			.span = e->span,
			.is_set = e->is_set,
			.used_default = e->used_default,
			.has_default = e->has_default,
			.fallback = e->fallback,
			.service = in_service ? second->key : (struct str)STR_INIT,
			.path = text };
	}
}
