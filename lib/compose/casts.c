/* casts: the strings that Compose makes numbers or truths of.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

/* By the pattern of a path: what Compose makes of a string that stands there. */
static const struct {
	struct str pattern;
	enum node_type type;
} casts[] = {
	{ STR_OF("services.*.configs.[].mode"), NODE_INT },
	{ STR_OF("services.*.cpu_count"), NODE_INT },
	{ STR_OF("services.*.cpu_percent"), NODE_FLOAT },
	{ STR_OF("services.*.cpu_period"), NODE_INT },
	{ STR_OF("services.*.cpu_quota"), NODE_INT },
	{ STR_OF("services.*.cpu_rt_period"), NODE_INT },
	{ STR_OF("services.*.cpu_rt_runtime"), NODE_INT },
	{ STR_OF("services.*.cpus"), NODE_FLOAT },
	{ STR_OF("services.*.cpu_shares"), NODE_INT },
	{ STR_OF("services.*.init"), NODE_BOOL },
	{ STR_OF("services.*.depends_on.*.restart"), NODE_BOOL },
	{ STR_OF("services.*.deploy.replicas"), NODE_INT },
	{ STR_OF("services.*.deploy.update_config.parallelism"), NODE_INT },
	{ STR_OF("services.*.deploy.update_config.max_failure_ratio"), NODE_FLOAT },
	{ STR_OF("services.*.deploy.rollback_config.parallelism"), NODE_INT },
	{ STR_OF("services.*.deploy.rollback_config.max_failure_ratio"), NODE_FLOAT },
	{ STR_OF("services.*.deploy.restart_policy.max_attempts"), NODE_INT },
	{ STR_OF("services.*.deploy.placement.max_replicas_per_node"), NODE_INT },
	{ STR_OF("services.*.healthcheck.retries"), NODE_INT },
	{ STR_OF("services.*.healthcheck.disable"), NODE_BOOL },
	{ STR_OF("services.*.oom_kill_disable"), NODE_BOOL },
	{ STR_OF("services.*.oom_score_adj"), NODE_INT },
	{ STR_OF("services.*.pids_limit"), NODE_INT },
	{ STR_OF("services.*.ports.[].target"), NODE_INT },
	{ STR_OF("services.*.privileged"), NODE_BOOL },
	{ STR_OF("services.*.read_only"), NODE_BOOL },
	{ STR_OF("services.*.scale"), NODE_INT },
	{ STR_OF("services.*.secrets.[].mode"), NODE_INT },
	{ STR_OF("services.*.stdin_open"), NODE_BOOL },
	{ STR_OF("services.*.tty"), NODE_BOOL },
	{ STR_OF("services.*.ulimits.*"), NODE_INT },
	{ STR_OF("services.*.ulimits.*.hard"), NODE_INT },
	{ STR_OF("services.*.ulimits.*.soft"), NODE_INT },
	{ STR_OF("services.*.volumes.[].read_only"), NODE_BOOL },
	{ STR_OF("services.*.volumes.[].volume.nocopy"), NODE_BOOL },
	{ STR_OF("networks.*.external"), NODE_BOOL },
	{ STR_OF("networks.*.internal"), NODE_BOOL },
	{ STR_OF("networks.*.attachable"), NODE_BOOL },
	{ STR_OF("networks.*.enable_ipv4"), NODE_BOOL },
	{ STR_OF("networks.*.enable_ipv6"), NODE_BOOL },
	{ STR_OF("volumes.*.external"), NODE_BOOL },
	{ STR_OF("secrets.*.external"), NODE_BOOL },
	{ STR_OF("configs.*.external"), NODE_BOOL },
};

/* Whether a path whose last key is KEY may match PATTERN at all. Most scalars of a project are told apart by
 * this alone. */
static bool
ends_alike(struct str key, struct str pattern)
{
	const char *end = pattern.ptr + pattern.len;

	if (end[-1] == '*')
		return true;
	return key.len > 0 && key.len < pattern.len && end[-1] == key.ptr[key.len - 1] &&
	    pattern.ptr[pattern.len - key.len - 1] == '.';
}

static bool
is_of_type(struct str s, enum node_type type, int64_t *ret)
{
	double ignored;

	if (type == NODE_FLOAT)
		return value_fraction(s, &ignored);
	return type == NODE_BOOL ? value_truth(s, ret) : value_integer(s, ret);
}

void
casts_apply(struct load *l, struct node *n, const struct keypath *path)
{
	if (path->depth < 3 || path->is_index)
		return;
	for (size_t i = 0; i < sizeof casts / sizeof *casts; i++) {
		if (!ends_alike(path->key, casts[i].pattern) || !keypath_matches(path, casts[i].pattern))
			continue;
		if (is_of_type(n->value, casts[i].type, &n->number))
			n->type = casts[i].type;
		else
			load_problem(l, n, "error while interpolating %s: '%.*s' is no %s",
			    keypath_name(l->arena, path), STR_ARG(node_as_written(n)->value),
			    casts[i].type == NODE_BOOL ? "boolean" : "number");
		return;
	}
}
