/* env_files: the files that `env_file` of a service names.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/path.h"

/* Entry I of LIST, which is `env_file` of a service: a list, or a single file. NULL behind the last one. */
static struct node *
entry(struct node *list, size_t i)
{
	if (list && list->kind == NODE_SCALAR)
		return i == 0 ? list : NULL;
	return i < node_count(list, NODE_SEQUENCE) ? list->entries[i].value : NULL;
}

/* The scalar that names the file of entry ITEM; NULL where none does. */
static struct node *
entry_name(struct node *item)
{
	struct node *name = item->kind == NODE_MAPPING ? node_get(item, STR("path")) : item;

	return node_is_string(name) ? name : NULL;
}

void
env_files_locate(struct load *l, const struct node *model, struct str dir)
{
	const struct node *services = node_get(model, STR("services"));

	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		struct node *list = node_get(services->entries[i].value, STR("env_file")), *item;

		mounts_locate(l, services->entries[i].value, dir);
		for (size_t k = 0; (item = entry(list, k)); k++) {
			struct node *name = entry_name(item);

			if (name && name->path.len == 0)
				name->path = path_resolve(l->arena, dir, name->value);
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

/* Whether FORMAT, of an env_file, is `raw`; that and none at all are those that there are. */
static bool
is_raw(struct load *l, const struct node *format)
{
	bool is_named = node_is_string(format) && format->value.len > 0;

	if (is_named && !str_eq(format->value, STR("raw")))
		load_problem(l, format, "unsupported env_file format \"%.*s\"",
		    STR_ARG(node_as_written(format)->value));
	return is_named && str_eq(format->value, STR("raw"));
}

/* What FILE sets is given to service S. */
static void
give(struct load *l, struct project_service *s, const struct dotenv *file)
{
	struct project_texts *to = &s->given;
	size_t cap = to->count + file->count;
	struct project_text *items = arena_alloc(l->arena, (cap + 1) * sizeof *items);

	if (to->count)
		memcpy(items, to->items, to->count * sizeof *items);
	to->items = items;
	for (size_t i = 0; i < file->count; i++)
		if (!file->statements[i].overridden && !file->statements[i].is_bare)
			items[to->count++] = (struct project_text){ file->statements[i].key,
				file->statements[i].resolved, false };
}

/* The expansions in a file that is read for the first time are uses of their variables. What is not set there
 * Compose takes as blank. */
static void
note_expansions(struct load *l, const struct dotenv *file)
{
	struct expansions set = EXPANSIONS_INIT;

	for (size_t i = 0; i < file->expansions.count; i++)
		if (file->expansions.items[i].is_set || file->expansions.items[i].has_default) {
			ARENA_GROW(l->arena, set.items, set.count, set.cap);
			set.items[set.count++] = file->expansions.items[i];
		}
	load_expansions(l, &set, NULL);
}

static bool
is_listed(const struct project *p, struct str path)
{
	for (size_t i = 0; i < p->file_count; i++)
		if (str_eq(p->files[i].path, path) && p->files[i].source)
			return true;
	return false;
}

static void
check_entry(struct load *l, struct project_service *s, struct node *item, struct env *env)
{
	struct node *name = entry_name(item);
	AUTO(error) err = ERROR_INIT;
	enum file_outcome outcome;
	struct source *source;
	struct dotenv file = DOTENV_INIT;
	bool is_own, again;

	if (!name || name->path.len == 0 || load_is_spent(l))
		return;
	if (variables_are_of_shell(l, node_trace(l->arena, name))) {
		load_warning(l, name, "env file %.*s: where that is, who runs Compose says: it was not read",
		    STR_ARG(node_as_written(name)->value));
		return;
	}
	is_own = str_eq(name->path, path_resolve(l->arena, l->project->folder, STR(".env")));
	if (!is_own)
		l->project->other_env_file = name->path;
	again = is_listed(l->project, name->path);
	source = load_file(l, name->path, PROJECT_ENV_FILE, &outcome, &err);
	if (outcome == FILE_ABSENT && !is_refusal(node_get(item, STR("required"))))
		load_problem_of(l, is_own ? MESSAGE_NO_ENV : MESSAGE_PLAIN, name, "env file %.*s not found",
		    STR_ARG(name->path));
	else if (outcome == FILE_FAILED && !str_eq(name->path, STR("/dev/null")))
		load_error(l, &err);
	if (!source)
		return;
	if (is_raw(l, node_get(item, STR("format"))))
		dotenv_read_raw(source, env, &file);
	else
		dotenv_read(l->reader->dotenv, source, env, &file);
	give(l, s, &file);
	if (!again)
		note_expansions(l, &file);
	for (size_t i = 0; i < file.problem_count; i++) {
		struct node at = { .source = source, .has_span = true, .start = file.problems[i].offset };

		load_problem(l, &at, "failed to read env file: %.*s", STR_ARG(file.problems[i].text));
	}
}

/* The paths of the .env files that variables are looked up in, or would be if they were there. */
static struct dict
variables_paths(struct load *l)
{
	struct dict paths = DICT_IN(l->arena);

	(void)dict_add(&paths, path_resolve(l->arena, l->project->folder, STR(".env")), 0);
	for (size_t i = 0; i < l->env_count; i++)
		(void)dict_add(&paths, l->env_sources[i]->path, 0);
	return paths;
}

/* Where LIST, env_file of a service, names one of PATHS. */
static struct project_spot
find_own(struct node *list, const struct dict *paths)
{
	struct node *item;

	for (size_t k = 0; (item = entry(list, k)); k++) {
		const struct node *name = entry_name(item);

		if (name && name->path.len > 0 && dict_find(paths, name->path) != DICT_NONE)
			return (struct project_spot){ name->source,
				name->alias ? name->alias->start : name->start };
	}
	return (struct project_spot){ NULL, 0 };
}

void
env_files_check(struct load *l, const struct node *model, const struct env *env)
{
	const struct node *services = node_get(model, STR("services"));
	const struct dict paths = variables_paths(l);

	for (size_t i = 0; services && i < l->project->service_count; i++) {
		struct node *list = node_get(services->entries[i].value, STR("env_file")), *item;
		struct env own;

		if (!list)
			continue;
		l->project->services[i].env_file_at = find_own(list, &paths);
		if (!l->project->services[i].enabled)
			continue;
		env_init(&own, l->arena, env);
		for (size_t k = 0; (item = entry(list, k)); k++)
			check_entry(l, &l->project->services[i], item, &own);
	}
}
