/* consistency: whether the services that the enabled ones need are there, and none waits for itself.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <inttypes.h>

#include "base/dict.h"

/* Another service that a service waits for. */
struct dependency {
	struct str name;
	const struct node *place;
	bool required;
};

struct dependencies {
	struct dependency *items;
	size_t count, cap;
};

struct services {
	struct load *load;
	/* this and the next beside project->services, entry by entry */
	const struct node *nodes;
	struct dependencies *dependencies;
	struct dict names;			/* of the enabled ones, with their indexes */
};

static void
add_dependency(struct arena *a, struct dependencies *all, struct dependency d)
{
	ARENA_GROW(a, all->items, all->count, all->cap);
	all->items[all->count++] = d;
}

/* Those of the list (or the mapping) KEY of SERVICE. */
static void
read_list(struct arena *a, const struct node *service, struct str key, struct dependencies *ret)
{
	const struct node *list = node_get(service, key);
	bool is_plain = str_eq(key, STR("depends_on")), may_be_container = str_eq(key, STR("volumes_from"));

	for (size_t i = 0; i < node_size(list); i++) {
		const struct node_entry *e = &list->entries[i];
		const struct node *place = e->key ? e->key : e->value;
		const struct node *required = e->key ? node_get(e->value, STR("required")) : NULL;
		struct str name = place->value;

		if (may_be_container && str_starts(name, STR("container:")))
			continue;
		if (!is_plain)
			name = str_sub(name, 0, str_find(name, 0, ':'));
		add_dependency(a, ret, (struct dependency){ name, place,
			!required || required->type != NODE_BOOL || required->number != 0 });
	}
}

/* The service that KEY of SERVICE shares a namespace with. */
static void
read_namespace(struct arena *a, const struct node *service, struct str key, struct dependencies *ret)
{
	const struct str prefix = STR("service:");
	const struct node *mode = node_get(service, key);

	if (node_is_string(mode) && str_starts(mode->value, prefix))
		add_dependency(a, ret, (struct dependency){
			str_sub(mode->value, prefix.len, mode->value.len), mode, true });
}

static void
read_dependencies(struct arena *a, const struct node *service, struct dependencies *ret)
{
	static const char *const lists[] = { "depends_on", "links", "volumes_from" };
	static const char *const namespaces[] = { "network_mode", "ipc", "pid", "uts" };

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		read_list(a, service, str_from(lists[i]), ret);
	for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
		read_namespace(a, service, str_from(namespaces[i]), ret);
}

static void
read_services(struct services *s)
{
	const struct project *p = s->load->project;

	s->dependencies = arena_zero(s->load->arena, p->service_count, sizeof *s->dependencies);
	for (size_t i = 0; i < p->service_count; i++) {
		if (!p->services[i].enabled)
			continue;
		(void)dict_add(&s->names, p->services[i].name, (uint32_t)i);
		read_dependencies(s->load->arena, s->nodes->entries[i].value, &s->dependencies[i]);
	}
}

static void
check_dependencies(const struct services *s, size_t i)
{
	for (size_t k = 0; k < s->dependencies[i].count; k++) {
		const struct dependency *d = &s->dependencies[i].items[k];

		if (d->required && dict_find(&s->names, d->name) == DICT_NONE)
			load_problem(s->load, d->place,
			    "service \"%.*s\" depends on undefined service \"%.*s\"",
			    STR_ARG(s->load->project->services[i].name), STR_ARG(d->name));
	}
}

/* A walk along the dependencies, depth first. It has a stack of its own, as a chain may be of any length. */
struct cycle_search {
	enum { NEW, OPEN, DONE } *states;	/* of each service */
	struct visit {
		size_t service, next;		/* next: the dependency to follow */
	} *stack;
	size_t depth;
};

static void
open_service(struct cycle_search *c, size_t service)
{
	c->stack[c->depth++] = (struct visit){ service, 0 };
	c->states[service] = OPEN;
}

/* Looks for services that wait for themselves. */
static void
check_cycles(const struct services *s)
{
	const struct project *p = s->load->project;
	struct cycle_search c = { .depth = 0 };

	c.states = arena_zero(s->load->arena, p->service_count, sizeof *c.states);
	c.stack = arena_zero(s->load->arena, p->service_count, sizeof *c.stack);
	for (size_t i = 0; i < p->service_count; i++) {
		if (p->services[i].enabled && c.states[i] == NEW)
			open_service(&c, i);
		while (c.depth > 0) {
			struct visit *at = &c.stack[c.depth - 1];
			const struct dependencies *all = &s->dependencies[at->service];
			const struct dependency *d;
			uint32_t next;

			if (at->next == all->count) {
				c.states[at->service] = DONE;
				c.depth--;
				continue;
			}
			d = &all->items[at->next++];
			next = dict_find(&s->names, d->name);
			if (next != DICT_NONE && c.states[next] == NEW)
				open_service(&c, next);
			else if (next != DICT_NONE && c.states[next] == OPEN)
				load_problem(s->load, d->place,
				    "dependency cycle detected: service %.*s waits for itself",
				    STR_ARG(d->name));
		}
	}
}

/* A service runs an image or builds one, unless something else provides it. */
static void
check_source(struct load *l, const struct node_entry *e)
{
	const struct node *image = node_get(e->value, STR("image"));
	const struct node *build = node_get(e->value, STR("build"));
	const struct node *file = node_get(build, STR("dockerfile"));
	const struct node *text = node_get(build, STR("dockerfile_inline"));

	if (!build && !node_get(e->value, STR("provider")) && (!image || image->value.len == 0))
		load_problem(l, image ? image : e->key,
		    "service \"%.*s\" has neither an image nor a build context specified",
		    STR_ARG(e->key->value));
	if (file && file->value.len > 0 && text && text->value.len > 0)
		load_problem(l, text, "service \"%.*s\" declares both dockerfile and dockerfile_inline",
		    STR_ARG(e->key->value));
}

/* The service TARGET, which another one takes as a build context, is one that is built. */
static void
check_context(
    const struct services *s, const struct node_entry *e, const struct node *place, struct str target)
{
	uint32_t at = dict_find(&s->names, target);

	if (at == DICT_NONE || !node_get(s->nodes->entries[at].value, STR("build")))
		load_problem(s->load, place,
		    "service \"%.*s\" declares service \"%.*s\", which is not there or not built, as an "
		    "additional context",
		    STR_ARG(e->key->value), STR_ARG(target));
}

static void
check_contexts(const struct services *s, const struct node_entry *e)
{
	const struct node *build = node_get(e->value, STR("build"));
	const struct node *all = node_get(build, STR("additional_contexts"));
	const struct str prefix = STR("service:");

	for (size_t i = 0; i < node_size(all); i++) {
		const struct node *n = all->entries[i].value;
		struct str value = n->value;

		if (n->kind != NODE_SCALAR)
			continue;
		if (!all->entries[i].key)
			value = str_sub(value, str_find(value, 0, '=') + 1, value.len);
		if (str_starts(value, prefix))
			check_context(s, e, n, str_sub(value, prefix.len, value.len));
	}
}

static void
check_healthcheck(struct load *l, const struct node_entry *e)
{
	static const char *const starts[] = { "CMD", "CMD-SHELL", "NONE", NULL };
	const struct node *test = node_get(node_get(e->value, STR("healthcheck")), STR("test"));

	if (node_count(test, NODE_SEQUENCE) > 0 && !str_is_one_of(test->entries[0].value->value, starts))
		load_problem(l, test->entries[0].value,
		    "services.%.*s.healthcheck.test must start with \"CMD\", \"CMD-SHELL\" or \"NONE\"",
		    STR_ARG(e->key->value));
}

/* What is watched and not rebuilt or restarted for goes somewhere. */
static void
check_watch(struct load *l, const struct node_entry *e)
{
	static const char *const alone[] = { "rebuild", "restart", NULL };
	const struct node *all = node_get(node_get(e->value, STR("develop")), STR("watch"));

	for (size_t i = 0; i < node_count(all, NODE_SEQUENCE); i++) {
		const struct node *item = all->entries[i].value, *action = node_get(item, STR("action"));
		const struct node *target = node_get(item, STR("target"));

		if (action && !str_is_one_of(action->value, alone) && (!target || target->value.len == 0))
			load_problem(l, item,
			    "services.%.*s.develop.watch: target is required for non-rebuild actions",
			    STR_ARG(e->key->value));
	}
}

static void
check_replicas(struct load *l, const struct project_service *s, const struct node *node)
{
	const struct node *scale = node_get(node, STR("scale"));
	const struct node *replicas = node_get(node_get(node, STR("deploy")), STR("replicas"));
	int64_t scaled = 0, deployed = 0;
	bool is_scaled = value_whole(scale, &scaled), is_deployed = value_whole(replicas, &deployed);

	if (is_scaled && is_deployed && scaled != deployed)
		load_problem(l, scale,
		    "services.%.*s: can't set distinct values on 'scale' and 'deploy.replicas'",
		    STR_ARG(s->name));
	if (s->container_name.text.len > 0 && s->replicas > 1)
		load_problem(l, node_get(node, STR("container_name")),
		    "services.%.*s: can't set container_name and %" PRIu64
		    " replicas, as a container name must be unique",
		    STR_ARG(s->name), s->replicas);
	if (scaled < 0)
		load_problem(l, scale, "services.%.*s.scale: must be 0 or more", STR_ARG(s->name));
	if (deployed < 0)
		load_problem(l, replicas, "services.%.*s.deploy.replicas: must be 0 or more",
		    STR_ARG(s->name));
}

/* A service's platform is one of those that it is built for, where both are given. */
static void
check_platform(struct load *l, const struct project_service *s, const struct node *node)
{
	const struct node *platform = node_get(node, STR("platform"));
	const struct node *list = node_get(node_get(node, STR("build")), STR("platforms"));
	size_t count = node_count(list, NODE_SEQUENCE);

	if (!node_is_string(platform) || platform->value.len == 0 || count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (str_eq(list->entries[i].value->value, platform->value))
			return;
	load_problem(l, platform, "services.%.*s.build.platforms must have the service's platform '%.*s'",
	    STR_ARG(s->name), STR_ARG(node_as_written(platform)->value));
}

static void
check_network(struct load *l, const struct project_service *s, const struct node *node)
{
	const struct node *networks = node_get(node, STR("networks"));

	if (s->network_mode.len > 0 && node_size(networks) > 0)
		load_problem(l, networks,
		    "service %.*s declares mutually exclusive `network_mode` and `networks`",
		    STR_ARG(s->name));
}

static void
check_container_names(struct load *l)
{
	const struct project *p = l->project;
	struct dict names = DICT_IN(l->arena);

	for (size_t i = 0; i < p->service_count; i++) {
		const struct project_service *s = &p->services[i];
		struct str name = s->container_name.text;
		uint32_t first;

		if (!s->enabled || name.len == 0)
			continue;
		first = dict_add(&names, name, (uint32_t)i);
		if (first != i)
			load_problem(l, NULL,
			    "container name \"%.*s\" of service %.*s is already in use by service %.*s",
			    STR_ARG(name), STR_ARG(s->name), STR_ARG(p->services[first].name));
	}
}

void
consistency_check(struct load *l, const struct node *model)
{
	const struct project *p = l->project;
	struct services s = { l, node_get(model, STR("services")), NULL, DICT_IN(l->arena) };

	if (p->service_count == 0)
		return;
	read_services(&s);
	for (size_t i = 0; i < p->service_count; i++) {
		const struct node *node = s.nodes->entries[i].value;

		if (!p->services[i].enabled || node->kind != NODE_MAPPING)
			continue;
		check_source(l, &s.nodes->entries[i]);
		check_contexts(&s, &s.nodes->entries[i]);
		check_healthcheck(l, &s.nodes->entries[i]);
		check_watch(l, &s.nodes->entries[i]);
		check_dependencies(&s, i);
		check_replicas(l, &p->services[i], node);
		check_platform(l, &p->services[i], node);
		check_network(l, &p->services[i], node);
	}
	check_cycles(&s);
	check_container_names(l);
}
