/* casts: the strings that Compose makes numbers or truths of.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

/* By the pattern of a path: what Compose makes of a string that stands there. */
#define ROW(path, type) { { path, sizeof (path) - 1 }, type }
static const struct {
	struct str path;
	enum node_type type;
} casts[] = {
	ROW("services.*.configs.[].mode", NODE_INT),
	ROW("services.*.cpu_count", NODE_INT),
	ROW("services.*.cpu_percent", NODE_FLOAT),
	ROW("services.*.cpu_period", NODE_INT),
	ROW("services.*.cpu_quota", NODE_INT),
	ROW("services.*.cpu_rt_period", NODE_INT),
	ROW("services.*.cpu_rt_runtime", NODE_INT),
	ROW("services.*.cpus", NODE_FLOAT),
	ROW("services.*.cpu_shares", NODE_INT),
	ROW("services.*.init", NODE_BOOL),
	ROW("services.*.depends_on.*.restart", NODE_BOOL),
	ROW("services.*.deploy.replicas", NODE_INT),
	ROW("services.*.deploy.update_config.parallelism", NODE_INT),
	ROW("services.*.deploy.update_config.max_failure_ratio", NODE_FLOAT),
	ROW("services.*.deploy.rollback_config.parallelism", NODE_INT),
	ROW("services.*.deploy.rollback_config.max_failure_ratio", NODE_FLOAT),
	ROW("services.*.deploy.restart_policy.max_attempts", NODE_INT),
	ROW("services.*.deploy.placement.max_replicas_per_node", NODE_INT),
	ROW("services.*.healthcheck.retries", NODE_INT),
	ROW("services.*.healthcheck.disable", NODE_BOOL),
	ROW("services.*.oom_kill_disable", NODE_BOOL),
	ROW("services.*.oom_score_adj", NODE_INT),
	ROW("services.*.pids_limit", NODE_INT),
	ROW("services.*.ports.[].target", NODE_INT),
	ROW("services.*.privileged", NODE_BOOL),
	ROW("services.*.read_only", NODE_BOOL),
	ROW("services.*.scale", NODE_INT),
	ROW("services.*.secrets.[].mode", NODE_INT),
	ROW("services.*.stdin_open", NODE_BOOL),
	ROW("services.*.tty", NODE_BOOL),
	ROW("services.*.ulimits.*", NODE_INT),
	ROW("services.*.ulimits.*.hard", NODE_INT),
	ROW("services.*.ulimits.*.soft", NODE_INT),
	ROW("services.*.volumes.[].read_only", NODE_BOOL),
	ROW("services.*.volumes.[].volume.nocopy", NODE_BOOL),
	ROW("networks.*.external", NODE_BOOL),
	ROW("networks.*.internal", NODE_BOOL),
	ROW("networks.*.attachable", NODE_BOOL),
	ROW("networks.*.enable_ipv4", NODE_BOOL),
	ROW("networks.*.enable_ipv6", NODE_BOOL),
	ROW("volumes.*.external", NODE_BOOL),
	ROW("secrets.*.external", NODE_BOOL),
	ROW("configs.*.external", NODE_BOOL),
};
#undef ROW

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
		if (!ends_alike(path->key, casts[i].path) || !keypath_matches(path, casts[i].path))
			continue;
		if (is_of_type(n->value, casts[i].type, &n->number))
			n->type = casts[i].type;
		else
			load_problem(l, n, "error while interpolating %.*s: '%.*s' is no %s",
			    STR_ARG(keypath_text(l->arena, path, 0)), STR_ARG(node_as_written(n)->value),
			    casts[i].type == NODE_BOOL ? "boolean" : "number");
		return;
	}
}
