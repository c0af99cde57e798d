/* variables: what the variables of a project are looked up in: the process environment and the .env files.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <errno.h>

#include "base/path.h"

/* What Compose's command line says, it also takes from the environment. */
static void
add_way(struct env *top, const struct project_way *way)
{
	static const char separator[] = { PROJECT_WAY_SEPARATOR, '\0' };
	const struct { const char *name; struct str value; } set[] = {
		{ "COMPOSE_FILE", way->files }, { "COMPOSE_PROJECT_NAME", way->name },
		{ "COMPOSE_ENV_FILES", way->env_files }, { "COMPOSE_PROFILES", way->profiles },
	};

	for (size_t i = 0; i < sizeof set / sizeof *set; i++)
		if (set[i].value.len)
			env_set(top, str_from(set[i].name), trace_none(set[i].value));
	if (way->files.len)
		env_set(top, STR("COMPOSE_PATH_SEPARATOR"), trace_none(str_from(separator)));
}

struct env *
variables_top(struct load *l)
{
	const struct env *process = &l->reader->process;
	struct env *top = arena_zero(l->arena, 1, sizeof *top);

	env_init(top, l->arena, NULL);
	for (size_t i = 0; i < process->count; i++)
		env_set(top, process->entries[i].name, process->entries[i].value);
	env_set(top, STR("PWD"), trace_none(path_resolve(l->arena, l->reader->root, l->project->folder)));
	if (l->reader->way)
		add_way(top, l->reader->way);
	return top;
}

static void
add_setting(struct load *l, const struct dotenv_statement *s)
{
	struct project *p = l->project;

	if (s->is_bare || s->key.len == 0)
		return;
	ARENA_GROW(l->arena, p->settings, p->setting_count, l->settings);
	p->settings[p->setting_count++] = *s;
}

static void
add_problem(struct load *l, struct source *source, const struct dotenv_problem *problem, bool is_example)
{
	struct node at = {
		.source = source, .has_span = true, .start = problem->offset, .end = problem->offset
	};

	l->project->has_odd_example = l->project->has_odd_example || is_example;
	if (is_example)
		load_warning(l, &at, "%.*s", STR_ARG(problem->text));
	else
		load_problem(l, &at, "failed to read .env: %.*s", STR_ARG(problem->text));
}

/* Nothing can be set in SOURCE. That there is a NUL in it is not always for Compose to refuse. */
static void
mark_broken(struct load *l, struct source *source)
{
	struct str text = text_str(&source->text);
	size_t nul = str_find(text, 0, '\0');
	struct node at = { .source = source, .has_span = true, .start = nul, .end = nul };

	load_broken(l, source);
	if (nul < text.len && !str_starts(text, STR("\xff\xfe")) && !str_starts(text, STR("\xfe\xff")))
		load_warning(l, &at,
		    "a NUL byte, which no variable can hold: nothing is set in this file until that is gone");
}

/* Whether SOURCE was read as a .env before. From now on it was. */
static bool
is_known(struct load *l, struct source *source)
{
	for (size_t i = 0; i < l->env_count; i++)
		if (l->env_sources[i] == source)
			return true;
	ARENA_GROW(l->arena, l->env_sources, l->env_count, l->env_cap);
	l->env_sources[l->env_count++] = source;
	return false;
}

/* The .env at PATH could not be read. To Compose a folder of that name is as good as no file; any other
 * reason is a mistake. */
static void
add_unread(struct load *l, struct str path, struct error *err, bool is_example)
{
	if (err->errnum == EISDIR)
		load_warning(l, NULL,
		    "%.*s is a folder: Compose reads nothing from it, and nothing can be set in it",
		    STR_ARG(path));
	else if (!is_example)
		load_error(l, err);
}

bool
variables_read_file(struct load *l, struct str path, struct env *env, bool is_example)
{
	struct dotenv *file = arena_zero(l->arena, 1, sizeof *file);
	enum project_file_role role = is_example ? PROJECT_EXAMPLE : PROJECT_ENV;
	enum file_outcome outcome;
	AUTO(error) err = ERROR_INIT;
	struct source *source = load_file(l, path, role, &outcome, &err);
	bool again;

	if (outcome == FILE_FAILED)
		add_unread(l, path, &err, is_example);
	if (!source)
		return false;
	again = is_known(l, source);
	if ((l->bytes += source->text.len) > LOAD_BYTES_MAX) {
		load_problem(l, NULL, "the project reads more than %d MiB of files", LOAD_BYTES_MAX >> 20);
		return true;
	}
	dotenv_read(l->reader->dotenv, source, env, file);
	if (file->is_broken)
		mark_broken(l, source);
	for (size_t i = 0; i < file->count && !again; i++)
		add_setting(l, &file->statements[i]);
	for (size_t i = 0; i < file->problem_count; i++)
		add_problem(l, source, &file->problems[i], is_example);
	if (!is_example && !again)
		load_expansions(l, &file->expansions, NULL);
	return true;
}

/* Whether COMPOSE_DISABLE_ENV_FILE in ENV says that no .env is to be read. */
static bool
is_disabled(struct load *l, const struct env *env)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True", NULL };
	static const char *const no[] = { "0", "f", "F", "false", "FALSE", "False", NULL };
	struct trace value;

	if (!env_get(env, STR("COMPOSE_DISABLE_ENV_FILE"), &value))
		return false;
	if (str_is_one_of(value.text, yes))
		return true;
	if (!str_is_one_of(value.text, no))
		load_problem(l, NULL, "COMPOSE_DISABLE_ENV_FILE is '%.*s', neither true nor false",
		    STR_ARG(value.text));
	return false;
}

/* What every shell sets, whatever the values are; a line of .env comes before that. */
static const char *const shell_names[] = { "HOME", "USER", NULL };

static const struct str home = STR_OF("/home/user");

static void
add_shell(const struct load *l, struct env *env)
{
	if (!l->assumes_shell)
		return;
	(void)env_set(env, str_from(shell_names[0]), trace_none(home));
	(void)env_set(env, str_from(shell_names[1]), trace_none(STR("user")));
}

static bool
is_of_shell(struct trace t)
{
	for (size_t i = 0; i < t.count; i++)
		for (const struct trace_step *step = t.pieces[i].step; step; step = step->outer)
			if (!t.pieces[i].source && str_is_one_of(step->variable, shell_names))
				return true;
	return false;
}

bool
variables_are_of_shell(const struct load *l, struct trace t)
{
	return l->assumes_shell && is_of_shell(t);
}

struct str
variables_from_home(struct load *l, struct trace t)
{
	if (!variables_are_of_shell(l, t))
		return t.text;
	for (size_t i = 0; i < t.count; i++)
		if (t.pieces[i].step && str_eq(t.pieces[i].step->variable, STR("USER")))
			return (struct str)STR_INIT;
	return str_starts(t.text, home)
	    ? arena_cat(l->arena, STR("~"), str_sub(t.text, home.len, t.text.len))
	    : (struct str)STR_INIT;
}

static bool
resource_is_of_shell(const struct project_resource *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_of_shell(all[i].explicit_name))
			return true;
	return false;
}

bool
variables_shell_decides(const struct project *p)
{
	if (is_of_shell(p->name) || resource_is_of_shell(p->volumes, p->volume_count) ||
	    resource_is_of_shell(p->networks, p->network_count))
		return true;
	for (size_t i = 0; i < p->service_count; i++) {
		const struct project_service *s = &p->services[i];

		if (is_of_shell(s->container_name))
			return true;
		for (size_t k = 0; k < s->port_count; k++)
			if (is_of_shell(s->ports[k].host) || is_of_shell(s->ports[k].container))
				return true;
	}
	return false;
}

static void
keep_compose_keys(struct load *l, struct env *env)
{
	struct env kept;

	env_init(&kept, l->arena, env->over);
	for (size_t i = 0; i < env->count; i++)
		if (str_starts(env->entries[i].name, STR("COMPOSE_")))
			env_set(&kept, env->entries[i].name, env->entries[i].value);
	*env = kept;
}

/* Reads the files that LIST, which is COMPOSE_ENV_FILES, names. */
static void
read_listed(struct load *l, struct str list, struct env *env)
{
	for (size_t at = 0, end; at <= list.len; at = end + 1) {
		struct str path;

		end = str_find(list, at, ',');
		path = path_resolve(l->arena, l->project->folder, str_sub(list, at, end - at));
		if (!variables_read_file(l, path, env, false))
			load_problem(l, NULL, "couldn't find env file: %.*s", STR_ARG(path));
	}
}

/* What it sets is no variable: nothing but its statements is of interest. What they would be, for who
 * asks. */
static const struct env *
read_example(struct load *l, struct str path, const struct env *top)
{
	struct env *env = arena_alloc(l->arena, sizeof *env);

	env_init(env, l->arena, top);
	(void)variables_read_file(l, path, env, true);
	return env;
}

void
variables_read(struct load *l, struct env *env, const struct env *top)
{
	const char *other;
	struct str dotenv = path_resolve(l->arena, l->project->folder, STR(".env"));
	struct str example = path_resolve(l->arena, l->project->folder, STR(".env.example"));
	bool disabled = is_disabled(l, top), is_listed;
	const struct env *supplied;
	struct trace list;

	env_init(env, l->arena, top);
	add_shell(l, env);
	is_listed = env_get(top, STR("COMPOSE_ENV_FILES"), &list) && list.text.len > 0;
	if (is_listed) {
		read_listed(l, list.text, env);
	} else if (!disabled) {
		(void)variables_read_file(l, l->reader->copies ? example : dotenv, env, false);
		if (is_disabled(l, env)) {
			keep_compose_keys(l, env);
			add_shell(l, env);
		}
	}
	if (!is_listed)		/* else a .env is not even looked for */
		load_absent(l, dotenv, PROJECT_ENV);
	supplied = read_example(l, example, top);
	if (l->reader->supplies)
		interpolation_supply(l->reader->interpolation, supplied);
	load_absent(l, example, PROJECT_EXAMPLE);
	for (unsigned at = 0; l->names != PROJECT_NAMES_UNKNOWN && (other = find_example(l->names, &at)); )
		(void)read_example(l, path_resolve(l->arena, l->project->folder, str_from(other)), top);
}
