/* resources: the named volumes and networks of a project, and which of them its services use.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

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
resources_read(struct load *l, const struct node *model)
{
	struct project *p = l->project;

	p->volumes = read_section(l, node_get(model, STR("volumes")), &p->volume_count);
	p->networks = read_section(l, node_get(model, STR("networks")), &p->network_count);
	mark_used(l, node_get(model, STR("services")));
}
