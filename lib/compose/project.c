/* project: the reader, the files of a project, and the order in which it is read.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


static void
reader_root(struct project_reader *r)
{
	char link[64], path[4096];
	ssize_t n;

	/* Only ${PWD} asks for it: where the system has no such link, it is the folder's path within the
	 * fleet. */
	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", r->rootfd);
	n = readlink(link, path, sizeof path);
	if (n > 0 && (size_t)n < sizeof path && path[0] == '/')
		r->root = arena_dup(&r->process_arena, (struct str){ path, (size_t)n });
}

int
project_reader_open(
    struct project_reader **ret, int rootfd, const struct project_options *options, struct error *err)
{
	struct project_reader *r = mem_zero(1, sizeof *r);

	r->rootfd = rootfd;
	r->env = options->env;
	env_init(&r->process, &r->process_arena, NULL);
	if (options->env && options->environ)
		env_set_environ(&r->process, options->environ);
	reader_root(r);
	if (interpolation_open(&r->interpolation, err) < 0 ||
	    dotenv_reader_open(&r->dotenv, r->interpolation, err) < 0 ||
	    mapping_parser_open(&r->mapping, err) < 0 || mount_parser_open(&r->mount, err) < 0) {
		project_reader_close(r);
		return -1;
	}
	*ret = r;
	return 0;
}

/* The bytes of a source lie in the arena; only the index of its lines does not. */
static void
release_sources(struct project_reader *r)
{
	for (size_t i = 0; i < r->source_count; i++)
		free(r->sources[i]->text.lines);
	r->source_count = 0;
}

void
project_reader_close(struct project_reader *r)
{
	if (!r)
		return;
	release_sources(r);
	free(r->sources);
	mapping_parser_close(r->mapping);
	mount_parser_close(r->mount);
	dotenv_reader_close(r->dotenv);
	interpolation_close(r->interpolation);
	buf_release(&r->bytes);
	arena_release(&r->arena);
	arena_release(&r->process_arena);
	free(r);
}

struct arena *
project_arena(struct project_reader *r)
{
	return &r->arena;
}

static void
add_message(struct load *l, bool is_problem, struct str text, struct str file, size_t line, size_t column)
{
	struct project *p = l->project;
	struct project_message m = { text, file, line, column };
	const struct project_message *all = is_problem ? p->problems : p->warnings;
	size_t count = is_problem ? p->problem_count : p->warning_count;

	/* What is wrong in a base file is found again with each override. */
	for (size_t i = 0; i < count; i++)
		if (all[i].line == line && all[i].column == column && str_eq(all[i].text, text) &&
		    str_eq(all[i].file, file))
			return;
	if (is_problem) {
		ARENA_GROW(l->arena, p->problems, p->problem_count, l->problems);
		p->problems[p->problem_count++] = m;
	} else {
		ARENA_GROW(l->arena, p->warnings, p->warning_count, l->warnings);
		p->warnings[p->warning_count++] = m;
	}
}

static void __attribute__((format(printf, 4, 0)))
add_formatted(struct load *l, bool is_problem, const struct node *at, const char *fmt, va_list ap)
{
	size_t line = 0, column = 0;

	if ((is_problem ? l->project->problem_count : l->project->warning_count) >= LOAD_MESSAGES_MAX)
		return;
	(void)node_position(at, &line, &column);
	add_message(l, is_problem, arena_vprintf(l->arena, fmt, ap),
	    at && at->source ? at->source->path : (struct str)STR_INIT, line, column);
}

void
load_problem(struct load *l, const struct node *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(l, true, at, fmt, ap);
	va_end(ap);
}

void
load_refused(struct load *l, const struct node *n, const char *kind, const struct error *err)
{
	if (n->written)
		load_problem(l, n, "%s '%.*s', with what its variables hold, is none that Compose takes",
		    kind, STR_ARG(str_sub(n->written->value, 0, 100)));
	else
		load_problem(l, n, "%s", err->what);
}

void
load_warning(struct load *l, const struct node *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(l, false, at, fmt, ap);
	va_end(ap);
}

void
load_error(struct load *l, struct error *err)
{
	struct error bare = { NULL, 0, 0, err->errnum, err->what };
	AUTO(buf) text = BUF_INIT;

	error_format(&bare, &text);
	if (l->project->problem_count < LOAD_MESSAGES_MAX)
		add_message(l, true, arena_dup(l->arena, buf_str(&text)),
		    arena_dup(l->arena, str_from(err->file)), err->line, err->column);
	error_release(err);
}

struct str
load_join(struct arena *a, struct str dir, struct str name)
{
	bool absolute = (name.len > 0 && name.ptr[0] == '/') || (dir.len > 0 && dir.ptr[0] == '/');
	struct str parts[2] = { name.len > 0 && name.ptr[0] == '/' ? (struct str)STR_INIT : dir, name };
	char *out = arena_alloc(a, dir.len + name.len + 3);
	size_t len = 0, fixed;

	if (absolute)
		out[len++] = '/';
	fixed = len;			/* what no `..` takes away: the root, or leading `..` */
	for (size_t p = 0; p < 2; p++) {
		for (size_t at = 0, end; at < parts[p].len; at = end + 1) {
			struct str part;

			end = str_find(parts[p], at, '/');
			part = str_sub(parts[p], at, end - at);
			if (part.len == 0 || str_eq(part, STR(".")))
				continue;
			if (str_eq(part, STR("..")) && len > fixed) {
				while (len > fixed && out[len - 1] != '/')
					len--;
				if (len > fixed)
					len--;
				continue;
			}
			if (str_eq(part, STR("..")) && absolute)
				continue;
			if (len > 0 && out[len - 1] != '/')
				out[len++] = '/';
			memcpy(out + len, part.ptr, part.len);
			len += part.len;
			if (str_eq(part, STR("..")))
				fixed = len;
		}
	}
	if (len == 0)
		out[len++] = '.';
	out[len] = '\0';
	return (struct str){ out, len };
}

struct str
load_dirname(struct str path)
{
	for (size_t i = path.len; i-- > 0; )
		if (path.ptr[i] == '/')
			return i == 0 ? STR("/") : str_sub(path, 0, i);
	return STR(".");
}

static struct project_file *
list_file(struct load *l, struct str path, enum project_file_role role, struct source *source)
{
	struct project *p = l->project;

	ARENA_GROW(l->arena, p->files, p->file_count, l->files);
	p->files[p->file_count] = (struct project_file){ .role = role, .path = path, .source = source };
	return &p->files[p->file_count++];
}

static struct project_file *
find_file(const struct load *l, struct str path)
{
	for (size_t i = 0; i < l->project->file_count; i++)
		if (str_eq(l->project->files[i].path, path))
			return &l->project->files[i];
	return NULL;
}

static enum file_outcome
read_bytes(struct load *l, struct str path, struct error *err)
{
	struct str folder = l->project->folder;
	struct project_reader *r = l->reader;

	buf_clear(&r->bytes);
	if (l->folderfd >= 0 && str_starts(path, folder) && path.len > folder.len + 1 &&
	    path.ptr[folder.len] == '/')
		return file_read(l->folderfd, path.ptr + folder.len + 1, TEXT_MAX, &r->bytes, err);
	return file_read(r->rootfd, path.ptr, TEXT_MAX, &r->bytes, err);
}

struct source *
load_bytes(struct load *l, struct str path, bool is_env, enum file_outcome *ret, struct error *err)
{
	struct project_reader *r = l->reader;
	struct source *s;

	*ret = FILE_FAILED;
	if (++l->loads > LOAD_FILES_MAX) {
		(void)error_set(err, "the project reads more than %d files", LOAD_FILES_MAX);
		return NULL;
	}
	if (str_has_nul(path)) {
		(void)error_set(err, "a path with a NUL byte");
		return NULL;
	}
	*ret = read_bytes(l, path, err);
	if (*ret != FILE_READ) {
		if (*ret == FILE_FAILED)
			(void)error_place(err, path, 0, 0);
		return NULL;
	}
	s = arena_zero(l->arena, 1, sizeof *s);
	s->path = path;
	s->is_env = is_env;
	s->text.ptr = arena_alloc(l->arena, r->bytes.len + 1);
	memcpy(s->text.ptr, r->bytes.len > 0 ? r->bytes.ptr : "", r->bytes.len);
	s->text.ptr[r->bytes.len] = '\0';
	s->text.len = r->bytes.len;
	s->digest = text_digest(text_str(&s->text));
	MEM_GROW(r->sources, r->source_count, r->source_cap);
	r->sources[r->source_count++] = s;
	return s;
}

struct source *
load_source(
    struct load *l, struct str path, enum project_file_role role, enum file_outcome *ret, struct error *err)
{
	bool is_env = role == PROJECT_ENV || role == PROJECT_EXAMPLE;
	struct project_file *known = find_file(l, path);
	struct source *s;

	if (known && known->source) {
		*ret = FILE_READ;
		return known->source;
	}
	s = load_bytes(l, path, is_env, ret, err);
	if (s && known)
		known->source = s;
	else if (!known && is_env && *ret == FILE_FAILED && err->errnum == EISDIR)
		list_file(l, path, role, NULL)->is_folder = true;
	else if (s)
		(void)list_file(l, path, role, s);
	return s;
}

enum { NAMES = 4 };	/* of each kind, the best first */

static const char *const base_names[NAMES] = { "compose.yaml", "compose.yml", "docker-compose.yml",
	"docker-compose.yaml" };
static const char *const override_names[NAMES] = { "compose.override.yml", "compose.override.yaml",
	"docker-compose.override.yml", "docker-compose.override.yaml" };

unsigned
project_name_bit(struct str name)
{
	/* Every entry of every folder of a fleet is asked: most are told apart by a letter. */
	if (name.len < 11 || (name.ptr[0] != 'c' && name.ptr[0] != 'd'))
		return 0;
	for (unsigned i = 0; i < NAMES; i++)
		if (str_eq(name, str_from(base_names[i])))
			return 1u << i;
	for (unsigned i = 0; i < NAMES; i++)
		if (str_eq(name, str_from(override_names[i])))
			return 1u << (NAMES + i);
	return 0;
}

static bool
exists(const struct load *l, const char *name)
{
	if (l->names != PROJECT_NAMES_UNKNOWN)
		return l->names & project_name_bit(str_from(name));
	return l->folderfd >= 0 && faccessat(l->folderfd, name, F_OK, 0) == 0;
}

/* The best of the four NAMES in the app's folder; NULL where there is none. */
static const char *
first_of(struct load *l, const char *const *names, bool warn)
{
	const char *best = NULL;

	for (size_t i = 0; i < NAMES; i++) {
		if (!exists(l, names[i]))
			continue;
		if (best && warn)
			load_warning(l, NULL, "both %s and %s are here; Compose reads the first alone", best,
			    names[i]);
		if (!best)
			best = names[i];
	}
	return best;
}

struct file_list {
	struct str *paths;
	size_t count, cap;
};

static void
add_path(struct load *l, struct file_list *files, struct str path)
{
	ARENA_GROW(l->arena, files->paths, files->count, files->cap);
	files->paths[files->count++] = path;
}

/* The compose files of the app: COMPOSE_FILE's, else the best base file and the best override. */
static void
find_files(struct load *l, const struct env *env, struct file_list *ret)
{
	struct str folder = l->project->folder, list, separator = STR(":");
	struct trace value;
	const char *base, *over;

	if (env_get(env, STR("COMPOSE_FILE"), &value)) {
		list = value.text;
		if (env_get(env, STR("COMPOSE_PATH_SEPARATOR"), &value) && value.text.len > 0)
			separator = value.text;
		for (size_t at = 0; at <= list.len; ) {
			size_t end = str_search(list, at, separator);

			add_path(l, ret, load_join(l->arena, folder, str_sub(list, at, end - at)));
			at = end + separator.len;
			if (end == list.len)
				break;
		}
		return;
	}
	base = first_of(l, base_names, true);
	if (!base) {
		load_problem(l, NULL, "no compose file here");
		return;
	}
	add_path(l, ret, load_join(l->arena, folder, str_from(base)));
	over = first_of(l, override_names, true);
	if (over)
		add_path(l, ret, load_join(l->arena, folder, str_from(over)));
}

/* Whether COMPOSE_DISABLE_ENV_FILE in ENV says so. */
static bool
is_disabled(struct load *l, const struct env *env)
{
	static const char *const words[] = { "1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false",
		"FALSE", "False" };
	struct trace value;

	if (!env_get(env, STR("COMPOSE_DISABLE_ENV_FILE"), &value))
		return false;
	for (size_t i = 0; i < 12; i++)
		if (str_eq(value.text, str_from(words[i])))
			return i < 6;
	load_problem(
	    l, NULL, "COMPOSE_DISABLE_ENV_FILE is '%.*s', neither true nor false", STR_ARG(value.text));
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

/* What stands over every .env: the process environment where it counts, and PWD. */
static struct env *
top_env(struct load *l)
{
	const struct env *process = &l->reader->process;
	struct env *top = arena_zero(l->arena, 1, sizeof *top);

	env_init(top, l->arena, NULL);
	for (size_t i = 0; i < process->count; i++)
		env_set(top, process->entries[i].name, process->entries[i].value);
	env_set(top, STR("PWD"), trace_none(load_join(l->arena, l->reader->root, l->project->folder)));
	return top;
}

/* What variables are looked up in: TOP, then the .env files. */
static void
read_env(struct load *l, struct env *env, const struct env *top)
{
	struct str folder = l->project->folder, list;
	struct env example;
	struct trace value;
	bool off = is_disabled(l, top);

	env_init(env, l->arena, top);
	if (env_get(top, STR("COMPOSE_ENV_FILES"), &value) && value.text.len > 0) {
		list = value.text;
		for (size_t at = 0, end; at <= list.len; at = end + 1) {
			struct str path;

			end = str_find(list, at, ',');
			path = load_join(l->arena, folder, str_sub(list, at, end - at));
			if (!load_env_file(l, path, env, false))
				load_problem(l, NULL, "couldn't find env file: %.*s", STR_ARG(path));
		}
	} else if (!off) {
		(void)load_env_file(l, load_join(l->arena, folder, STR(".env")), env, false);
		if (is_disabled(l, env))
			keep_compose_keys(l, env);
	}
	if (!find_file(l, load_join(l->arena, folder, STR(".env"))))
		(void)list_file(l, load_join(l->arena, folder, STR(".env")), PROJECT_ENV, NULL);
	env_init(&example, l->arena, top);
	(void)load_env_file(l, load_join(l->arena, folder, STR(".env.example")), &example, true);
	if (!find_file(l, load_join(l->arena, folder, STR(".env.example"))))
		(void)list_file(l, load_join(l->arena, folder, STR(".env.example")), PROJECT_EXAMPLE, NULL);
}

static struct document
read_documents(struct load *l, struct str path, enum project_file_role role, struct source **ret)
{
	struct document docs = { NULL, 0 };
	enum file_outcome outcome;
	AUTO(error) err = ERROR_INIT;

	*ret = load_source(l, path, role, &outcome, &err);
	if (outcome == FILE_ABSENT)
		load_problem(l, NULL, "open %.*s: no such file", STR_ARG(path));
	else if (!*ret || document_read(l->arena, *ret, &docs, &err) < 0)
		load_error(l, &err);
	return docs;
}

static void
read_project(struct load *l)
{
	struct file_list files = { NULL, 0, 0 };
	struct scope scope = { .role = PROJECT_COMPOSE };
	struct project *p = l->project;
	struct document *docs;
	struct source **sources;
	struct node *dict;
	struct env env, gaps, *top_layer = top_env(l);
	struct trace profiles = TRACE_INIT;

	read_env(l, &env, top_layer);
	find_files(l, &env, &files);
	scope.dir = files.count > 0 ? load_dirname(files.paths[0]) : p->folder;
	env_init(&gaps, l->arena, &env);
	if (!str_eq(scope.dir, p->folder))	/* its own .env fills gaps */
		(void)load_env_file(l, load_join(l->arena, scope.dir, STR(".env")), &gaps, false);
	docs = arena_zero(l->arena, files.count, sizeof *docs);
	sources = arena_zero(l->arena, files.count, sizeof *sources);
	for (size_t i = 0; i < files.count; i++)
		docs[i] = read_documents(
		    l, files.paths[i], i == 0 ? PROJECT_COMPOSE : PROJECT_OVERRIDE, &sources[i]);
	names_read(l, &gaps, scope.dir, docs, files.count);
	env_set(top_layer, STR("COMPOSE_PROJECT_NAME"), p->name);
	scope.env = &gaps;
	dict = node_collection(l->arena, NODE_MAPPING, NULL);
	for (size_t i = 0; i < files.count; i++) {
		scope.role = i == 0 ? PROJECT_COMPOSE : PROJECT_OVERRIDE;
		if (sources[i])
			dict = load_documents(l, &scope, sources[i], docs[i], dict);
	}
	if (dict->count == 0 && p->problem_count == 0)
		load_problem(l, NULL, "empty compose file");
	check_finish(l, dict);
	forms_check(l, dict);
	env_files_place(l, dict, scope.dir);
	(void)env_get(scope.env, STR("COMPOSE_PROFILES"), &profiles);
	services_read(l, dict, profiles.text);
	resources_read(l, dict);
	check_project(l, dict);
	env_files_check(l, dict, scope.env);
}

int
project_read(struct project_reader *r, struct str folder, unsigned names, const struct project **ret,
    struct error *err)
{
	struct load l = { .reader = r, .arena = &r->arena, .names = names, .folderfd = -1 };

	release_sources(r);
	arena_reset(&r->arena);
	interpolation_reset(r->interpolation);
	l.project = arena_zero(l.arena, 1, sizeof *l.project);
	l.project->folder = load_join(l.arena, folder, STR("."));
	env_init(&l.unset, l.arena, NULL);
	if (str_has_nul(folder))
		return error_set(err, "a folder's path with a NUL byte");
	l.folderfd = openat(r->rootfd, l.project->folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	read_project(&l);
	if (l.folderfd >= 0)
		(void)close(l.folderfd);	/* opened for reading: nothing to lose */
	*ret = l.project;
	return 0;
}
