/* check: what Compose refuses in the keys that are read here.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <string.h>

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Compose's pattern is not anchored: somewhere a letter or digit with one more character of a name behind
 * it. */
static bool
is_container_name(struct str s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (is_alnum(s.ptr[i]) && (is_alnum(s.ptr[i + 1]) || memchr("_.-", s.ptr[i + 1], 3)))
			return true;
	return false;
}

/* What a service or a volume may be called in a compose file. */
static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.ptr[i]) && !memchr("._-", s.ptr[i], 3))
			return false;
	return s.len > 0;
}

/* Whether `every_` and a number with a unit stand in S at AT; what follows does not matter. */
static bool
is_every(struct str s, size_t at)
{
	const struct str every = STR("every_");
	size_t from = at + every.len, digit = from;

	if (!str_eq(str_sub(s, at, every.len), every))
		return false;
	while (digit < s.len && s.ptr[digit] >= '0' && s.ptr[digit] <= '9')
		digit++;
	return digit > from && digit < s.len && memchr("wdhms", s.ptr[digit], 5);
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
	const struct node *container = node_get(service, STR("container_name")),
			  *pull = node_get(service, STR("pull_policy"));
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
	const struct node *services = node_get(model, STR("services")), *volumes;

	schema_check(l, model);
	volumes = node_get(model, STR("volumes"));
	for (size_t i = 0; volumes && volumes->kind == NODE_MAPPING && i < volumes->count; i++)
		if (!is_name(volumes->entries[i].key->value))
			load_problem(l, volumes->entries[i].key,
			    "volumes: '%.*s' is no name for a volume: letters, digits, . _ -",
			    STR_ARG(volumes->entries[i].key->value));
	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++)
		check_service(l, services->entries[i].key, services->entries[i].value);
}

static void
check_external(struct load *l, const struct node *model)
{
	const struct node *all = node_get(model, STR("volumes"));

	for (size_t i = 0; all && all->kind == NODE_MAPPING && i < all->count; i++) {
		const struct node *r = all->entries[i].value, *external = node_get(r, STR("external"));

		if (!external ||
		    (external->kind == NODE_SCALAR && (external->type != NODE_BOOL || external->number == 0)))
			continue;
		for (size_t k = 0; k < r->count; k++) {
			struct str key = r->entries[k].key->value;

			if (!str_eq(key, STR("external")) && !str_eq(key, STR("name")) &&
			    !str_starts(key, STR("x-")))
				load_problem(l, r->entries[k].key,
				    "volumes.%.*s: what is external can't have %.*s",
				    STR_ARG(all->entries[i].key->value), STR_ARG(key));
		}
	}
}

/* A date passes for a string until Compose puts it where a string belongs. */
static void
check_dates(struct load *l, struct str name, const struct node *service)
{
	static const struct str keys[] = { { "container_name", 14 }, { "image", 5 }, { "network_mode", 12 } };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct node *n = node_get(service, keys[i]);

		if (n && n->kind == NODE_SCALAR && n->type == NODE_TIME)
			load_problem(l, n, "services.%.*s.%.*s must be a string, not a date", STR_ARG(name),
			    STR_ARG(keys[i]));
	}
}

void
check_merged(struct load *l, const struct node *model)
{
	const struct node *services = node_get(model, STR("services"));

	check_external(l, model);
	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++) {
		const struct node *ports = node_get(services->entries[i].value, STR("ports"));

		check_dates(l, services->entries[i].key->value, services->entries[i].value);
		for (size_t k = 0; ports && ports->kind == NODE_SEQUENCE && k < ports->count; k++) {
			const struct node *ip = node_get(ports->entries[k].value, STR("host_ip")),
			    *published = node_get(ports->entries[k].value, STR("published"));

			if (published && published->kind == NODE_SCALAR && published->type == NODE_FLOAT)
				load_problem(l, published,
				    "services.%.*s.ports: published must be a string or an integer",
				    STR_ARG(services->entries[i].key->value));

			if (ip && (ip->kind != NODE_SCALAR || !mapping_is_address(ip->value)))
				load_problem(l, ip, "services.%.*s.ports: invalid ip address: %.*s",
				    STR_ARG(services->entries[i].key->value),
				    STR_ARG(node_as_written(ip)->value));
		}
	}
}
