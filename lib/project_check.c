/* project_check: what Compose refuses in the keys that are read here.
 * SPDX-License-Identifier: MIT */
#include "project_private.h"

#include <inttypes.h>
#include <string.h>

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Compose's pattern is not anchored: somewhere a letter or digit with one more character of a name behind it. */
bool
check_container_name(struct str s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (is_alnum(s.ptr[i]) && (is_alnum(s.ptr[i + 1]) || memchr("_.-", s.ptr[i + 1], 3)))
			return true;
	return false;
}

static void
want_string(struct load *l, const struct node *n, struct str service, const char *key)
{
	if (n && !node_is_string(n))
		load_problem(l, n, "services.%.*s.%s must be a string, not a %s", STR_ARG(service), key, node_type_name(n));
}

static void
check_service(struct load *l, struct str name, const struct node *service)
{
	const struct node *container = node_get(service, STR("container_name")), *ports = node_get(service, STR("ports"));

	if (service->kind != NODE_MAPPING) {
		load_problem(l, service, "services.%.*s must be a mapping", STR_ARG(name));
		return;
	}
	want_string(l, container, name, "container_name");
	want_string(l, node_get(service, STR("image")), name, "image");
	want_string(l, node_get(service, STR("network_mode")), name, "network_mode");
	if (node_is_string(container) && !check_container_name(container->value))
		load_problem(l, container, "services.%.*s.container_name '%.*s' is not what a container may be called: letters, "
		    "digits, _ . -, two or more", STR_ARG(name), STR_ARG(container->value));
	if (ports && ports->kind != NODE_SEQUENCE)
		load_problem(l, ports, "services.%.*s.ports must be a list", STR_ARG(name));
}

void
check_schema(struct load *l, const struct node *dict)
{
	const struct node *services = node_get(dict, STR("services")), *name = node_get(dict, STR("name")),
	    *version = node_get(dict, STR("version"));

	if (name && !node_is_string(name))
		load_problem(l, name, "name must be a string");
	if (version && !node_is_string(version))
		load_problem(l, version, "version must be a string");
	if (!services)
		return;
	if (services->kind != NODE_MAPPING) {
		load_problem(l, services, "services must be a mapping");
		return;
	}
	for (size_t i = 0; i < services->count; i++)
		check_service(l, services->entries[i].key->value, services->entries[i].value);
}

void
check_finish(struct load *l, const struct node *dict)
{
	const struct node *services = node_get(dict, STR("services"));

	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++) {
		const struct node *ports = node_get(services->entries[i].value, STR("ports"));

		for (size_t k = 0; ports && ports->kind == NODE_SEQUENCE && k < ports->count; k++) {
			const struct node *ip = node_get(ports->entries[k].value, STR("host_ip"));

			if (ip && (ip->kind != NODE_SCALAR || !mapping_is_address(ip->value)))
				load_problem(l, ip, "services.%.*s.ports: invalid ip address: %.*s",
				    STR_ARG(services->entries[i].key->value), STR_ARG(ip->value));
		}
	}
}

static void
check_unique_name(struct load *l, size_t at)
{
	const struct project *p = l->project;
	struct str name = p->services[at].container_name.text;

	for (size_t i = 0; i < at; i++)
		if (p->services[i].enabled && str_eq(p->services[i].container_name.text, name)) {
			load_problem(l, NULL, "container name \"%.*s\" of service %.*s is already in use by service %.*s",
			    STR_ARG(name), STR_ARG(p->services[at].name), STR_ARG(p->services[i].name));
			return;
		}
}

void
check_project(struct load *l, const struct node *dict)
{
	const struct project *p = l->project;

	(void)dict;
	for (size_t i = 0; i < p->service_count; i++) {
		const struct project_service *s = &p->services[i];

		if (!s->enabled || s->container_name.text.len == 0)
			continue;
		check_unique_name(l, i);
		if (s->replicas > 1)
			load_problem(l, NULL, "services.%.*s: can't set container_name and %" PRIu64 " replicas, as a container "
			    "name must be unique", STR_ARG(s->name), s->replicas);
	}
}
