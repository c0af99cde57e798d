/* schema: which kinds of values Compose's schema allows where.
 * SPDX-License-Identifier: MIT
 *
 * After the JSON schema of the Compose specification. Keys that it does not know are passed over: a later
 * release may. */
#include "compose/internal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum {
	STRING = 1, INTEGER = 2, FRACTION = 4, BOOLEAN = 8, NOTHING = 16, MAP = 32, LIST = 64,
	NUMBER = INTEGER | FRACTION,
	ANY = 127			/* a date is a string here, and refused later (project_check.c) */
};

struct shape;

struct field {
	struct str key;			/* "*": every key that has no field of its own, but x-… */
	const struct shape *shape;	/* NULL: the end */
};

struct shape {
	unsigned types;
	const struct field *fields;	/* of a mapping; NULL: any */
	const struct shape *items;	/* of a list */
	const char *const *required;	/* keys; ends with NULL */
	bool unique;			/* no two items of a list may be the same */
	int64_t least, most;		/* of a number, where they differ */
	const char *const *words;	/* the only strings there are, ends with NULL; or NULL */
};

#define SHAPE(types, fields, items, required) { types, fields, items, required, false, 0, 0, NULL }
#define WORDS(words) { STRING, NULL, NULL, NULL, false, 0, 0, words }
#define FIELD(key, shape) { { key, sizeof (key) - 1 }, shape }
#define END { STR_INIT, NULL }

static const struct shape any = SHAPE(ANY, NULL, NULL, NULL);
static const struct shape string = SHAPE(STRING, NULL, NULL, NULL);
static const struct shape nullable = SHAPE(STRING | NOTHING, NULL, NULL, NULL);
static const struct shape truth = SHAPE(BOOLEAN | STRING, NULL, NULL, NULL);
static const struct shape boolean = SHAPE(BOOLEAN, NULL, NULL, NULL);
static const struct shape number = SHAPE(NUMBER | STRING, NULL, NULL, NULL);
static const struct shape only_number = SHAPE(NUMBER, NULL, NULL, NULL);
static const struct shape only_integer = SHAPE(INTEGER, NULL, NULL, NULL);
static const struct shape integer = SHAPE(INTEGER | STRING, NULL, NULL, NULL);
static const struct shape plain = SHAPE(STRING | NUMBER | BOOLEAN | NOTHING, NULL, NULL, NULL);
static const struct shape option = SHAPE(STRING | NUMBER, NULL, NULL, NULL);
static const struct shape option_or_null = SHAPE(STRING | NUMBER | NOTHING, NULL, NULL, NULL);
static const struct shape mapping = SHAPE(MAP, NULL, NULL, NULL);
static const struct shape strings = SHAPE(LIST, NULL, &string, NULL);
static const struct shape string_or_list = SHAPE(STRING | LIST, NULL, &string, NULL);
static const struct shape command = SHAPE(STRING | LIST | NOTHING, NULL, &string, NULL);
static const struct shape unique_strings = { LIST, NULL, &string, NULL, true, 0, 0, NULL };
static const struct shape numbers = SHAPE(LIST, NULL, &option, NULL);
static const struct shape unique_numbers = { LIST, NULL, &option, NULL, true, 0, 0, NULL };
static const struct shape natural = { INTEGER | STRING, NULL, NULL, NULL, false, 0, INT64_MAX, NULL };
static const struct shape percent = { INTEGER | STRING, NULL, NULL, NULL, false, 0, 100, NULL };
static const struct shape score = { INTEGER | STRING, NULL, NULL, NULL, false, -1000, 1000, NULL };

static const struct field plain_fields[] = { FIELD("*", &plain), END };
static const struct shape list_or_dict = SHAPE(MAP | LIST, plain_fields, &string, NULL);
static const struct field host_fields[] = { FIELD("*", &string_or_list), END };
static const struct shape extra_hosts = { MAP | LIST, host_fields, &string, NULL, true, 0, 0, NULL };
static const struct field option_fields[] = { FIELD("*", &option), END };
static const struct shape options = SHAPE(MAP, option_fields, NULL, NULL);
static const struct field string_fields[] = { FIELD("*", &string), END };
static const struct shape string_map = SHAPE(MAP, string_fields, NULL, NULL);

static const struct field limit_fields[] = { FIELD("hard", &integer), FIELD("soft", &integer), END };
static const char *const limit_required[] = { "soft", "hard", NULL };
static const struct shape limit = SHAPE(INTEGER | STRING | MAP, limit_fields, NULL, limit_required);
static const struct field ulimit_fields[] = { FIELD("*", &limit), END };
static const struct shape ulimits = SHAPE(MAP, ulimit_fields, NULL, NULL);

static const struct field mounted_fields[] = { FIELD("source", &string), FIELD("target", &string),
    FIELD("uid", &string),
    FIELD("gid", &string), FIELD("mode", &number), END };
static const struct shape mounted_file = SHAPE(STRING | MAP, mounted_fields, NULL, NULL);
static const struct shape mounted = SHAPE(LIST, NULL, &mounted_file, NULL);

static const struct field build_fields[] = { FIELD("context", &string), FIELD("dockerfile", &string),
    FIELD("dockerfile_inline", &string), FIELD("entitlements", &strings), FIELD("args", &list_or_dict),
    FIELD("ssh", &list_or_dict),
    FIELD("labels", &list_or_dict), FIELD("cache_from", &strings), FIELD("cache_to", &strings),
    FIELD("no_cache", &truth),
    FIELD("additional_contexts", &list_or_dict), FIELD("network", &string), FIELD("provenance", &truth),
    FIELD("sbom", &truth),
    FIELD("pull", &truth), FIELD("target", &string), FIELD("shm_size", &integer),
    FIELD("extra_hosts", &extra_hosts),
    FIELD("isolation", &string), FIELD("privileged", &truth), FIELD("secrets", &mounted),
    FIELD("tags", &strings),
    FIELD("ulimits", &ulimits), FIELD("platforms", &strings), END };
static const struct shape build = SHAPE(STRING | MAP, build_fields, NULL, NULL);

static const char *const condition_words[] = { "service_started", "service_healthy", "service_completed_successfully", NULL };
static const struct shape condition = WORDS(condition_words);
static const struct field dependency_fields[] = { FIELD("restart", &truth), FIELD("required", &boolean),
    FIELD("condition", &condition), END };
static const char *const dependency_required[] = { "condition", NULL };
static const struct shape dependency = SHAPE(MAP, dependency_fields, NULL, dependency_required);
static const struct field depends_fields[] = { FIELD("*", &dependency), END };
static const struct shape depends_on = { LIST | MAP, depends_fields, &string, NULL, true, 0, 0, NULL };

static const struct field device_fields[] = { FIELD("source", &string), FIELD("target", &string),
    FIELD("permissions", &string),
    END };
static const char *const device_required[] = { "source", NULL };
static const struct shape device = SHAPE(STRING | MAP, device_fields, NULL, device_required);
static const struct shape devices = SHAPE(LIST, NULL, &device, NULL);

static const struct field env_file_fields[] = { FIELD("path", &string), FIELD("format", &string),
    FIELD("required", &truth),
    END };
static const char *const env_file_required[] = { "path", NULL };
static const struct shape env_file_item = SHAPE(STRING | MAP, env_file_fields, NULL, env_file_required);
static const struct shape env_file = SHAPE(STRING | LIST, NULL, &env_file_item, NULL);

static const struct field extends_fields[] = { FIELD("service", &string), FIELD("file", &string), END };
static const char *const extends_required[] = { "service", NULL };
static const struct shape extends = SHAPE(STRING | MAP, extends_fields, NULL, extends_required);

static const struct field health_fields[] = { FIELD("disable", &truth), FIELD("interval", &string),
    FIELD("retries", &number),
    FIELD("test", &string_or_list), FIELD("timeout", &string), FIELD("start_period", &string),
    FIELD("start_interval", &string),
    END };
static const struct shape healthcheck = SHAPE(MAP, health_fields, NULL, NULL);

static const struct field log_option_fields[] = { FIELD("*", &option_or_null), END };
static const struct shape log_options = SHAPE(MAP, log_option_fields, NULL, NULL);
static const struct field logging_fields[] = { FIELD("driver", &string), FIELD("options", &log_options), END };
static const struct shape logging = SHAPE(MAP, logging_fields, NULL, NULL);

static const struct field joined_fields[] = { FIELD("aliases", &strings), FIELD("interface_name", &string),
    FIELD("ipv4_address", &string), FIELD("ipv6_address", &string), FIELD("link_local_ips", &strings),
    FIELD("mac_address", &string),
    FIELD("driver_opts", &options), FIELD("priority", &only_number), FIELD("gw_priority", &only_number), END };
static const struct shape joined = SHAPE(MAP | NOTHING, joined_fields, NULL, NULL);
static const struct field networks_fields[] = { FIELD("*", &joined), END };
static const struct shape service_networks = { LIST | MAP, networks_fields, &string, NULL, true, 0, 0, NULL };

static const struct field port_fields[] = { FIELD("name", &string), FIELD("mode", &string),
    FIELD("host_ip", &string),
    FIELD("target", &integer), FIELD("published", &integer), FIELD("protocol", &string),
    FIELD("app_protocol", &string),
    END };
static const struct shape port = SHAPE(STRING | NUMBER | MAP, port_fields, NULL, NULL);
static const struct shape ports = SHAPE(LIST, NULL, &port, NULL);

static const char *const recursive_words[] = { "enabled", "disabled", "writable", "readonly", NULL };
static const struct shape recursive = WORDS(recursive_words);
static const char *const selinux_words[] = { "z", "Z", NULL };
static const struct shape selinux = WORDS(selinux_words);
static const struct field bind_fields[] = { FIELD("propagation", &string), FIELD("create_host_path", &truth),
    FIELD("recursive", &recursive), FIELD("selinux", &selinux), END };
static const struct shape bind = SHAPE(MAP, bind_fields, NULL, NULL);
static const struct field mount_volume_fields[] = { FIELD("labels", &list_or_dict), FIELD("nocopy", &truth),
    FIELD("subpath", &string), END };
static const struct shape mount_volume = SHAPE(MAP, mount_volume_fields, NULL, NULL);
static const struct field tmpfs_fields[] = { FIELD("size", &natural), FIELD("mode", &number), END };
static const struct shape mount_tmpfs = SHAPE(MAP, tmpfs_fields, NULL, NULL);
static const struct field image_fields[] = { FIELD("subpath", &string), END };
static const struct shape mount_image = SHAPE(MAP, image_fields, NULL, NULL);
static const char *const mount_words[] = { "bind", "volume", "tmpfs", "cluster", "npipe", "image", NULL };
static const struct shape mount_type = WORDS(mount_words);
static const struct field mount_fields[] = { FIELD("type", &mount_type), FIELD("source", &string),
    FIELD("target", &string),
    FIELD("read_only", &truth), FIELD("consistency", &string), FIELD("bind", &bind),
    FIELD("volume", &mount_volume),
    FIELD("tmpfs", &mount_tmpfs), FIELD("image", &mount_image), END };
static const char *const mount_required[] = { "type", NULL };
static const struct shape mount = SHAPE(STRING | MAP, mount_fields, NULL, mount_required);
static const struct shape mounts = SHAPE(LIST, NULL, &mount, NULL);

static const char *const order_words[] = { "start-first", "stop-first", NULL };
static const struct shape order = WORDS(order_words);
static const struct field rollout_fields[] = { FIELD("parallelism", &integer), FIELD("delay", &string),
    FIELD("failure_action", &string), FIELD("monitor", &string), FIELD("max_failure_ratio", &number),
    FIELD("order", &order),
    END };
static const struct shape rollout = SHAPE(MAP, rollout_fields, NULL, NULL);
static const struct field limits_fields[] = { FIELD("cpus", &number), FIELD("memory", &string),
    FIELD("pids", &integer),
    END };
static const struct shape limits = SHAPE(MAP, limits_fields, NULL, NULL);
static const struct field resources_fields[] = { FIELD("limits", &limits), FIELD("reservations", &limits), END };
static const struct shape resources = SHAPE(MAP, resources_fields, NULL, NULL);
static const struct field restart_fields[] = { FIELD("condition", &string), FIELD("delay", &string),
    FIELD("max_attempts", &integer),
    FIELD("window", &string), END };
static const struct shape restart_policy = SHAPE(MAP, restart_fields, NULL, NULL);
static const struct field placement_fields[] = { FIELD("constraints", &strings),
    FIELD("max_replicas_per_node", &integer),
    END };
static const struct shape placement = SHAPE(MAP, placement_fields, NULL, NULL);
static const struct field deploy_fields[] = { FIELD("mode", &string), FIELD("endpoint_mode", &string),
    FIELD("replicas", &integer),
    FIELD("labels", &list_or_dict), FIELD("rollback_config", &rollout), FIELD("update_config", &rollout),
    FIELD("resources", &resources), FIELD("restart_policy", &restart_policy), FIELD("placement", &placement), END };
static const struct shape deploy = SHAPE(MAP | NOTHING, deploy_fields, NULL, NULL);

static const char *const cgroup_words[] = { "host", "private", NULL };
static const struct shape cgroup = WORDS(cgroup_words);
static const struct field service_fields[] = { FIELD("annotations", &list_or_dict), FIELD("attach", &truth),
    FIELD("build", &build),
    FIELD("cap_add", &strings), FIELD("cap_drop", &strings), FIELD("cgroup", &cgroup),
    FIELD("cgroup_parent", &string),
    FIELD("command", &command), FIELD("configs", &mounted), FIELD("container_name", &string),
    FIELD("cpu_count", &natural),
    FIELD("cpu_percent", &percent), FIELD("cpu_shares", &number), FIELD("cpu_quota", &number),
    FIELD("cpu_period", &number),
    FIELD("cpu_rt_period", &number), FIELD("cpu_rt_runtime", &number), FIELD("cpus", &number),
    FIELD("cpuset", &string),
    FIELD("credential_spec", &mapping), FIELD("depends_on", &depends_on), FIELD("deploy", &deploy),
    FIELD("device_cgroup_rules", &unique_strings), FIELD("devices", &devices), FIELD("dns", &string_or_list),
    FIELD("dns_opt", &strings),
    FIELD("dns_search", &string_or_list), FIELD("domainname", &string), FIELD("entrypoint", &command),
    FIELD("env_file", &env_file),
    FIELD("label_file", &string_or_list), FIELD("environment", &list_or_dict), FIELD("expose", &numbers),
    FIELD("extends", &extends),
    FIELD("external_links", &unique_strings), FIELD("extra_hosts", &extra_hosts),
    FIELD("group_add", &unique_numbers),
    FIELD("healthcheck", &healthcheck), FIELD("hostname", &string), FIELD("image", &string),
    FIELD("init", &truth), FIELD("ipc", &string),
    FIELD("isolation", &string), FIELD("labels", &list_or_dict), FIELD("links", &strings),
    FIELD("logging", &logging),
    FIELD("mac_address", &string), FIELD("mem_limit", &number), FIELD("mem_reservation", &integer),
    FIELD("mem_swappiness", &integer),
    FIELD("memswap_limit", &number), FIELD("network_mode", &string), FIELD("networks", &service_networks),
    FIELD("oom_kill_disable", &truth), FIELD("oom_score_adj", &score), FIELD("pid", &nullable),
    FIELD("pids_limit", &number),
    FIELD("platform", &string), FIELD("ports", &ports), FIELD("privileged", &truth),
    FIELD("profiles", &strings),
    FIELD("pull_policy", &string), FIELD("pull_refresh_after", &string), FIELD("read_only", &truth),
    FIELD("restart", &string),
    FIELD("runtime", &string), FIELD("scale", &integer), FIELD("security_opt", &unique_strings),
    FIELD("shm_size", &number),
    FIELD("secrets", &mounted), FIELD("sysctls", &list_or_dict), FIELD("stdin_open", &truth),
    FIELD("stop_grace_period", &string),
    FIELD("stop_signal", &string), FIELD("storage_opt", &mapping), FIELD("tmpfs", &string_or_list),
    FIELD("tty", &truth),
    FIELD("ulimits", &ulimits), FIELD("use_api_socket", &boolean), FIELD("user", &string),
    FIELD("uts", &string),
    FIELD("userns_mode", &string), FIELD("volumes", &mounts), FIELD("volumes_from", &unique_strings),
    FIELD("working_dir", &string),
    END };
static const struct shape service = SHAPE(MAP, service_fields, NULL, NULL);
static const struct field services_fields[] = { FIELD("*", &service), END };
static const struct shape services = SHAPE(MAP, services_fields, NULL, NULL);

static const struct field external_fields[] = { FIELD("name", &string), END };
static const struct shape external = SHAPE(BOOLEAN | STRING | MAP, external_fields, NULL, NULL);
static const struct field pool_fields[] = { FIELD("subnet", &string), FIELD("ip_range", &string),
    FIELD("gateway", &string),
    FIELD("aux_addresses", &string_map), END };
static const struct shape pool = SHAPE(MAP, pool_fields, NULL, NULL);
static const struct shape pools = SHAPE(LIST, NULL, &pool, NULL);
static const struct field ipam_fields[] = { FIELD("driver", &string), FIELD("config", &pools),
    FIELD("options", &string_map),
    END };
static const struct shape ipam = SHAPE(MAP, ipam_fields, NULL, NULL);
static const struct field resource_fields[] = { FIELD("name", &string), FIELD("driver", &string),
    FIELD("driver_opts", &options),
    FIELD("ipam", &ipam), FIELD("external", &external), FIELD("internal", &truth),
    FIELD("enable_ipv4", &truth),
    FIELD("enable_ipv6", &truth), FIELD("attachable", &truth), FIELD("labels", &list_or_dict), END };
static const struct shape resource = SHAPE(MAP | NOTHING, resource_fields, NULL, NULL);
static const struct field resources_of[] = { FIELD("*", &resource), END };
static const struct shape section = SHAPE(MAP, resources_of, NULL, NULL);
static const struct field stored_fields[] = { FIELD("name", &string), FIELD("environment", &string),
    FIELD("file", &string),
    FIELD("content", &string), FIELD("external", &external), FIELD("labels", &list_or_dict),
    FIELD("driver", &string),
    FIELD("driver_opts", &options), FIELD("template_driver", &string), END };
static const struct shape stored = SHAPE(MAP, stored_fields, NULL, NULL);
static const struct field stored_of[] = { FIELD("*", &stored), END };
static const struct shape stored_section = SHAPE(MAP, stored_of, NULL, NULL);
static const struct field model_fields[] = { FIELD("name", &string), FIELD("model", &string),
    FIELD("context_size", &only_integer),
    FIELD("runtime_flags", &strings), END };
static const struct shape ai_model = SHAPE(MAP, model_fields, NULL, NULL);
static const struct field models_of[] = { FIELD("*", &ai_model), END };
static const struct shape models = SHAPE(MAP, models_of, NULL, NULL);

static const struct field top_fields[] = { FIELD("version", &string), FIELD("name", &string),
    FIELD("services", &services),
    FIELD("networks", &section), FIELD("volumes", &section), FIELD("secrets", &stored_section),
    FIELD("configs", &stored_section),
    FIELD("models", &models), END };
static const struct shape top = SHAPE(MAP, top_fields, NULL, NULL);

static unsigned
type_of(const struct node *n)
{
	static const unsigned scalars[] = { STRING, INTEGER, FRACTION, BOOLEAN, NOTHING, STRING };
	double v;

	if (n->kind == NODE_MAPPING)
		return MAP;
	if (n->kind == NODE_SEQUENCE)
		return LIST;
	if (n->type != NODE_FLOAT)
		return scalars[n->type];
	/* 80.0 is an integer to a JSON schema. */
	return value_fraction(n->value, &v) && floor(v) == v ? NUMBER : FRACTION;
}

static struct str
wanted(struct arena *a, unsigned types)
{
	static const char *const names[] = { "a string", "an integer", "a number", "true or false", "nothing", "a mapping",
	    "a list" };
	AUTO(buf) b = BUF_INIT;

	for (size_t i = 0; i < 7; i++)
		if ((types & (1u << i)) && !(i == 1 && (types & FRACTION)))
			buf_printf(&b, "%s%s", b.len > 0 ? " or " : "", names[i]);
	return arena_dup(a, buf_str(&b));
}

static const struct shape *
field_shape(const struct field *fields, struct str key)
{
	for (; fields && fields->shape; fields++) {
		if (fields->key.len == key.len && memcmp(fields->key.ptr, key.ptr, key.len) == 0)
			return fields->shape;
		if (fields->key.len == 1 && fields->key.ptr[0] == '*')
			return str_starts(key, STR("x-")) && fields->shape != &service ? &any : fields->shape;
	}
	return NULL;
}

static void check(struct load *, const struct node *, const struct shape *, const struct keypath *);

static void
check_mapping(struct load *l, const struct node *n, const struct shape *shape, const struct keypath *path)
{
	for (size_t i = 0; i < n->count; i++) {
		struct keypath at = keypath_entry(path, n, i);
		const struct shape *below = field_shape(shape->fields, at.key);

		if (below)
			check(l, n->entries[i].value, below, &at);
	}
	for (const char *const *key = shape->required; key && *key; key++)
		if (!node_get(n, str_from(*key)))
			load_problem(l, n, "%.*s: %s is required", STR_ARG(keypath_text(l->arena, path, 0)), *key);
}

static void
check_unique(struct load *l, const struct node *list, const struct keypath *path)
{
	enum { UNIQUE_MAX = 200 };	/* of a longer list only the first are compared */

	for (size_t i = 1; i < list->count && i < UNIQUE_MAX; i++)
		for (size_t k = 0; k < i; k++) {
			const struct node *a = list->entries[k].value, *b = list->entries[i].value;

			if (a->kind == NODE_SCALAR && b->kind == NODE_SCALAR && a->type == b->type &&
			    str_eq(a->value, b->value)) {
				load_problem(l, b, "%.*s: items must be unique; '%.*s' is there twice",
				    STR_ARG(keypath_text(l->arena, path, 0)), STR_ARG(node_as_written(b)->value));
				return;
			}
		}
}

static bool
is_one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_eq(s, str_from(*words)))
			return true;
	return false;
}

static bool
is_outside(const struct node *n, const struct shape *shape)
{
	double v;

	if (n->type == NODE_INT)
		return n->number < shape->least || n->number > shape->most;
	return n->type == NODE_FLOAT && value_fraction(n->value, &v) &&
	    (v < (double)shape->least || (shape->most < INT64_MAX && v > (double)shape->most));
}

static void
check(struct load *l, const struct node *n, const struct shape *shape, const struct keypath *path)
{
	if (!(type_of(n) & shape->types)) {
		load_problem(l, n, "%.*s must be %.*s, not a %s", STR_ARG(keypath_text(l->arena, path, 0)),
		    STR_ARG(wanted(l->arena, shape->types)), node_type_name(n));
		return;
	}
	if (shape->least < shape->most && is_outside(n, shape))
		load_problem(l, n, "%.*s must be from %" PRId64 " to %" PRId64, STR_ARG(keypath_text(l->arena, path, 0)), shape->least,
		    shape->most);
	if (shape->words && !is_one_of(n->value, shape->words))
		load_problem(l, n, "%.*s can't be '%.*s'", STR_ARG(keypath_text(l->arena, path, 0)),
		    STR_ARG(node_as_written(n)->value));
	if (n->kind == NODE_SEQUENCE && shape->unique)
		check_unique(l, n, path);
	if (n->kind == NODE_MAPPING && !n->written)
		check_mapping(l, n, shape, path);
	for (size_t i = 0; n->kind == NODE_SEQUENCE && shape->items && i < n->count; i++) {
		struct keypath at = keypath_entry(path, n, i);

		check(l, n->entries[i].value, shape->items, &at);
	}
}

void
schema_check(struct load *l, const struct node *model)
{
	check(l, model, &top, NULL);
}
