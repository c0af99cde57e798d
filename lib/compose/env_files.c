/* env_files: the files that `env_file` of a service names.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/path.h"

static struct node *
env_file_item(struct node *n, size_t i)
{
	if (n->kind == NODE_SCALAR)
		return i == 0 ? n : NULL;
	return n->kind == NODE_SEQUENCE && i < n->count ? n->entries[i].value : NULL;
}

void
env_files_locate(struct load *l, const struct node *model, struct str dir)
{
	const struct node *services = node_get(model, STR("services"));

	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++) {
		struct node *list = node_get(services->entries[i].value, STR("env_file")), *item;

		for (size_t k = 0; list && (item = env_file_item(list, k)); k++) {
			struct node *name = item->kind == NODE_MAPPING ? node_get(item, STR("path")) : item;

			if (node_is_string(name) && name->path.len == 0)
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
	if (!str_eq(name->path, path_resolve(l->arena, l->project->folder, STR(".env"))))
		l->project->other_env_file = name->path;
	source = load_unlisted(l, name->path, true, &outcome, &err);
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
env_files_check(struct load *l, const struct node *model, const struct env *env)
{
	const struct node *services = node_get(model, STR("services"));

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
