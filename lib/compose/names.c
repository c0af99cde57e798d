/* names: the name of a project, and the real names of its volumes and networks.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>

struct trace
name_normal(struct arena *a, struct trace t)
{
	char *out = arena_alloc(a, t.text.len + 1);
	struct trace_builder b = TRACE_BUILDER_INIT(a);
	struct trace_decision d;
	size_t len = 0;

	for (size_t i = 0; i < t.text.len; i++) {
		char c = t.text.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (len > 0 && (c == '_' || c == '-')))
			out[len++] = c;
	}
	out[len] = '\0';
	if (str_eq((struct str){ out, len }, t.text))
		return t;
	d = trace_decide(t);
	trace_add(&b, (struct str){ out, len },
	    (struct trace_piece){
		.source = d.source, .raw = d.span, .decoded = true, .origin = d.origin, .step = d.step });
	return d.known ? trace_finish(&b) : trace_none((struct str){ out, len });
}

/* The value of KEY in a mapping whose merge keys still stand in it. */
static struct node *
merged_get(const struct node *n, struct str key, unsigned depth)
{
	struct node *own = node_get(n, key), *merge;

	if (own || !n || depth > DOCUMENT_DEPTH_MAX)
		return own;
	merge = n->kind == NODE_MAPPING ? node_get(n, STR("<<")) : NULL;
	if (merge && merge->kind == NODE_MAPPING)
		return merged_get(merge, key, depth + 1);
	for (size_t i = 0; merge && merge->kind == NODE_SEQUENCE && i < merge->count && !own; i++)
		own = merged_get(merge->entries[i].value, key, depth + 1);
	return own;
}

/* The last non-empty `name:` of the files; NULL where none has one. */
static struct node *
explicit_name(const struct document *docs, size_t count)
{
	struct node *name = NULL;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < docs[i].count; k++) {
			struct node *n = merged_get(docs[i].roots[k], STR("name"), 0);

			if (n && n->kind == NODE_SCALAR && n->type != NODE_NULL && n->value.len > 0)
				name = n;
		}
	return name;
}

static struct str
folder_name(const struct load *l, struct str dir)
{
	struct str path = str_eq(dir, STR(".")) || str_starts(dir, STR(".."))
	    ? load_join(l->arena, l->reader->root, dir)
	    : dir;
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return str_sub(path, at, path.len);
}

static void
name_of_file(struct load *l, struct node *n, const struct env *env)
{
	AUTO(error) err = ERROR_INIT;
	struct trace t = node_trace(l->arena, n);

	/* A mistake in it is found again when the file is loaded. */
	if (interpolate(l->reader->interpolation, l->arena, t, env, NULL, &t, &err) < 0)
		return;
	l->project->name = name_normal(l->arena, t);
	l->project->name_is_explicit = true;
	if (l->project->name.text.len == 0)
		load_problem(l, n,
		    "project name must not be empty: of `name: %.*s` nothing is left that a name may hold",
		    STR_ARG(t.text));
}

void
names_read(
    struct load *l, const struct env *env, struct str dir, const struct document *docs, size_t doc_count)
{
	struct node *name = explicit_name(docs, doc_count);
	struct project *p = l->project;
	struct trace t;

	if (env_get(env, STR("COMPOSE_PROJECT_NAME"), &t) && t.text.len > 0) {
		p->name = t;
		p->name_is_explicit = true;
		if (!str_eq(name_normal(l->arena, t).text, t.text))
			load_problem(l, NULL,
			    "invalid project name \"%.*s\": COMPOSE_PROJECT_NAME may have lower case letters, "
			    "digits, - and _, and begins with a letter or digit",
			    STR_ARG(t.text));
		return;
	}
	if (name) {
		name_of_file(l, name, env);
		return;
	}
	p->name = name_normal(l->arena, trace_none(folder_name(l, dir)));
	if (p->name.text.len == 0)
		load_problem(l, NULL,
		    "project name must not be empty: the folder's name has nothing that a project name may hold; "
		    "set COMPOSE_PROJECT_NAME or `name:`");
}

static bool
is_external(const struct node *n)
{
	const struct node *external = node_get(n, STR("external"));

	if (!external)
		return false;
	return external->kind == NODE_MAPPING || (external->type == NODE_BOOL && external->number != 0);
}

static struct node *
name_node(const struct node *n)
{
	struct node *name = node_get(n, STR("name"));

	return name ? name : node_get(node_get(n, STR("external")), STR("name"));
}

static void
read_resource(struct load *l, struct project_resource *r, struct str key, const struct node *n)
{
	struct node *name = name_node(n);

	r->key = key;
	r->external = is_external(n);
	r->source = n ? n->source : NULL;
	r->offset = n ? n->start : 0;
	/* a blank one is no name, and yet in place of the derived one */
	if (node_is_string(name)) {
		r->explicit_name = node_trace(l->arena, name);
		r->name = r->explicit_name.text;
	} else if (r->external) {
		r->name = key;
	} else {
		r->name = arena_printf(l->arena, "%.*s_%.*s", STR_ARG(l->project->name.text), STR_ARG(key));
	}
}

static struct project_resource *
find_resource(struct project_resource *r, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(r[i].key, key))
			return &r[i];
	return NULL;
}

static void
mark(struct project_resource *all, size_t count, struct str key)
{
	struct project_resource *r = find_resource(all, count, key);

	if (r)
		r->used = true;
}

/* Whether SERVICE is on the network `default`; marks the networks that it names. */
static bool
mark_networks(struct project *p, const struct node *service)
{
	const struct node *networks = node_get(service, STR("networks"));
	bool uses_default = false;

	if (node_get(service, STR("network_mode")) || node_get(service, STR("provider")))
		return false;
	if (!networks || networks->kind == NODE_SCALAR || networks->count == 0)
		return true;
	for (size_t i = 0; i < networks->count; i++) {
		const struct node *key = networks->kind == NODE_MAPPING ? networks->entries[i].key
									: networks->entries[i].value;

		mark(p->networks, p->network_count, key->value);
		uses_default = uses_default || str_eq(key->value, STR("default"));
	}
	return uses_default;
}

static void
mark_used(struct load *l, const struct node *services)
{
	struct project *p = l->project;
	bool uses_default = false;

	for (size_t i = 0; services && i < p->service_count; i++) {
		const struct node *service = services->entries[i].value,
				  *mounts = node_get(service, STR("volumes"));

		if (!p->services[i].enabled || service->kind != NODE_MAPPING)
			continue;
		uses_default = mark_networks(p, service) || uses_default;
		for (size_t k = 0; mounts && mounts->kind == NODE_SEQUENCE && k < mounts->count; k++)
			mark(p->volumes, p->volume_count, mounts_volume(l, mounts->entries[k].value));
	}
	if (!uses_default)
		return;
	if (!find_resource(p->networks, p->network_count, STR("default")))
		read_resource(l, &p->networks[p->network_count++], STR("default"), NULL);
	mark(p->networks, p->network_count, STR("default"));
}

static struct project_resource *
read_section(struct load *l, const struct node *section, size_t *ret_count)
{
	size_t n = section && section->kind == NODE_MAPPING ? section->count : 0;
	/* one more: the implicit network */
	struct project_resource *all = arena_zero(l->arena, n + 1, sizeof *all);

	for (size_t i = 0; i < n; i++) {
		read_resource(l, &all[i], section->entries[i].key->value, section->entries[i].value);
		if (section->entries[i].key->has_span) {
			all[i].source = section->entries[i].key->source;
			all[i].offset = section->entries[i].key->start;
		}
	}
	*ret_count = n;
	return all;
}

void
resources_read(struct load *l, const struct node *dict)
{
	struct project *p = l->project;

	p->volumes = read_section(l, node_get(dict, STR("volumes")), &p->volume_count);
	p->networks = read_section(l, node_get(dict, STR("networks")), &p->network_count);
	mark_used(l, node_get(dict, STR("services")));
}
