/* documents: the documents of a file merged onto a project, with what they include and extend.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>


/* A chain of extends, to find where it bites its tail. */
struct extending {
	const struct extending *outer;
	struct str file, service;
};

/* What a service is looked up in: the services of one file, as far as they have been extended. */
struct extend_scope {
	struct load *load;
	const struct load_scope *scope;
	struct str file;			/* for messages and cycles */
	struct node *services;			/* entries are replaced as they are extended */
	const struct resets *resets;		/* of the document that says so */
};

/* Whether PATH is fetched from elsewhere by Compose (git, OCI). */
static bool
is_remote(struct str path)
{
	return str_starts(path, STR("oci:")) || str_starts(path, STR("https://")) ||
	    str_starts(path, STR("http://")) || str_starts(path, STR("git@")) ||
	    str_starts(path, STR("ssh://")) || str_starts(path, STR("git://")) ||
	    str_starts(path, STR("github.com/"));
}

static struct node *extend_service(struct extend_scope *, size_t index, const struct extending *);

/* The services of the file that FILE names, merged as a project of their own but with nothing included,
 * extended or checked. */
static struct node *
extended_load(
    struct load *l, const struct load_scope *scope, struct str path, const struct node *at, struct resets *resets)
{
	struct source *source;
	struct document docs;
	struct node *model = node_collection(l->arena, NODE_MAPPING, NULL), *services;

	docs = load_yaml(l, path, PROJECT_BASE, at, "extends: open", &source);
	if (!source)
		return NULL;
	for (size_t i = 0; i < docs.count; i++) {
		if (!resolve_document(l, docs.roots[i], scope->env, resets))
			continue;
		model = merge_models(l, resets_apply(l, model, resets), docs.roots[i]);
	}
	merge_unique(l, model);
	ports_expand(l, model);
	mounts_check(l, model);
	merge_unique(l, model);
	env_files_locate(l, model, load_dirname(path));
	services = node_get(model, STR("services"));
	if (!services || services->kind != NODE_MAPPING) {
		load_problem(l, at, "cannot extend: %s in %.*s",
		    services ? "services must be a mapping" : "no services section", STR_ARG(path));
		return NULL;
	}
	return services;
}

/* The same, loaded once however many services extend from it. */
static struct node *
extended_services(
    struct load *l, const struct load_scope *scope, struct str path, const struct node *at, struct resets *resets)
{
	struct extended e = { path, scope->env, NULL, { NULL, 0, 0 } };

	for (size_t i = 0; i < l->extended_count; i++)
		if (l->extended[i].env == scope->env && str_eq(l->extended[i].path, path)) {
			*resets = l->extended[i].resets;
			return l->extended[i].services;
		}
	e.services = extended_load(l, scope, path, at, &e.resets);
	*resets = e.resets;
	ARENA_GROW(l->arena, l->extended, l->extended_count, l->extended_cap);
	l->extended[l->extended_count++] = e;
	return e.services;
}

/* The service and the file that `extends: b` or `extends: {service: b, file: f}` name. */
static bool
extends_read(struct load *l, const struct node *n, struct str *ret_service, struct node **ret_file)
{
	struct node *service = node_get(n, STR("service"));

	*ret_file = node_get(n, STR("file"));
	if (node_is_null(*ret_file))
		*ret_file = NULL;
	if (node_is_string(n)) {
		*ret_service = n->value;
		return true;
	}
	if (n->kind != NODE_MAPPING || !node_is_string(service) ||
	    (*ret_file && !node_is_string(*ret_file))) {
		load_problem(l, n, "extends must name a service, and its file as a string");
		return false;
	}
	*ret_service = service->value;
	return true;
}

static bool
extending_repeats(const struct extending *e, struct str file, struct str service)
{
	for (; e; e = e->outer)
		if (str_eq(e->file, file) && str_eq(e->service, service))
			return true;
	return false;
}

/* What SERVICE of scope X extends, itself extended; NULL where that can't be had. */
static struct node *
extended_base(struct extend_scope *x, const struct node *at, struct str service, struct str name,
    const struct node *file, const struct extending *chain)
{
	struct load *l = x->load;
	struct extend_scope below = *x;
	struct load_scope scope = *x->scope;
	struct resets resets = { NULL, 0, 0 };
	struct extending here = { chain, x->file, name };
	struct node *base;
	size_t i;

	if (file) {
		if (is_remote(file->value)) {
			load_problem(l, file, "extends a file that is elsewhere (%.*s); it is not fetched",
			    STR_ARG(file->value));
			return NULL;
		}
		below.file = load_join(l->arena, scope.dir, file->value);
		scope.dir = load_dirname(below.file);
		below.scope = &scope;
		below.resets = &resets;
		here.file = below.file;
	}
	if (l->depth >= LOAD_DEPTH_MAX) {
		load_problem(l, at, "a chain of more than %d extends", LOAD_DEPTH_MAX);
		return NULL;
	}
	if (extending_repeats(chain, here.file, name)) {
		load_problem(l, at, "Circular reference: %.*s in %.*s extends itself", STR_ARG(name),
		    STR_ARG(here.file));
		return NULL;
	}
	if (file)
		below.services = extended_services(l, x->scope, below.file, at, &resets);
	if (!below.services)
		return NULL;
	i = node_find(below.services, service);
	if (i == below.services->count) {
		load_problem(l, at, "cannot extend service \"%.*s\": service \"%.*s\" not found in %.*s",
		    STR_ARG(name), STR_ARG(service), STR_ARG(below.file));
		return NULL;
	}
	l->depth++;
	base = extend_service(&below, i, &here);
	l->depth--;
	return base;
}

static void
bind_aliases(const struct node *ports)
{
	for (size_t i = 0; i < ports->count; i++)
		if (ports->entries[i].value->alias)
			ports->entries[i].value->alias->is_copied = true;
}

/* Ports that SERVICE and BASE both have are one port to Compose: with another text at an alias they would
 * be two. */
static void
bind_common_ports(const struct node *service, const struct node *base)
{
	const struct node *own = node_get(service, STR("ports")), *inherited = node_get(base, STR("ports"));

	if (!own || own->kind != NODE_SEQUENCE || !inherited || inherited->kind != NODE_SEQUENCE)
		return;
	bind_aliases(own);
	bind_aliases(inherited);
}

/* Entry INDEX of X's services, merged onto what it extends. */
static struct node *
extend_service(struct extend_scope *x, size_t index, const struct extending *chain)
{
	struct load *l = x->load;
	struct node_entry *e = &x->services->entries[index];
	struct node *extends = node_get(e->value, STR("extends")), *base, *file, *merged;
	struct keypath services = keypath_key(NULL, STR("services"));
	struct keypath path = keypath_key(&services, e->key->value);
	struct str service;

	if (!extends || node_is_null(extends) || !extends_read(l, extends, &service, &file))
		return e->value;
	base = extended_base(x, extends, service, e->key->value, file, chain);
	if (!base || node_is_null(base))
		return e->value;
	if (base->kind != NODE_MAPPING) {
		load_problem(l, base, "services.%.*s must be a mapping", STR_ARG(service));
		return e->value;
	}
	base = resets_apply_service(l, base, e->key->value, x->resets);
	bind_common_ports(e->value, base);
	merged = merge_at(l, base, e->value, &path);
	index = node_find(merged, STR("extends"));
	if (index < merged->count)
		node_remove(merged, index);
	e->value = merged;
	return merged;
}

static void
apply_extends(struct load *l, const struct load_scope *scope, struct str file, struct node *root,
    const struct resets *resets)
{
	struct extend_scope x = { l, scope, file, node_get(root, STR("services")), resets };

	if (x.services && x.services->kind != NODE_MAPPING)
		load_problem(l, x.services, "services must be a mapping");
	if (!x.services || x.services->kind != NODE_MAPPING)
		return;
	for (size_t i = 0; i < x.services->count; i++)
		(void)extend_service(&x, i, NULL);
}

/* One entry of `include`. */
struct include {
	const struct node *at;
	struct str *paths;
	size_t path_count;
	struct str dir;			/* empty: the first path's folder */
	struct str *env_files;
	size_t env_count;
};

static bool
string_list(struct load *l, const struct node *n, struct str **ret, size_t *ret_count)
{
	*ret_count = 0;
	if (!n || node_is_null(n))
		return true;
	*ret = arena_zero(l->arena, n->kind == NODE_SEQUENCE ? n->count : 1, sizeof **ret);
	if (node_is_string(n))
		(*ret)[(*ret_count)++] = n->value;
	else if (n->kind != NODE_SEQUENCE)
		return false;
	for (size_t i = 0; n->kind == NODE_SEQUENCE && i < n->count; i++) {
		if (!node_is_string(n->entries[i].value))
			return false;
		(*ret)[(*ret_count)++] = n->entries[i].value->value;
	}
	return true;
}

static bool
include_read(struct load *l, const struct node *n, struct include *ret)
{
	const struct node *dir = node_get(n, STR("project_directory"));

	*ret = (struct include){ .at = n };
	if (node_is_string(n))
		return string_list(l, n, &ret->paths, &ret->path_count);
	if (n->kind != NODE_MAPPING ||
	    !string_list(l, node_get(n, STR("path")), &ret->paths, &ret->path_count) ||
	    !string_list(l, node_get(n, STR("env_file")), &ret->env_files, &ret->env_count) ||
	    ret->path_count == 0 || (dir && !node_is_null(dir) && !node_is_string(dir))) {
		load_problem(
		    l, n, "include must be a path, or a mapping with path, project_directory, env_file");
		return false;
	}
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): no string is NULL */
	ret->dir = node_is_string(dir) ? dir->value : (struct str)STR_INIT;
	return true;
}

/* The variables of an included project: the including one's, then its env files'. */
static const struct env *
include_env(struct load *l, const struct load_scope *outer, const struct include *inc, struct str dir)
{
	struct env *env = arena_zero(l->arena, 1, sizeof *env);

	env_init(env, l->arena, outer->env);
	if (inc->env_count == 0)
		(void)variables_read_file(l, load_join(l->arena, dir, STR(".env")), env, false);
	for (size_t i = 0; i < inc->env_count; i++) {
		struct str path = load_join(l->arena, outer->dir, inc->env_files[i]);

		if (!str_eq(path, STR("/dev/null")) && !variables_read_file(l, path, env, false))
			load_problem(l, inc->at, "include: env file %.*s: no such file", STR_ARG(path));
	}
	return env;
}

static bool
include_cycles(const struct load_scope *scope, struct str file, struct str path)
{
	if (str_eq(file, path))
		return true;
	for (; scope; scope = scope->outer)
		if (str_eq(scope->file, path))
			return true;
	return false;
}

/* The model that INC brings; NULL where it can't be read. */
static struct node *
include_load(struct load *l, const struct load_scope *outer, struct str file, const struct include *inc)
{
	struct load_scope scope = { .outer = outer, .file = file };
	struct node *model = node_collection(l->arena, NODE_MAPPING, NULL);
	struct str path;

	for (size_t i = 0; i < inc->path_count; i++)
		if (is_remote(inc->paths[i])) {
			load_problem(l, inc->at,
			    "include of a project that is elsewhere (%.*s); it is not fetched",
			    STR_ARG(inc->paths[i]));
			return NULL;
		}
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): include_read lets no include without a path
	 * by */
	path = load_join(l->arena, outer->dir, inc->paths[0]);
	if (l->depth >= LOAD_DEPTH_MAX) {
		load_problem(l, inc->at, "includes in one another more than %d deep", LOAD_DEPTH_MAX);
		return NULL;
	}
	if (include_cycles(outer, file, path)) {
		load_problem(
		    l, inc->at, "include cycle detected: %.*s includes %.*s", STR_ARG(file), STR_ARG(path));
		return NULL;
	}
	scope.dir = inc->dir.len > 0 ? load_join(l->arena, outer->dir, inc->dir) : load_dirname(path);
	scope.env = include_env(l, outer, inc, scope.dir);
	l->depth++;
	for (size_t i = 0; i < inc->path_count; i++) {
		struct source *source;
		struct document docs;

		path = load_join(l->arena, outer->dir, inc->paths[i]);
		docs = load_yaml(l, path, PROJECT_BASE, inc->at, "include: open", &source);
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
	struct node *from = node_get(imported, section), *to = node_get(root, section), *key;
	struct keypath top = keypath_key(NULL, section);

	if (!from || from->kind != NODE_MAPPING)
		return;
	if (!to || to->kind != NODE_MAPPING) {
		if (to)			/* a problem that is found later */
			return;
		to = node_collection(l->arena, NODE_MAPPING, from);
		key = arena_zero(l->arena, 1, sizeof *key);
		key->value = section;
		node_add(l->arena, root, key, to);
	}
	for (size_t i = 0; i < from->count; i++) {
		struct node_entry *e = &from->entries[i];
		struct keypath path = keypath_key(&top, e->key->value);
		size_t had = node_find(to, e->key->value);
		struct node *base = e->value;

		if (had == to->count) {
			node_add(l->arena, to, e->key, e->value);
			continue;
		}
		if (str_eq(section, STR("services")))
			base = resets_apply_service(l, base, e->key->value, resets);
		to->entries[had].value = merge_at(l, base, to->entries[had].value, &path);
	}
}

static void
apply_include(struct load *l, const struct load_scope *scope, struct str file, struct node *root,
    const struct resets *resets)
{
	static const struct str sections[] = { { "services", 8 }, { "volumes", 7 }, { "networks", 8 },
		{ "secrets", 7 },
	    { "configs", 7 }, { "models", 6 } };
	size_t at = node_find(root, STR("include"));
	const struct node *list;

	if (at == root->count)
		return;
	list = root->entries[at].value;
	node_remove(root, at);
	if (node_is_null(list))
		return;
	if (list->kind != NODE_SEQUENCE) {
		load_problem(l, list, "`include` must be a list");
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		struct include inc;
		struct node *imported;

		if (!include_read(l, list->entries[i].value, &inc))
			continue;
		imported = include_load(l, scope, file, &inc);
		for (size_t k = 0; imported && k < sizeof sections / sizeof *sections; k++)
			import_section(l, root, imported, sections[k], resets);
	}
}

struct node *
documents_merge(
    struct load *l, const struct load_scope *scope, struct source *source, struct document docs, struct node *model)
{
	for (size_t i = 0; i < docs.count; i++) {
		struct resets resets = { NULL, 0, 0 };
		struct node *root = docs.roots[i];

		if (!resolve_document(l, root, scope->env, &resets))
			continue;
		apply_include(l, scope, source->path, root, &resets);
		model = resets_apply(l, model, &resets);
		apply_extends(l, scope, source->path, root, &resets);
		model = merge_models(l, model, root);
		merge_unique(l, model);
		check_document(l, model);
		ports_expand(l, model);
		mounts_check(l, model);
		merge_unique(l, model);
	}
	return model;
}
