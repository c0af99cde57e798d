/* documents: the documents of a file merged onto a model, with what they include and extend.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/path.h"

/* One entry of `include`. */
struct include {
	const struct node *at;
	struct str *paths;
	size_t path_count;
	struct str dir;				/* the project folder; empty: that of the first path */
	struct str *env_files;
	size_t env_count;
};

/* Reads N, a string or a list of strings, or nothing at all. False where it is something else. */
static bool
read_strings(struct load *l, const struct node *n, struct str **ret, size_t *ret_count)
{
	*ret_count = 0;
	if (!n || node_is_null(n))
		return true;
	if (node_is_string(n)) {
		*ret = arena_zero(l->arena, 1, sizeof **ret);
		(*ret)[(*ret_count)++] = n->value;
		return true;
	}
	if (n->kind != NODE_SEQUENCE)
		return false;
	*ret = arena_zero(l->arena, n->count, sizeof **ret);
	for (size_t i = 0; i < n->count; i++) {
		if (!node_is_string(n->entries[i].value))
			return false;
		(*ret)[(*ret_count)++] = n->entries[i].value->value;
	}
	return true;
}

/* Reads entry N of `include`. One that names no path includes nothing. */
static bool
read_include(struct load *l, const struct node *n, struct include *ret)
{
	const struct node *dir = node_get(n, STR("project_directory"));

	*ret = (struct include){ .at = n };
	if (node_is_string(n))
		return read_strings(l, n, &ret->paths, &ret->path_count);
	if (node_is_string(dir))
		ret->dir = dir->value;
	if ((n->kind == NODE_MAPPING || node_is_null(n) || n->type == NODE_TIME) &&
	    (!dir || (dir->kind == NODE_SCALAR && dir->type != NODE_BOOL)) &&
	    read_strings(l, node_get(n, STR("path")), &ret->paths, &ret->path_count) &&
	    read_strings(l, node_get(n, STR("env_file")), &ret->env_files, &ret->env_count))
		return true;
	load_problem(l, n, "include must be a path, or a mapping with path, project_directory, env_file");
	return false;
}

/* The variables of a project that is included into folder DIR: the including one's, then its env files'. */
static const struct env *
include_env(struct load *l, const struct load_scope *outer, const struct include *inc, struct str dir)
{
	struct env *env = arena_zero(l->arena, 1, sizeof *env);

	env_init(env, l->arena, outer->env);
	if (inc->env_count == 0)
		(void)variables_read_file(l, path_resolve(l->arena, dir, STR(".env")), env, false);
	for (size_t i = 0; i < inc->env_count; i++) {
		struct str path = path_resolve(l->arena, outer->dir, inc->env_files[i]);

		if (!str_eq(path, STR("/dev/null")) && !variables_read_file(l, path, env, false))
			load_problem(l, inc->at, "include: env file %.*s: no such file", STR_ARG(path));
	}
	return env;
}

static bool
is_cycle(const struct load_scope *scope, struct str file, struct str path)
{
	if (str_eq(file, path))
		return true;
	for (; scope; scope = scope->outer)
		if (str_eq(scope->file, path))
			return true;
	return false;
}

/* Whether INC of FILE may be followed to PATH, its first file. */
static bool
may_follow(struct load *l, const struct load_scope *outer, struct str file, const struct include *inc,
    struct str path)
{
	for (size_t i = 0; i < inc->path_count; i++)
		if (load_is_remote(inc->paths[i])) {
			load_problem(l, inc->at,
			    "include of a project that is elsewhere (%.*s); it is not fetched",
			    STR_ARG(inc->paths[i]));
			return false;
		}
	if (l->depth >= LOAD_DEPTH_MAX)
		load_problem(l, inc->at, "includes in one another more than %d deep", LOAD_DEPTH_MAX);
	else if (is_cycle(outer, file, path))
		load_problem(l, inc->at, "include cycle detected: %.*s includes %.*s", STR_ARG(file),
		    STR_ARG(path));
	else
		return true;
	return false;
}

/* The model that INC brings; NULL where it is not followed. */
static struct node *
include_load(struct load *l, const struct load_scope *outer, struct str file, const struct include *inc)
{
	struct load_scope scope = { .outer = outer, .file = file };
	struct node *model = node_collection(l->arena, NODE_MAPPING, NULL);
	struct str first;

	if (inc->path_count == 0) {
		if (inc->env_count > 0)		/* which are read all the same */
			(void)include_env(l, outer, inc, outer->dir);
		return NULL;
	}
	first = path_resolve(l->arena, outer->dir, inc->paths[0]);
	if (!may_follow(l, outer, file, inc, first))
		return NULL;
	scope.dir = inc->dir.len > 0 ? path_resolve(l->arena, outer->dir, inc->dir) : path_folder(first);
	scope.env = include_env(l, outer, inc, scope.dir);
	l->depth++;
	for (size_t i = 0; i < inc->path_count; i++) {
		struct str path = path_resolve(l->arena, outer->dir, inc->paths[i]);
		struct source *source;
		struct document docs = load_yaml(l, path, PROJECT_INCLUDE, inc->at, "include: open", &source);

		if (source)
			model = documents_merge(l, &scope, source, docs, model);
	}
	l->depth--;
	check_merged(l, model);
	env_files_locate(l, model, scope.dir);
	return model;
}

/* Takes the entries of SECTION of IMPORTED into ROOT; what ROOT has of the same name is merged onto them. */
static void
import_section(struct load *l, struct node *root, const struct node *imported, struct str section,
    const struct resets *resets)
{
	struct node *from = node_get(imported, section), *to = node_get(root, section);
	struct keypath top = keypath_key(NULL, section);

	/* A section of another kind is a problem that is found later. */
	if (!from || from->kind != NODE_MAPPING || (to && to->kind != NODE_MAPPING))
		return;
	if (!to) {
		to = node_collection(l->arena, NODE_MAPPING, from);
		node_add(l->arena, root, node_string(l->arena, section), to);
	}
	for (size_t i = 0; i < from->count; i++) {
		struct node_entry *e = &from->entries[i];
		struct keypath path = keypath_entry(&top, from, i);
		size_t had = node_find(to, path.key);
		struct node *base = e->value;

		if (had == to->count) {
			node_add(l->arena, to, e->key, e->value);
			continue;
		}
		if (str_eq(section, STR("services")))
			base = resets_apply_service(resets, l->arena, base, path.key);
		to->entries[had].value = merge_at(l, base, to->entries[had].value, &path);
	}
}

/* Whether entry I of the list of includes is a path that stands not far before it as well. */
static bool
is_repeated(const struct node *list, size_t i)
{
	enum { NEAR = 64 };
	const struct node *path = list->entries[i].value;

	for (size_t k = i > NEAR ? i - NEAR : 0; k < i && node_is_string(path); k++)
		if (node_is_string(list->entries[k].value) &&
		    str_eq(list->entries[k].value->value, path->value))
			return true;
	return false;
}

/* Replaces `include` of ROOT by what it names. */
static void
apply_include(struct load *l, const struct load_scope *scope, struct str file, struct node *root,
    const struct resets *resets)
{
	static const char *const sections[] = { "services", "volumes", "networks", "secrets", "configs",
		"models" };
	size_t at = node_find(root, STR("include"));
	const struct node *list;

	if (at == root->count)
		return;
	list = root->entries[at].value;
	node_remove(root, at);
	if (list->kind != NODE_SEQUENCE && !node_is_null(list))
		load_problem(l, list, "`include` must be a list");
	for (size_t i = 0; i < node_count(list, NODE_SEQUENCE); i++) {
		struct include inc;
		struct node *imported;

		/* what was taken in once is there */
		if (is_repeated(list, i) || !read_include(l, list->entries[i].value, &inc))
			continue;
		imported = include_load(l, scope, file, &inc);
		for (size_t k = 0; imported && k < sizeof sections / sizeof *sections; k++)
			import_section(l, root, imported, str_from(sections[k]), resets);
	}
}

struct node *
documents_merge(struct load *l, const struct load_scope *scope, struct source *source, struct document docs,
    struct node *model)
{
	for (size_t i = 0; i < docs.count; i++) {
		struct resets resets = { NULL, 0, 0 };
		struct node *root = docs.roots[i];

		if (!resolve_document(l, root, scope->env, &resets))
			continue;
		apply_include(l, scope, source->path, root, &resets);
		model = resets_apply(&resets, l->arena, model);
		extends_apply(l, scope, source->path, root, &resets);
		model = merge_models(l, model, root);
		merge_unique(l, model);
		check_document(l, model);
		ports_expand(l, model);
		mounts_check(l, model);
		merge_unique(l, model);
	}
	return model;
}
