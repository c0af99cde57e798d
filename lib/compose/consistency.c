/* consistency: whether what the enabled services name is there, and none waits for itself.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <inttypes.h>
#include <string.h>

struct services {
	struct load *load;
	const struct node *nodes;		/* beside project->services, entry by entry */
	uint32_t *slots;			/* index + 1, by hash of the name */
	size_t slot_count;
};

static void
index_services(struct services *s)
{
	const struct project *p = s->load->project;

	for (s->slot_count = 16; s->slot_count < p->service_count * 2; s->slot_count *= 2)
		continue;
	s->slots = arena_zero(s->load->arena, s->slot_count, sizeof *s->slots);
	for (size_t i = 0; i < p->service_count; i++) {
		size_t at = (size_t)text_digest(p->services[i].name) & (s->slot_count - 1);

		while (s->slots[at])
			at = (at + 1) & (s->slot_count - 1);
		s->slots[at] = (uint32_t)i + 1;
	}
}

/* The index of the enabled service NAME; service_count where there is none. */
static size_t
find_service(const struct services *s, struct str name)
{
	const struct project *p = s->load->project;
	size_t at = (size_t)text_digest(name) & (s->slot_count - 1);

	for (; s->slots[at]; at = (at + 1) & (s->slot_count - 1)) {
		size_t i = s->slots[at] - 1;

		if (str_eq(p->services[i].name, name))
			return p->services[i].enabled ? i : p->service_count;
	}
	return p->service_count;
}

/* What a service waits for, one after the other: depends_on, then what Compose adds for links, namespaces
 * and volumes_from. */
struct waits {
	const struct node *node;
	unsigned list;
	size_t at;
};

struct wait {
	struct str name;
	const struct node *place;
	bool required;
};

static struct str
before_colon(struct str s)
{
	return str_sub(s, 0, str_find(s, 0, ':'));
}

static bool
next_of_list(struct waits *w, const struct node *list, struct wait *ret)
{
	const struct node_entry *e;

	if (!list || list->kind == NODE_SCALAR || w->at >= list->count)
		return false;
	e = &list->entries[w->at++];
	ret->required = true;
	ret->place = e->key ? e->key : e->value;
	ret->name = ret->place->value;
	if (e->key) {
		const struct node *required = node_get(e->value, STR("required"));

		ret->required = !required || required->type != NODE_BOOL || required->number != 0;
	}
	return true;
}

static bool
next_of_mode(struct waits *w, const struct node *mode, struct wait *ret)
{
	const struct str prefix = STR("service:");

	if (w->at++ > 0 || !node_is_string(mode) || !str_starts(mode->value, prefix))
		return false;
	*ret = (struct wait){ str_sub(mode->value, prefix.len, mode->value.len), mode, true };
	return true;
}

static bool
waits_next(struct waits *w, struct wait *ret)
{
	static const struct str lists[] = { { "depends_on", 10 }, { "links", 5 }, { "volumes_from", 12 } };
	static const struct str modes[] = { { "network_mode", 12 }, { "ipc", 3 }, { "pid", 3 },
		{ "uts", 3 } };

	for (; w->list < 7; w->list++, w->at = 0) {
		if (w->list >= 3) {
			if (next_of_mode(w, node_get(w->node, modes[w->list - 3]), ret))
				return true;
			continue;
		}
		while (next_of_list(w, node_get(w->node, lists[w->list]), ret)) {
			if (w->list == 2 && str_starts(ret->name, STR("container:")))
				continue;
			if (w->list > 0)
				ret->name = before_colon(ret->name);
			return true;
		}
	}
	return false;
}

static void
check_waits(const struct services *s, size_t i)
{
	const struct project *p = s->load->project;
	struct waits w = { s->nodes->entries[i].value, 0, 0 };
	struct wait wait;

	while (waits_next(&w, &wait))
		if (wait.required && find_service(s, wait.name) == p->service_count)
			load_problem(s->load, wait.place,
			    "service \"%.*s\" depends on undefined service \"%.*s\"",
			    STR_ARG(p->services[i].name), STR_ARG(wait.name));
}

/* Looks for a service that waits for itself, depth first and with a stack of its own. */
static void
check_cycles(const struct services *s)
{
	enum { NEW, OPEN, DONE };
	const struct project *p = s->load->project;
	unsigned char *state = arena_zero(s->load->arena, p->service_count, 1);
	struct {
		struct waits waits;
		size_t service;
	} *stack = arena_zero(s->load->arena, p->service_count + 1, sizeof *stack);
	size_t depth = 0;

	for (size_t i = 0; i < p->service_count; i++) {
		if (state[i] != NEW || !p->services[i].enabled)
			continue;
		stack[depth].waits = (struct waits){ s->nodes->entries[i].value, 0, 0 };
		stack[depth++].service = i;
		state[i] = OPEN;
		while (depth > 0) {
			struct wait wait;
			size_t next;

			if (!waits_next(&stack[depth - 1].waits, &wait)) {
				state[stack[--depth].service] = DONE;
				continue;
			}
			next = find_service(s, wait.name);
			if (next == p->service_count || state[next] == DONE)
				continue;
			if (state[next] == OPEN) {
				load_problem(s->load, wait.place,
				    "dependency cycle detected: service %.*s waits for itself",
				    STR_ARG(wait.name));
				continue;
			}
			stack[depth].waits = (struct waits){ s->nodes->entries[next].value, 0, 0 };
			stack[depth++].service = next;
			state[next] = OPEN;
		}
	}
}

static void
check_replicas(struct load *l, const struct project_service *s, const struct node *node)
{
	const struct node *scale = node_get(node, STR("scale")),
	    *replicas = node_get(node_get(node, STR("deploy")), STR("replicas"));

	if (scale && replicas && scale->type == NODE_INT && replicas->type == NODE_INT &&
	    scale->number != replicas->number)
		load_problem(l, scale,
		    "services.%.*s: can't set distinct values on 'scale' and 'deploy.replicas'",
		    STR_ARG(s->name));
	if (s->container_name.text.len > 0 && s->replicas > 1)
		load_problem(l, node_get(node, STR("container_name")),
		    "services.%.*s: can't set container_name and %" PRIu64
		    " replicas, as a container name must be unique",
		    STR_ARG(s->name), s->replicas);
	if (scale && scale->type == NODE_INT && scale->number < 0)
		load_problem(l, scale, "services.%.*s.scale: must be 0 or more", STR_ARG(s->name));
	if (replicas && replicas->type == NODE_INT && replicas->number < 0)
		load_problem(
		    l, replicas, "services.%.*s.deploy.replicas: must be 0 or more", STR_ARG(s->name));
}

/* A service's platform is one of those that it is built for, where both are given. */
static void
check_platform(struct load *l, const struct project_service *s, const struct node *node)
{
	const struct node *platform = node_get(node, STR("platform")),
	    *list = node_get(node_get(node, STR("build")), STR("platforms"));

	if (!node_is_string(platform) || platform->value.len == 0 || !list || list->kind != NODE_SEQUENCE ||
	    list->count == 0)
		return;
	for (size_t i = 0; i < list->count; i++)
		if (str_eq(list->entries[i].value->value, platform->value))
			return;
	load_problem(l, platform, "services.%.*s.build.platforms must have the service's platform '%.*s'",
	    STR_ARG(s->name), STR_ARG(node_as_written(platform)->value));
}

/* By hash, as two files of many services each would make a comparison of all with all slow. */
static void
check_container_names(struct load *l)
{
	const struct project *p = l->project;
	size_t slot_count = 16;
	uint32_t *slots;

	while (slot_count < p->service_count * 2)
		slot_count *= 2;
	slots = arena_zero(l->arena, slot_count, sizeof *slots);
	for (size_t i = 0; i < p->service_count; i++) {
		struct str name = p->services[i].container_name.text;
		size_t at = (size_t)text_digest(name) & (slot_count - 1);

		if (!p->services[i].enabled || name.len == 0)
			continue;
		while (slots[at] && !str_eq(p->services[slots[at] - 1].container_name.text, name))
			at = (at + 1) & (slot_count - 1);
		if (slots[at])
			load_problem(l, NULL,
			    "container name \"%.*s\" of service %.*s is already in use by service %.*s",
			    STR_ARG(name), STR_ARG(p->services[i].name),
			    STR_ARG(p->services[slots[at] - 1].name));
		else
			slots[at] = (uint32_t)i + 1;
	}
}

void
consistency_check(struct load *l, const struct node *model)
{
	const struct project *p = l->project;
	struct services s = { l, node_get(model, STR("services")), NULL, 0 };

	if (p->service_count == 0)
		return;
	index_services(&s);
	for (size_t i = 0; i < p->service_count; i++) {
		const struct node *node = s.nodes->entries[i].value;

		if (!p->services[i].enabled || node->kind != NODE_MAPPING)
			continue;
		check_waits(&s, i);
		check_replicas(l, &p->services[i], node);
		check_platform(l, &p->services[i], node);
	}
	check_cycles(&s);
	check_container_names(l);
}
