/* project: the reader, and the order in which a project is read.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "syntax/placeholder.h"
#include "system/compat.h"

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
	r->options = options;
	env_init(&r->process, &r->process_arena, NULL);
	r->links = options->links;
	r->counts_environ = options->env && options->environ;
	if (r->counts_environ)
		env_set_environ(&r->process, options->environ);
	reader_root(r);
	r->cache = cache_open();
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
	cache_close(r->cache);
	buf_release(&r->bytes);
	arena_release(&r->arena);
	arena_release(&r->process_arena);
	free(r);
}

void
project_reader_way(struct project_reader *r, const struct project_way *way)
{
	r->way = way;
}

void
project_reader_fill(struct project_reader *r, bool fills)
{
	r->fills = fills;
}

struct arena *
project_arena(struct project_reader *r)
{
	return &r->arena;
}

/* There is no node that could tell the place: it is the first of COUNT files that could be read. */
static void
say_empty(struct load *l, struct source **sources, size_t count)
{
	AUTO(error) err = ERROR_INIT;
	size_t i = 0;

	while (i < count && !sources[i])
		i++;
	(void)error_set(&err, "empty compose file");
	if (i < count)
		(void)error_file(&err, sources[i]->path);
	load_error(l, &err);
}

/* The model of COUNT files with their documents. A file that could not be read has no source. */
static struct node *
merge_files(struct load *l, const struct load_scope *scope, struct source **sources,
    const struct document *docs, size_t count)
{
	struct node *model = node_collection(l->arena, NODE_MAPPING, NULL);

	for (size_t i = 0; i < count; i++)
		if (sources[i])
			model = documents_merge(l, scope, sources[i], docs[i], model);
	if (model->count == 0 && l->project->problem_count == 0)
		say_empty(l, sources, count);
	return model;
}

/* Whether a file of the project's may be read by others as well: one that it includes or extends, or that its
 * own compose file leads to. */
static bool
may_share_text(const struct project *p)
{
	for (size_t i = 0; i < p->file_count; i++) {
		const struct project_file *f = &p->files[i];

		if (f->role == PROJECT_BASE || f->role == PROJECT_INCLUDE ||
		    (f->role == PROJECT_COMPOSE && f->source && f->source->target.len))
			return true;
	}
	return false;
}

static void
read_project(struct load *l)
{
	struct project *p = l->project;
	struct env env, gaps, *top = variables_top(l);
	struct load_scope scope = { .env = &gaps };
	struct found_files files;
	struct source **sources;
	struct document *docs;
	struct node *model;
	struct trace profiles = TRACE_INIT;

	variables_read(l, &env, top);
	files = find_files(l, &env);
	scope.dir = files.count > 0 ? path_folder(files.paths[0]) : p->folder;
	env_init(&gaps, l->arena, &env);
	if (!str_eq(scope.dir, p->folder))	/* whose own .env has what the app's has not */
		(void)variables_read_file(l, path_resolve(l->arena, scope.dir, STR(".env")), &gaps, false);
	docs = arena_zero(l->arena, files.count, sizeof *docs);
	sources = arena_zero(l->arena, files.count, sizeof *sources);
	for (size_t i = 0; i < files.count; i++) {
		enum project_file_role role = i == 0 ? PROJECT_COMPOSE : PROJECT_OVERRIDE;

		docs[i] = load_yaml(l, files.paths[i], role, files.said.source ? &files.said : NULL, "open",
		    &sources[i]);
	}
	names_read(l, &gaps, scope.dir, docs, files.count);
	env_set(top, STR("COMPOSE_PROJECT_NAME"), p->name);
	model = merge_files(l, &scope, sources, docs, files.count);
	check_merged(l, model);
	forms_check(l, model);
	env_files_locate(l, model, scope.dir);
	(void)env_get(&gaps, STR("COMPOSE_PROFILES"), &profiles);
	services_read(l, model, profiles.text);
	resources_read(l, model);
	follow_read(l, model);
	consistency_check(l, model);
	env_files_check(l, model, &gaps);
	if (files.absent.len && may_share_text(p))
		load_absent(l, files.absent, PROJECT_OVERRIDE);
}

/* Whether a symlink stands on the way from the root to the app's folder. */
static bool
is_below_link(const struct project_reader *r, const struct load *l)
{
	struct str path = path_resolve(l->arena, r->root, l->project->folder);
	char *real = compat_real_path(path.ptr);
	bool result = real && !str_eq(str_from(real), path);

	free(real);
	return result;
}

/* Reads the project anew, with nothing left of what was read before. */
static struct project *
read_anew(struct project_reader *r, struct str folder, unsigned names, bool assumes_shell)
{
	struct load l = { .reader = r, .arena = &r->arena, .names = names, .assumes_shell = assumes_shell };

	release_sources(r);
	arena_reset(&r->arena);
	interpolation_reset(r->interpolation, &r->arena);
	l.project = arena_zero(l.arena, 1, sizeof *l.project);
	l.project->folder = path_resolve(l.arena, folder, STR("."));
	l.unset = l.anchored_at = (struct dict)DICT_IN(l.arena);
	l.is_below_link = r->links && is_below_link(r, &l);
	read_project(&l);
	return l.project;
}

/* Leaves P of its problems those that KNOWN has (NULL: none), and what the machine failed at only now. */
static void
keep_problems(struct project_reader *r, struct project *p, const struct dict *known)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->problem_count; i++)
		if (p->problems[i].kind == MESSAGE_UNREAD ||
		    (known && dict_find(known, load_problem_key(&r->arena, &p->problems[i])) != DICT_NONE))
			p->problems[kept++] = p->problems[i];
	p->problem_count = kept;
}

/* Whether a value in the .env of P is a placeholder and nothing else. */
static bool
has_placeholder(const struct project *p)
{
	struct placeholder ignored;

	for (size_t i = 0; i < p->setting_count; i++)
		if (!p->settings[i].source->is_example &&
		    placeholder_parse(p->settings[i].resolved.text, &ignored))
			return true;
	return false;
}

/* Messages that outlive the reading in which they were found. */
struct messages {
	struct arena *arena;
	struct project_message *items;
	size_t count, cap;
};

/* Appends to MESSAGES, with their texts in its arena, COUNT of ITEMS. */
static void
keep_messages(struct messages *messages, const struct project_message *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct project_message copy = items[i];

		copy.text = arena_dup(messages->arena, copy.text);
		copy.file = arena_dup(messages->arena, copy.file);
		ARENA_GROW(messages->arena, messages->items, messages->count, messages->cap);
		messages->items[messages->count++] = copy;
	}
}

/* Gives P, which R read last, those of MESSAGES for problems that it has not yet. */
static void
add_messages(struct project_reader *r, struct project *p, const struct messages *messages)
{
	AUTO(arena) kept = ARENA_INIT;
	struct dict known = DICT_IN(&kept);
	struct messages all = { .arena = &r->arena };

	keep_messages(&all, p->problems, p->problem_count);
	for (size_t i = 0; i < p->problem_count; i++)
		(void)dict_add_copy(&known, &kept, load_problem_key(&kept, &p->problems[i]), 0);
	for (size_t i = 0; i < messages->count; i++)
		if (dict_find(&known, load_problem_key(&kept, &messages->items[i])) == DICT_NONE)
			keep_messages(&all, &messages->items[i], 1);
	p->problems = all.items;
	p->problem_count = all.count;
}

/* Reads P again as it is once its placeholders are filled in. Its problems stay those that it has now, and
 * what the machine fails at; of those that are none then it is said so. */
static struct project *
read_filled(
    struct project_reader *r, struct project *p, struct str folder, unsigned names, bool assumes_shell)
{
	AUTO(arena) kept = ARENA_INIT;
	struct dict left = DICT_IN(&kept);
	struct messages messages = { .arena = &kept };

	keep_messages(&messages, p->problems, p->problem_count);
	dotenv_reader_fill(r->dotenv, true);
	p = read_anew(r, folder, names, assumes_shell);
	dotenv_reader_fill(r->dotenv, false);
	for (size_t i = 0; i < p->problem_count; i++)
		(void)dict_add_copy(&left, &kept, load_problem_key(&r->arena, &p->problems[i]), 0);
	for (size_t i = 0; i < messages.count; i++)
		if (messages.items[i].kind != MESSAGE_UNREAD &&
		    dict_find(&left, load_problem_key(&r->arena, &messages.items[i])) == DICT_NONE)
			messages.items[i].kind = MESSAGE_UNFILLED;
	keep_problems(r, p, NULL);
	add_messages(r, p, &messages);
	return p;
}

/* Where HOME or USER decides a port or a name it is read a second time, with neither of them: what they hold
 * is not known. Whoever runs Compose has them, so what it refuses without them alone is no problem. */
static struct project *
read_unfilled(struct project_reader *r, struct str folder, unsigned names, bool *assumes_shell)
{
	AUTO(arena) kept = ARENA_INIT;
	struct dict known = DICT_IN(&kept);
	struct project *p = read_anew(r, folder, names, *assumes_shell);

	if (!*assumes_shell || !variables_shell_decides(p))
		return p;
	for (size_t i = 0; i < p->problem_count; i++)
		(void)dict_add_copy(&known, &kept, load_problem_key(&r->arena, &p->problems[i]), 0);
	*assumes_shell = false;
	p = read_anew(r, folder, names, false);
	keep_problems(r, p, &known);
	return p;
}

/* Reads P with .env.example as its .env to see what Compose would say to that, which IS_JUDGED where it may
 * be that it refuses the copy, and then again as it is. *ret_is_sound: nothing at all. */
static struct project *
read_copied(struct project_reader *r, struct project *p, struct str folder, unsigned names, bool is_judged,
    bool *ret_is_sound)
{
	AUTO(arena) kept = ARENA_INIT;
	struct dict known = DICT_IN(&kept);
	struct messages unread = { .arena = &kept };
	bool assumes_shell = !r->counts_environ;
	struct str refused = STR_INIT;

	copied_know(&known, &kept, p);
	r->copies = true;
	dotenv_reader_fill(r->dotenv, r->fills);
	p = read_unfilled(r, folder, names, &assumes_shell);
	*ret_is_sound = !copied_has_mistake(p);
	if (is_judged)
		refused = copied_refusal(&known, &kept, p);
	keep_problems(r, p, NULL);
	keep_messages(&unread, p->problems, p->problem_count);
	dotenv_reader_fill(r->dotenv, false);
	r->copies = false;
	assumes_shell = !r->counts_environ;
	p = read_unfilled(r, folder, names, &assumes_shell);
	p->copy_refused = arena_dup(&r->arena, refused);
	add_messages(r, p, &unread);
	return p;
}

static struct str
words_of(struct arena *a, const struct project_message *m)
{
	return arena_printf(a, "%.*s:%zu:%zu %.*s", STR_ARG(m->file), m->line, m->column, STR_ARG(m->text));
}

/* Reads P, which is sound once .env.example is its .env, again as if nothing that this sets were required.
 * Its problems stay, as those that the copy ends. Where the text without a value is a mistake by itself, P
 * stays as it is. */
static struct project *
read_supplied(struct project_reader *r, struct project *p, struct str folder, unsigned names)
{
	AUTO(arena) kept = ARENA_INIT;
	struct dict known = DICT_IN(&kept);
	struct messages messages = { .arena = &kept };
	bool assumes_shell = !r->counts_environ, has_more = false;

	keep_messages(&messages, p->problems, p->problem_count);
	for (size_t i = 0; i < messages.count; i++)
		(void)dict_add(&known, words_of(&kept, &messages.items[i]), 0);
	r->supplies = true;
	p = read_unfilled(r, folder, names, &assumes_shell);
	r->supplies = false;
	for (size_t i = 0; i < p->problem_count; i++)
		has_more = has_more || (p->problems[i].kind == MESSAGE_PLAIN &&
		    dict_find(&known, words_of(&kept, &p->problems[i])) == DICT_NONE);
	if (has_more) {
		assumes_shell = !r->counts_environ;
		return read_unfilled(r, folder, names, &assumes_shell);
	}
	for (size_t i = 0; i < messages.count; i++)
		if (messages.items[i].kind == MESSAGE_PLAIN)
			messages.items[i].kind = MESSAGE_SUPPLIED;
	keep_problems(r, p, NULL);
	add_messages(r, p, &messages);
	return p;
}

/* Reads P, which has no .env, in the light of its .env.example. */
static struct project *
read_with_example(struct project_reader *r, struct project *p, struct str folder, unsigned names)
{
	bool may_supply = r->fills && p->problem_count, is_sound = false;
	bool is_judged = copied_may_be_refused(&r->arena, p);

	if (may_supply || is_judged)
		p = read_copied(r, p, folder, names, is_judged, &is_sound);
	return may_supply && is_sound && !p->copy_refused.len ? read_supplied(r, p, folder, names) : p;
}

int
project_read(struct project_reader *r, struct str folder, unsigned names, const struct project **ret,
    struct error *err)
{
	bool assumes_shell = !r->counts_environ;
	struct project *p;

	if (str_has_nul(folder))
		return error_set(err, "a folder's path with a NUL byte");
	p = read_unfilled(r, folder, names, &assumes_shell);
	if (r->fills && has_placeholder(p))
		p = read_filled(r, p, folder, names, assumes_shell);
	else if (project_awaits_copy(p))
		p = read_with_example(r, p, folder, names);
	*ret = p;
	return 0;
}
