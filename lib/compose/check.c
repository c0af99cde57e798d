/* check: what Compose refuses in the keys that are read here.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#define DIGITS "0123456789"
#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS

/* Compose's pattern is not anchored: a letter or digit with one more character of a name behind it may stand
 * anywhere. */
static bool
is_container_name(struct str s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (str_has(STR(ALNUM), s.ptr[i]) && str_has(STR(ALNUM "_.-"), s.ptr[i + 1]))
			return true;
	return false;
}

/* What a service or a volume may be called in a compose file. */
static bool
is_name(struct str s)
{
	return s.len > 0 && str_skip(s, 0, STR(ALNUM "_.-")) == s.len;
}

/* Whether `every_` and a number with a unit stand in S at AT; what follows does not matter. */
static bool
is_every(struct str s, size_t at)
{
	const struct str every = STR("every_");
	size_t from = at + every.len, end = str_skip(s, from, STR(DIGITS));

	return str_eq(str_sub(s, at, every.len), every) && end > from && end < s.len &&
	    str_has(STR("wdhms"), s.ptr[end]);
}

/* As Compose's pattern: the words may stand anywhere in the value. */
static bool
is_pull_policy(struct str s)
{
	static const char *const words[] = { "always", "never", "build", "if_not_present", "missing",
		"refresh", "daily", "weekly" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_search(s, 0, str_from(words[i])) < s.len)
			return true;
	for (size_t at = 0; at < s.len; at++)
		if (is_every(s, at))
			return true;
	return false;
}

static void
check_service(struct load *l, const struct node *key, const struct node *service)
{
	const struct node *container = node_get(service, STR("container_name"));
	const struct node *pull = node_get(service, STR("pull_policy"));
	struct str name = key->value;

	if (!is_name(name))
		load_problem(l, key, "services: '%.*s' is no name for a service: letters, digits, . _ -",
		    STR_ARG(name));
	if (node_is_string(container) && !is_container_name(container->value))
		load_problem(l, container,
		    "services.%.*s.container_name '%.*s' is not what a container may be called: letters, "
		    "digits, _ . -, two or more",
		    STR_ARG(name), STR_ARG(node_as_written(container)->value));
	if (node_is_string(pull) && !is_pull_policy(pull->value))
		load_problem(l, pull, "services.%.*s.pull_policy '%.*s' is none", STR_ARG(name),
		    STR_ARG(node_as_written(pull)->value));
}

void
check_document(struct load *l, const struct node *model)
{
	const struct node *services = node_get(model, STR("services"));
	const struct node *volumes = node_get(model, STR("volumes"));

	schema_check(l, model);
	for (size_t i = 0; i < node_count(volumes, NODE_MAPPING); i++) {
		const struct node *key = volumes->entries[i].key;

		if (!is_name(key->value))
			load_problem(l, key,
			    "volumes: '%.*s' is no name for a volume: letters, digits, . _ -",
			    STR_ARG(key->value));
	}
	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++)
		check_service(l, services->entries[i].key, services->entries[i].value);
}

/* Volume NAME is external, so that nothing else may be said of it. */
static void
check_external(struct load *l, struct str name, const struct node *volume)
{
	for (size_t i = 0; i < volume->count; i++) {
		const struct node *key = volume->entries[i].key;

		if (!str_eq(key->value, STR("external")) && !str_eq(key->value, STR("name")) &&
		    !str_starts(key->value, STR("x-")))
			load_problem(l, key, "volumes.%.*s: what is external can't have %.*s", STR_ARG(name),
			    STR_ARG(key->value));
	}
}

/* A date passes for a string until Compose puts it where a string belongs. */
static void
check_dates(struct load *l, struct str name, const struct node *service)
{
	static const char *const keys[] = { "container_name", "image", "network_mode" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct node *n = node_get(service, str_from(keys[i]));

		if (n && n->kind == NODE_SCALAR && n->type == NODE_TIME)
			load_problem(l, n, "services.%.*s.%s must be a string, not a date", STR_ARG(name),
			    keys[i]);
	}
}

static void
check_port(struct load *l, struct str service, const struct node *port)
{
	const struct node *ip = node_get(port, STR("host_ip")), *published = node_get(port, STR("published"));

	if (published && published->kind == NODE_SCALAR && published->type == NODE_FLOAT)
		load_problem(l, published, "services.%.*s.ports: published must be a string or an integer",
		    STR_ARG(service));
	if (ip && (ip->kind != NODE_SCALAR || !mapping_is_address(ip->value)))
		load_problem(l, ip, "services.%.*s.ports: invalid ip address: %.*s", STR_ARG(service),
		    STR_ARG(node_as_written(ip)->value));
}

void
check_merged(struct load *l, const struct node *model)
{
	const struct node *services = node_get(model, STR("services"));
	const struct node *volumes = node_get(model, STR("volumes"));

	for (size_t i = 0; i < node_count(volumes, NODE_MAPPING); i++) {
		const struct node *volume = volumes->entries[i].value;

		if (resources_is_external(volume))
			check_external(l, volumes->entries[i].key->value, volume);
	}
	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		const struct node_entry *e = &services->entries[i];
		const struct node *ports = node_get(e->value, STR("ports"));

		check_dates(l, e->key->value, e->value);
		for (size_t k = 0; k < node_count(ports, NODE_SEQUENCE); k++)
			check_port(l, e->key->value, ports->entries[k].value);
	}
}
