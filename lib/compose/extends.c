/* extends: services merged onto the services that they extend.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/path.h"

/* The services of one file, among which a service is looked up. */
struct extends_scope {
	struct load *load;
	const struct load_scope *scope;
	struct str file;
	struct node *services;			/* each entry is replaced once it is extended */
	struct dict *index;			/* of these by their names, where they are many */
	const struct resets *resets;		/* of the document that extends */
};

/* A service that is being extended, linked with those whose extends led to it. */
struct extending {
	const struct extending *outer;
	struct str file;			/* what it extends is there */
	struct str service;
};

/* What `extends: b` or `extends: {service: b, file: f}` says. */
struct extends {
	const struct node *at;
	struct str service;
	const struct node *file;		/* NULL: the file at hand */
};

struct extended {
	struct str path;
	const struct env *env;			/* the variables that it was loaded with */
	struct node *services;			/* NULL: it has none, or could not be read */
	struct dict *index;			/* as in extends_scope */
	struct resets resets;
};

/* The services of the file at PATH, merged as those of a project but with nothing included, extended or
 * checked. NULL where it has none. */
static struct node *
load_services(
    struct load *l, const struct env *env, struct str path, const struct node *at, struct resets *resets)
{
	struct node *model = node_collection(l->arena, NODE_MAPPING, NULL), *services;
	struct source *source;
	struct document docs = load_yaml(l, path, PROJECT_BASE, at, "extends: open", &source);

	if (!source)
		return NULL;
	for (size_t i = 0; i < docs.count; i++)
		if (resolve_document(l, docs.roots[i], env, resets))
			model = merge_models(l, resets_apply(resets, l->arena, model), docs.roots[i]);
	merge_unique(l, model);
	ports_expand(l, model);
	mounts_check(l, model);
	merge_unique(l, model);
	env_files_locate(l, model, path_folder(path));
	services = node_get(model, STR("services"));
	if (services && services->kind == NODE_MAPPING)
		return services;
	load_problem(l, at, "cannot extend: %s in %.*s",
	    services ? "services must be a mapping" : "no services section", STR_ARG(path));
	return NULL;
}

static struct dict *
empty_index(struct load *l)
{
	struct dict *d = arena_zero(l->arena, 1, sizeof *d);

	d->arena = l->arena;
	return d;
}

/* The index of service NAME among those of X; their count where there is none. */
static size_t
find_service(const struct extends_scope *x, struct str name)
{
	enum { FEW = 32 };
	const struct node *all = x->services;
	uint32_t i;

	if (all->count <= FEW)
		return node_find(all, name);
	if (x->index->count == 0)
		for (size_t k = all->count; k-- > 0; )
			(void)dict_add(x->index, all->entries[k].key->value, (uint32_t)k);
	i = dict_find(x->index, name);
	return i == DICT_NONE ? all->count : i;
}

/* The same, loaded once however many services extend from it. */
static struct extended
extended_file(struct load *l, const struct env *env, struct str path, const struct node *at)
{
	struct extended e = { path, env, NULL, NULL, { NULL, 0, 0 } };

	for (size_t i = 0; i < l->extended_count; i++)
		if (l->extended[i].env == env && str_eq(l->extended[i].path, path))
			return l->extended[i];
	e.index = empty_index(l);
	e.services = load_services(l, env, path, at, &e.resets);
	ARENA_GROW(l->arena, l->extended, l->extended_count, l->extended_cap);
	l->extended[l->extended_count++] = e;
	return e;
}

/* Reads N, which is `extends` of a service. False where it says nothing, or nothing that Compose takes. */
static bool
read_extends(struct load *l, const struct node *n, struct extends *ret)
{
	const struct node *service = node_get(n, STR("service")), *file = node_get(n, STR("file"));

	if (!n || node_is_null(n))
		return false;
	if (node_is_string(n))
		service = n;
	if (node_is_null(file))
		file = NULL;
	if (!node_is_string(service) || (file && !node_is_string(file))) {
		load_problem(l, n, "extends must name a service, and its file as a string");
		return false;
	}
	*ret = (struct extends){ n, service->value, file };
	return true;
}

/* Whether what E names may be looked up for HERE. */
static bool
may_follow(struct load *l, const struct extends *e, const struct extending *here)
{
	if (e->file && load_is_remote(e->file->value)) {
		load_problem(l, e->file, "extends a file that is elsewhere (%.*s); it is not fetched",
		    STR_ARG(e->file->value));
		return false;
	}
	if (l->depth >= LOAD_DEPTH_MAX) {
		load_problem(l, e->at, "a chain of more than %d extends", LOAD_DEPTH_MAX);
		return false;
	}
	for (const struct extending *outer = here->outer; outer; outer = outer->outer)
		if (str_eq(outer->file, here->file) && str_eq(outer->service, here->service)) {
			load_problem(l, e->at, "Circular reference: %.*s in %.*s extends itself",
			    STR_ARG(here->service), STR_ARG(here->file));
			return false;
		}
	return true;
}

static struct node *extend(struct extends_scope *, size_t index, const struct extending *outer);

/* What service NAME of X extends by E, itself extended; NULL where it cannot be had. */
static struct node *
extended_base(
    struct extends_scope *x, const struct extends *e, struct str name, const struct extending *outer)
{
	struct load *l = x->load;
	struct extends_scope below = *x;
	struct load_scope scope = *x->scope;
	struct extending here = { outer, x->file, name };
	struct extended other;
	struct node *base;
	size_t i;

	if (e->file)
		below.file = here.file = path_resolve(l->arena, scope.dir, e->file->value);
	if (!may_follow(l, e, &here))
		return NULL;
	if (e->file) {
		scope.dir = path_folder(below.file);
		below.scope = &scope;
		other = extended_file(l, scope.env, below.file, e->at);
		below.services = other.services;
		below.index = other.index;
		below.resets = &other.resets;
	}
	if (!below.services)
		return NULL;
	i = find_service(&below, e->service);
	if (i == below.services->count) {
		load_problem(l, e->at, "cannot extend service \"%.*s\": service \"%.*s\" not found in %.*s",
		    STR_ARG(name), STR_ARG(e->service), STR_ARG(below.file));
		return NULL;
	}
	l->depth++;
	base = extend(&below, i, &here);
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

/* Ports that SERVICE and BASE both have through an alias are one port to Compose. With another text in the
 * place of one of the aliases they would be two. */
static void
bind_common_ports(const struct node *service, const struct node *base)
{
	const struct node *own = node_get(service, STR("ports")), *inherited = node_get(base, STR("ports"));

	if (!node_count(own, NODE_SEQUENCE) || !node_count(inherited, NODE_SEQUENCE))
		return;
	bind_aliases(own);
	bind_aliases(inherited);
}

/* Entry INDEX of X's services, merged onto what it extends. */
static struct node *
extend(struct extends_scope *x, size_t index, const struct extending *outer)
{
	struct load *l = x->load;
	struct node_entry *entry = &x->services->entries[index];
	struct keypath services = keypath_key(NULL, STR("services"));
	struct keypath path = keypath_entry(&services, x->services, index);
	struct node *base, *merged;
	struct extends e;
	size_t i;

	if (!read_extends(l, node_get(entry->value, STR("extends")), &e))
		return entry->value;
	base = extended_base(x, &e, path.key, outer);
	if (!base || node_is_null(base))
		return entry->value;
	if (base->kind != NODE_MAPPING) {
		load_problem(l, base, "services.%.*s must be a mapping", STR_ARG(e.service));
		return entry->value;
	}
	base = resets_apply_service(x->resets, l->arena, base, path.key);
	bind_common_ports(entry->value, base);
	merged = merge_at(l, base, entry->value, &path);
	i = node_find(merged, STR("extends"));
	if (i < merged->count)
		node_remove(merged, i);
	entry->value = merged;
	return merged;
}

void
extends_apply(struct load *l, const struct load_scope *scope, struct str file, struct node *root,
    const struct resets *resets)
{
	struct extends_scope x = { l, scope, file, node_get(root, STR("services")),
		empty_index(l), resets };

	if (!x.services)
		return;
	if (x.services->kind != NODE_MAPPING) {
		load_problem(l, x.services, "services must be a mapping");
		return;
	}
	for (size_t i = 0; i < x.services->count; i++)
		(void)extend(&x, i, NULL);
}
