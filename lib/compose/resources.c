/* resources: the named volumes and networks of a project, and which of them its services use.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include "base/dict.h"

bool
resources_is_external(const struct node *resource)
{
	const struct node *external = node_get(resource, STR("external"));

	return external &&
	    (external->kind == NODE_MAPPING || (external->type == NODE_BOOL && external->number != 0));
}

/* What gives N its name: `name:`, or what the older `external: {name: x}` says. */
static struct node *
name_node(const struct node *n)
{
	struct node *name = node_get(n, STR("name"));

	return name ? name : node_get(node_get(n, STR("external")), STR("name"));
}

static struct str
subnets_of(struct load *l, const struct node *network)
{
	const struct node *config = node_get(node_get(network, STR("ipam")), STR("config"));
	struct str all = { "", 0 };

	for (size_t i = 0; i < node_count(config, NODE_SEQUENCE); i++) {
		const struct node *subnet = node_get(config->entries[i].value, STR("subnet"));

		if (node_is_string(subnet))
			all = arena_printf(l->arena, "%.*s%s%.*s", STR_ARG(all), all.len ? "," : "",
			    STR_ARG(subnet->value));
	}
	return all;
}

/* The folder of the host that VOLUME, of Docker's own driver, is bound to for writing; empty: none. */
static struct str
bound_to(struct load *l, const struct node *volume)
{
	const struct node *options = node_get(volume, STR("driver_opts")), *how = node_get(options, STR("o"));
	struct node *device = node_get(options, STR("device"));
	bool binds = false;
	struct str option, path;

	if (!node_is_string(how) || !node_is_string(device))
		return (struct str)STR_INIT;
	for (size_t at = 0; str_next_part(how->value, ',', &at, &option); ) {
		binds = binds || str_eq(option, STR("bind")) || str_eq(option, STR("rbind"));
		if (str_eq(option, STR("ro")))
			return (struct str)STR_INIT;
	}
	path = variables_from_home(l, node_trace(l->arena, device));
	return binds && path.len > 0 && str_has(STR("/~"), path.ptr[0])
	    ? mounts_path(l, l->project->folder, path)
	    : (struct str)STR_INIT;
}

static void
read_resource(struct load *l, struct project_resource *r, struct str key, const struct node *n)
{
	struct node *name = name_node(n);
	struct trace_decision d;

	r->key = key;
	r->external = resources_is_external(n);
	r->subnets = subnets_of(l, n);
	r->bound = bound_to(l, n);
	r->source = n ? n->source : NULL;
	r->offset = n ? n->start : 0;
	/* An empty one is no name, and yet takes the place of the derived one. */
	if (node_is_string(name)) {
		r->explicit_name = node_trace(l->arena, name);
		r->name = r->explicit_name.text;
		d = trace_decide(node_trace(l->arena, node_as_written(name)));
		r->name_site = d.span;
		r->name_source = d.known && node_as_written(name)->has_span ? d.source : NULL;
	} else if (r->external) {
		r->name = key;
	} else if (l->project->name.text.len) {		/* else that is refused, or not known */
		r->name = arena_printf(l->arena, "%.*s_%.*s", STR_ARG(l->project->name.text), STR_ARG(key));
	}
}

/* The volumes or networks of SECTION, with room for one more: the network `default` need not be written. */
static struct project_resource *
read_section(struct load *l, const struct node *section, size_t *ret_count)
{
	size_t count = node_count(section, NODE_MAPPING);
	struct project_resource *all = arena_zero(l->arena, count + 1, sizeof *all);

	for (size_t i = 0; i < count; i++) {
		const struct node *key = section->entries[i].key;

		read_resource(l, &all[i], key->value, section->entries[i].value);
		if (key->has_span) {
			all[i].source = key->source;
			all[i].offset = key->start;
		}
	}
	*ret_count = count;
	return all;
}

/* The volumes or networks of a project by their keys. */
struct section {
	struct project_resource *all;
	struct dict index;
};

static void
index_section(struct section *s, struct load *l, struct project_resource *all, size_t count)
{
	*s = (struct section){ all, DICT_IN(l->arena) };
	for (size_t i = 0; i < count; i++)
		(void)dict_add(&s->index, all[i].key, (uint32_t)i);
}

static bool
mark_used(const struct section *s, struct str key)
{
	uint32_t at = dict_find(&s->index, key);

	if (at != DICT_NONE)
		s->all[at].used = true;
	return at != DICT_NONE;
}

/* SERVICE, the value of E, names KEY at PLACE, which is no KIND of the project. */
static void
refuse_undefined(
    struct load *l, const struct node_entry *e, const struct node *place, const char *kind, struct str key)
{
	load_problem(l, place, "service \"%.*s\" refers to undefined %s %.*s", STR_ARG(e->key->value), kind,
	    STR_ARG(key));
}

/* Marks the networks that SERVICE names. Returns whether it is on the network `default`. */
static bool
mark_networks(struct load *l, const struct section *all, const struct node_entry *service)
{
	const struct node *networks = node_get(service->value, STR("networks"));
	bool uses_default = false;

	if (node_get(service->value, STR("network_mode")) || node_get(service->value, STR("provider")))
		return false;
	if (node_size(networks) == 0)
		return true;
	for (size_t i = 0; i < networks->count; i++) {
		const struct node_entry *e = &networks->entries[i];
		const struct node *key = e->key ? e->key : e->value;
		bool is_default = str_eq(key->value, STR("default"));

		/* Compose takes a service's x-… for an extension. */
		if ((!mark_used(all, key->value) && !is_default) || str_starts(key->value, STR("x-")))
			refuse_undefined(l, service, key, "network", key->value);
		uses_default = uses_default || is_default;
	}
	return uses_default;
}

static void
mark_volumes(struct load *l, const struct section *all, const struct node_entry *service)
{
	const struct node *mounts = node_get(service->value, STR("volumes"));

	for (size_t i = 0; i < node_count(mounts, NODE_SEQUENCE); i++) {
		const struct node *item = mounts->entries[i].value;
		struct str key = mounts_volume(l, item);

		if (key.len > 0 && !mark_used(all, key))
			refuse_undefined(l, service, item, "volume", key);
	}
}

/* The configs, secrets or models of a project. */
struct stored {
	const char *kind;
	struct dict names;
};

static struct stored
read_stored(struct load *l, const struct node *model, struct str section, const char *kind)
{
	const struct node *all = node_get(model, section);
	struct stored s = { kind, DICT_IN(l->arena) };

	for (size_t i = 0; i < node_count(all, NODE_MAPPING); i++)
		(void)dict_add(&s.names, all->entries[i].key->value, 0);
	return s;
}

/* Whether what LIST of SERVICE names is there. */
static void
check_stored(
    struct load *l, const struct stored *all, const struct node_entry *service, const struct node *list)
{
	for (size_t i = 0; i < node_size(list); i++) {
		const struct node_entry *e = &list->entries[i];
		const struct node *name = e->key ? e->key : e->value;
		struct str key;

		if (name->kind == NODE_MAPPING)
			name = node_get(name, STR("source"));
		key = name && name->kind == NODE_SCALAR ? name->value : (struct str)STR_INIT;
		if (dict_find(&all->names, key) == DICT_NONE)
			refuse_undefined(l, service, name ? name : e->value, all->kind, key);
	}
}

/* Whether the configs, secrets and models that the enabled services name are there. */
static void
check_all_stored(struct load *l, const struct node *model, const struct node *services)
{
	const struct stored configs = read_stored(l, model, STR("configs"), "config"),
			    secrets = read_stored(l, model, STR("secrets"), "secret"),
			    models = read_stored(l, model, STR("models"), "model");

	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		const struct node_entry *e = &services->entries[i];
		const struct node *build = node_get(e->value, STR("build"));

		if (!l->project->services[i].enabled)
			continue;
		check_stored(l, &configs, e, node_get(e->value, STR("configs")));
		check_stored(l, &secrets, e, node_get(e->value, STR("secrets")));
		check_stored(l, &secrets, e, node_get(build, STR("secrets")));
		check_stored(l, &models, e, node_get(e->value, STR("models")));
	}
}

void
resources_read(struct load *l, const struct node *model)
{
	const struct node *services = node_get(model, STR("services"));
	struct project *p = l->project;
	struct section volumes, networks;
	bool uses_default = false;

	p->volumes = read_section(l, node_get(model, STR("volumes")), &p->volume_count);
	p->networks = read_section(l, node_get(model, STR("networks")), &p->network_count);
	index_section(&volumes, l, p->volumes, p->volume_count);
	index_section(&networks, l, p->networks, p->network_count);
	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		const struct node_entry *e = &services->entries[i];

		if (!p->services[i].enabled || e->value->kind != NODE_MAPPING)
			continue;
		uses_default = mark_networks(l, &networks, e) || uses_default;
		mark_volumes(l, &volumes, e);
	}
	check_all_stored(l, model, services);
	if (!uses_default || mark_used(&networks, STR("default")))
		return;
	read_resource(l, &p->networks[p->network_count], STR("default"), NULL);
	p->networks[p->network_count++].used = true;
}
