/* forms: the texts and numbers of a service that Compose decodes: durations, sizes, truths, counts.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

enum form { FORM_DURATION, FORM_SIZE, FORM_TRUTH, FORM_FRACTION, FORM_INTEGER, FORM_NATURAL, FORM_WHOLE };

/* By path below a service; `[]` is any item. */
#define ROW(path, form) { { path, sizeof (path) - 1 }, form }
static const struct {
	struct str path;
	enum form form;
} rows[] = {
	ROW("stop_grace_period", FORM_DURATION),
	ROW("healthcheck.interval", FORM_DURATION),
	ROW("healthcheck.timeout", FORM_DURATION),
	ROW("healthcheck.start_period", FORM_DURATION),
	ROW("healthcheck.start_interval", FORM_DURATION),
	ROW("deploy.update_config.delay", FORM_DURATION),
	ROW("deploy.update_config.monitor", FORM_DURATION),
	ROW("deploy.rollback_config.delay", FORM_DURATION),
	ROW("deploy.rollback_config.monitor", FORM_DURATION),
	ROW("deploy.restart_policy.delay", FORM_DURATION),
	ROW("deploy.restart_policy.window", FORM_DURATION),
	ROW("mem_limit", FORM_SIZE),
	ROW("mem_reservation", FORM_SIZE),
	ROW("memswap_limit", FORM_SIZE),
	ROW("mem_swappiness", FORM_SIZE),
	ROW("shm_size", FORM_SIZE),
	ROW("build.shm_size", FORM_SIZE),
	ROW("deploy.resources.limits.memory", FORM_SIZE),
	ROW("deploy.resources.reservations.memory", FORM_SIZE),
	ROW("volumes.[].tmpfs.size", FORM_SIZE),
	ROW("attach", FORM_TRUTH),
	ROW("build.no_cache", FORM_TRUTH),
	ROW("build.pull", FORM_TRUTH),
	ROW("build.privileged", FORM_TRUTH),
	ROW("volumes.[].bind.create_host_path", FORM_TRUTH),
	ROW("env_file.[].required", FORM_TRUTH),
	ROW("deploy.resources.limits.cpus", FORM_FRACTION),
	ROW("deploy.resources.reservations.cpus", FORM_FRACTION),
	ROW("deploy.resources.limits.pids", FORM_INTEGER),
	ROW("healthcheck.retries", FORM_NATURAL),
	ROW("deploy.restart_policy.max_attempts", FORM_NATURAL),
	ROW("deploy.update_config.parallelism", FORM_NATURAL),
	ROW("deploy.rollback_config.parallelism", FORM_NATURAL),
	ROW("deploy.placement.max_replicas_per_node", FORM_NATURAL),
	ROW("volumes.[].tmpfs.mode", FORM_NATURAL),
	ROW("expose.[]", FORM_WHOLE),
	ROW("ulimits.*", FORM_WHOLE),
	ROW("ulimits.*.soft", FORM_WHOLE),
	ROW("ulimits.*.hard", FORM_WHOLE),
};
#undef ROW

static bool
is_of_form(const struct node *n, enum form form)
{
	bool is_string = n->type == NODE_STRING;
	int64_t whole;
	double v;

	switch (form) {
	case FORM_DURATION:
		return !is_string || value_is_duration(n->value);
	case FORM_SIZE:
		return !is_string || value_is_size(n->value);
	case FORM_TRUTH:
		return !is_string || value_truth(n->value, &whole);
	case FORM_FRACTION:
		return !is_string || value_fraction(n->value, &v);
	case FORM_INTEGER:
		return !is_string || value_integer(n->value, &whole);
	case FORM_NATURAL:
		if (n->type == NODE_FLOAT)
			return !value_fraction(n->value, &v) || v >= 0;
		return !is_string && (n->type != NODE_INT || n->number >= 0);
	default:
		return n->type != NODE_FLOAT;
	}
}

static const char *
form_name(enum form form)
{
	static const char *const names[] = { "a duration, as 1m30s is", "a size, as 512m is", "true or false",
		"a number", "an integer", "a number from 0 up", "an integer" };

	return names[form];
}

/* Checks what stands at PATH below N, which is at WHERE. */
static void
check(struct load *l, const struct node *n, struct str path, enum form form, const struct keypath *where)
{
	size_t dot = str_find(path, 0, '.');
	struct str key = str_sub(path, 0, dot), rest = str_sub(path, dot + 1, path.len);
	bool is_item = str_eq(key, STR("[]"));

	if (path.len == 0) {
		if (n->kind == NODE_SCALAR && n->type != NODE_NULL && !is_of_form(n, form))
			load_problem(l, n, "%.*s: '%.*s' is not %s", STR_ARG(keypath_text(l->arena, where, 0)),
			    STR_ARG(node_as_written(n)->value), form_name(form));
		return;
	}
	if (n->kind != (is_item ? NODE_SEQUENCE : NODE_MAPPING))
		return;
	for (size_t i = 0; i < n->count; i++) {
		struct keypath at = keypath_entry(where, n, i);

		if (is_item || str_eq(key, STR("*")) || str_eq(key, at.key))
			check(l, n->entries[i].value, rest, form, &at);
	}
}

void
forms_check(struct load *l, const struct node *model)
{
	const struct node *services = node_get(model, STR("services"));
	struct keypath top = keypath_key(NULL, STR("services"));

	for (size_t i = 0; services && services->kind == NODE_MAPPING && i < services->count; i++) {
		struct keypath at = keypath_entry(&top, services, i);

		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
			check(l, services->entries[i].value, rows[k].path, rows[k].form, &at);
	}
}
