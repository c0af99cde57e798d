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
	return s.len > 0 && str_is_made_of(s, STR(ALNUM "_.-"));
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

/* The keys of SECTION are names, each of one KIND. */
static void
check_names(struct load *l, const struct node *section, const char *kind)
{
	for (size_t i = 0; i < node_count(section, NODE_MAPPING); i++) {
		const struct node *key = section->entries[i].key;

		if (!is_name(key->value))
			load_problem(l, key, "%ss: '%.*s' is no name for a %s: letters, digits, . _ -", kind,
			    STR_ARG(key->value), kind);
	}
}

/* What SECTION holds has one name at most, or the same twice. */
static void
check_external_names(struct load *l, const struct node *section)
{
	for (size_t i = 0; i < node_count(section, NODE_MAPPING); i++) {
		const struct node_entry *e = &section->entries[i];
		const struct node *name = node_get(e->value, STR("name"));
		const struct node *old = node_get(node_get(e->value, STR("external")), STR("name"));

		if (name && old && !str_eq(name->value, old->value))
			load_problem(l, old, "%.*s: name and external.name conflict; only use name",
			    STR_ARG(e->key->value));
	}
}

void
check_document(struct load *l, const struct node *model)
{
	const struct node *services = node_get(model, STR("services"));
	const struct node *volumes = node_get(model, STR("volumes"));
	const struct node *configs = node_get(model, STR("configs"));
	const struct node *secrets = node_get(model, STR("secrets"));

	schema_check(l, model);
	check_names(l, volumes, "volume");
	check_names(l, configs, "config");
	check_names(l, secrets, "secret");
	check_external_names(l, volumes);
	check_external_names(l, node_get(model, STR("networks")));
	check_external_names(l, configs);
	check_external_names(l, secrets);
	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		check_service(l, services->entries[i].key, services->entries[i].value);
		check_names(l, node_get(services->entries[i].value, STR("networks")), "network");
	}
}

static bool
is_given(const struct node *n)
{
	return n && n->value.len > 0;
}

/* Each of CONFIGS says where what it holds comes from. */
static void
check_configs(struct load *l, const struct node *configs)
{
	for (size_t i = 0; i < node_count(configs, NODE_MAPPING); i++) {
		const struct node_entry *e = &configs->entries[i];
		unsigned count = (node_get(e->value, STR("file")) ? 1u : 0u) +
		    (node_get(e->value, STR("environment")) ? 1u : 0u) +
		    (node_get(e->value, STR("content")) ? 1u : 0u);
		bool is_elsewhere = node_get(e->value, STR("driver")) || node_get(e->value, STR("external"));

		if (e->value->kind == NODE_MAPPING && (count > 1 || (count == 0 && !is_elsewhere)))
			load_problem(l, e->key, "configs.%.*s: one of file, environment, content must be set",
			    STR_ARG(e->key->value));
	}
}

static void
check_secrets(struct load *l, const struct node *secrets)
{
	for (size_t i = 0; i < node_count(secrets, NODE_MAPPING); i++) {
		const struct node_entry *e = &secrets->entries[i];
		const struct node *file = node_get(e->value, STR("file"));
		const struct node *variable = node_get(e->value, STR("environment"));

		if (e->value->kind == NODE_MAPPING && ((file && variable) ||
		    (!is_given(file) && !is_given(variable) && !resources_is_external(e->value))))
			load_problem(l, e->key, "secrets.%.*s: one of file, environment must be set",
			    STR_ARG(e->key->value));
	}
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

	schema_check_dates(l, model);
	check_configs(l, node_get(model, STR("configs")));
	check_secrets(l, node_get(model, STR("secrets")));
	for (size_t i = 0; i < node_count(volumes, NODE_MAPPING); i++) {
		const struct node *volume = volumes->entries[i].value;

		if (resources_is_external(volume))
			check_external(l, volumes->entries[i].key->value, volume);
	}
	for (size_t i = 0; i < node_count(services, NODE_MAPPING); i++) {
		const struct node_entry *e = &services->entries[i];
		const struct node *ports = node_get(e->value, STR("ports"));

		for (size_t k = 0; k < node_count(ports, NODE_SEQUENCE); k++)
			check_port(l, e->key->value, ports->entries[k].value);
	}
}
