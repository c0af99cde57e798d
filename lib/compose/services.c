/* services: the services of a loaded model, as records.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>

static struct str
joined_profiles(struct load *l, const struct node *list)
{
	AUTO(buf) b = BUF_INIT;

	for (size_t i = 0; list && list->kind == NODE_SEQUENCE && i < list->count; i++) {
		struct str profile = list->entries[i].value->value;

		if (i > 0)
			buf_add_char(&b, ',');
		/* Compose takes an empty one too */
		buf_add_str(&b, profile.len > 0 ? profile : STR("\"\""));
	}
	return arena_dup(l->arena, buf_str(&b));
}

static bool
is_requested(struct str requested, struct str profile)
{
	for (size_t at = 0, end; at <= requested.len; at = end + 1) {
		struct str one;

		end = str_find(requested, at, ',');
		one = str_trim(str_sub(requested, at, end - at));
		if (str_eq(one, profile) || str_eq(one, STR("*")))
			return true;
	}
	return false;
}

static bool
is_enabled(const struct node *profiles, struct str requested)
{
	if (!profiles || profiles->kind != NODE_SEQUENCE || profiles->count == 0)
		return true;
	for (size_t i = 0; i < profiles->count; i++)
		if (is_requested(requested, profiles->entries[i].value->value))
			return true;
	return false;
}

static uint64_t
replicas(const struct node *service)
{
	const struct node *n = node_get(service, STR("scale"));

	if (!n || n->type != NODE_INT)
		n = node_get(node_get(service, STR("deploy")), STR("replicas"));
	return n && n->kind == NODE_SCALAR && n->type == NODE_INT && n->number >= 0 ? (uint64_t)n->number : 1;
}

static void
add_text(struct load *l, struct project_texts *t, size_t *cap, struct str key, struct trace value,
    struct trace whole)
{
	ARENA_GROW(l->arena, t->items, t->count, *cap);
	t->items[t->count++] = (struct project_text){ key, value, whole };
}

/* KEY=value items or a mapping. */
static void
read_pairs(struct load *l, const struct node *n, struct project_texts *ret)
{
	size_t cap = 0;

	for (size_t i = 0; n && n->kind != NODE_SCALAR && i < n->count; i++) {
		struct node *value = n->entries[i].value;
		struct trace t;
		size_t eq;

		if (value->kind != NODE_SCALAR || value->type == NODE_NULL)
			continue;
		t = node_trace(l->arena, value);
		if (n->kind == NODE_MAPPING) {
			add_text(l, ret, &cap, n->entries[i].key->value, t, t);
			continue;
		}
		eq = str_find(t.text, 0, '=');
		if (eq < t.text.len)
			add_text(l, ret, &cap, str_sub(t.text, 0, eq),
			    trace_sub(l->arena, t, eq + 1, t.text.len), t);
	}
}

/* Strings below N that expand a variable or may bear an address; PATH is where N stands below the service. */
static void
read_others(struct load *l, struct node *n, const struct keypath *path, struct project_texts *ret, size_t *cap)
{
	if (n->kind == NODE_SCALAR) {
		bool wanted = n->written || (n->value.len > 0 && memchr(n->value.ptr, ':', n->value.len));

		if (wanted && n->type != NODE_NULL) {
			struct trace t = node_trace(l->arena, n);

			add_text(l, ret, cap, keypath_text(l->arena, path, 0), t, t);
		}
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		bool is_map = n->kind == NODE_MAPPING;
		struct keypath at = keypath_entry(path, n, i);

		if (path->depth == 1 && is_map && str_eq(path->key, STR("build")) &&
		    str_eq(at.key, STR("args")))
			continue;
		read_others(l, n->entries[i].value, &at, ret, cap);
	}
}

static bool
is_read_elsewhere(struct str key)
{
	static const struct str keys[] = { { "ports", 5 }, { "container_name", 14 }, { "environment", 11 },
		{ "labels", 6 },
	    { "network_mode", 12 }, { "profiles", 8 }, { "extends", 7 } };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_eq(keys[i], key))
			return true;
	return false;
}

static void
read_texts(struct load *l, struct project_service *s, const struct node *node)
{
	size_t cap = 0;

	read_pairs(l, node_get(node, STR("environment")), &s->environment);
	read_pairs(l, node_get(node_get(node, STR("build")), STR("args")), &s->args);
	read_pairs(l, node_get(node, STR("labels")), &s->labels);
	for (size_t i = 0; i < node->count; i++) {
		struct keypath at = keypath_entry(NULL, node, i);

		if (!is_read_elsewhere(at.key))
			read_others(l, node->entries[i].value, &at, &s->others, &cap);
	}
}

static void
read_name(struct load *l, struct project_service *s, struct node *n)
{
	struct node *written;

	if (!node_is_string(n))
		return;
	s->container_name = node_trace(l->arena, n);
	written = node_as_written(n);
	if (written->has_span) {
		struct trace_decision d = trace_decide(node_trace(l->arena, written));

		s->name_site = d.known ? d.span : (struct span){ 0, 0 };
		s->name_source = d.known ? d.source : NULL;
	}
}

static void
service_read(struct load *l, struct project_service *s, const struct node_entry *e, struct str requested)
{
	const struct node *node = e->value, *mode;

	s->name = e->key->value;
	s->source = e->key->source ? e->key->source : node->source;
	s->offset = e->key->has_span ? e->key->start : node->start;
	s->replicas = 1;
	if (node->kind != NODE_MAPPING) {
		s->enabled = true;
		return;
	}
	s->enabled = is_enabled(node_get(node, STR("profiles")), requested);
	s->profiles = joined_profiles(l, node_get(node, STR("profiles")));
	mode = node_get(node, STR("network_mode"));
	if (node_is_string(mode))
		s->network_mode = mode->value;
	s->replicas = replicas(node);
	read_name(l, s, node_get(node, STR("container_name")));
	ports_read(l, s, node);
	read_texts(l, s, node);
}

void
services_read(struct load *l, const struct node *model, struct str profiles)
{
	const struct node *services = node_get(model, STR("services"));
	struct project *p = l->project;

	if (!services || services->kind != NODE_MAPPING)
		return;
	p->services = arena_zero(l->arena, services->count, sizeof *p->services);
	for (size_t i = 0; i < services->count; i++)
		service_read(l, &p->services[p->service_count++], &services->entries[i], profiles);
}
