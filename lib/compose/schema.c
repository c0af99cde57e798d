/* schema: which kinds of values Compose's schema allows where.
 * SPDX-License-Identifier: MIT
 *
 * The tables follow the JSON schema of the Compose specification. Keys that it does not know are passed over,
 * as a later release of Compose may know them. */
#include "compose/internal.h"

#include <inttypes.h>
#include <math.h>

enum {
	STRING = 1, INTEGER = 2, FRACTION = 4, BOOLEAN = 8, NOTHING = 16, MAP = 32, LIST = 64,
	DATE = 128,		/* one that is in no quotes */
	NUMBER = INTEGER | FRACTION
};

struct shape;

struct field {
	struct str key;			/* `*`: every key that has no field before it */
	const struct shape *shape;	/* NULL: the end */
};

struct shape {
	unsigned types;			/* which kinds of values there may be */
	const struct field *fields;	/* of a mapping; NULL: any */
	const char *const *required;	/* the keys that a mapping must have, then NULL; or NULL */
	const struct shape *items;	/* of a list; NULL: any */
	bool unique;			/* no two items of a list may be the same */
	int64_t least, most;		/* of a number, where they differ */
	const char *const *words;	/* the only strings that may stand, then NULL; or NULL */
};

/* Arrays that end as the members of their names want it. */
#define FIELDS(...) (const struct field[]){ __VA_ARGS__, { STR_INIT, NULL } }
#define FIELD(key, shape) { STR_OF(key), &(shape) }
#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }

static const struct shape string = { .types = STRING },
	nullable = { .types = STRING | NOTHING }, truth = { .types = BOOLEAN | STRING },
	boolean = { .types = BOOLEAN }, number = { .types = NUMBER | STRING },
	only_number = { .types = NUMBER }, only_integer = { .types = INTEGER },
	integer = { .types = INTEGER | STRING },
	plain = { .types = STRING | NUMBER | BOOLEAN | NOTHING | DATE },
	element = { .types = STRING | NUMBER }, option = { .types = STRING | NUMBER | DATE },
	option_or_null = { .types = STRING | NUMBER | NOTHING | DATE },
	strings = { .types = LIST, .items = &string },
	string_or_list = { .types = STRING | LIST, .items = &string },
	command = { .types = STRING | LIST | NOTHING | DATE, .items = &string },
	unique_strings = { .types = LIST, .items = &string, .unique = true },
	numbers = { .types = LIST, .items = &element },
	unique_numbers = { .types = LIST, .items = &element, .unique = true },
	natural = { .types = INTEGER | STRING, .most = INT64_MAX },
	percent = { .types = INTEGER | STRING, .most = 100 },
	score = { .types = INTEGER | STRING, .least = -1000, .most = 1000 };

static const struct shape list_or_dict = { .types = MAP | LIST, .items = &string, .fields = FIELDS(
	FIELD("*", plain)
) };
static const struct shape extra_hosts = { .types = MAP | LIST, .items = &string, .unique = true,
	.fields = FIELDS(FIELD("*", string_or_list)) };
static const struct shape options = { .types = MAP, .fields = FIELDS(FIELD("*", option)) };
static const struct shape string_map = { .types = MAP, .fields = FIELDS(FIELD("*", string)) };

static const struct shape limit = { .types = INTEGER | STRING | MAP, .required = WORDS("soft", "hard"),
	.fields = FIELDS(FIELD("hard", integer), FIELD("soft", integer)) };
static const struct shape ulimits = { .types = MAP, .fields = FIELDS(FIELD("*", limit)) };

static const struct shape mounted_file = { .types = STRING | MAP, .fields = FIELDS(
	FIELD("source", string), FIELD("target", string), FIELD("uid", string), FIELD("gid", string),
	FIELD("mode", number)
) };
static const struct shape mounted = { .types = LIST, .items = &mounted_file };

static const struct shape build = { .types = STRING | MAP, .fields = FIELDS(
	FIELD("context", string), FIELD("dockerfile", string), FIELD("dockerfile_inline", string),
	FIELD("entitlements", strings), FIELD("args", list_or_dict), FIELD("ssh", list_or_dict),
	FIELD("labels", list_or_dict), FIELD("cache_from", strings), FIELD("cache_to", strings),
	FIELD("no_cache", truth), FIELD("additional_contexts", list_or_dict), FIELD("network", string),
	FIELD("provenance", truth), FIELD("sbom", truth), FIELD("pull", truth), FIELD("target", string),
	FIELD("shm_size", integer), FIELD("extra_hosts", extra_hosts), FIELD("isolation", string),
	FIELD("privileged", truth), FIELD("secrets", mounted), FIELD("tags", strings),
	FIELD("ulimits", ulimits), FIELD("platforms", strings)
) };

static const struct shape condition = { .types = STRING,
	.words = WORDS("service_started", "service_healthy", "service_completed_successfully") };
static const struct shape dependency = { .types = MAP, .required = WORDS("condition"), .fields = FIELDS(
	FIELD("restart", truth), FIELD("required", boolean), FIELD("condition", condition)
) };
static const struct shape depends_on = { .types = LIST | MAP, .items = &string, .unique = true,
	.fields = FIELDS(FIELD("*", dependency)) };

static const struct shape device = { .types = STRING | MAP, .required = WORDS("source", "target"),
	.fields = FIELDS(FIELD("source", string), FIELD("target", string), FIELD("permissions", string)
) };
static const struct shape devices = { .types = LIST, .items = &device };

static const struct shape env_file_item = { .types = STRING | MAP, .required = WORDS("path"),
	.fields = FIELDS(FIELD("path", string), FIELD("format", string), FIELD("required", truth)) };
static const struct shape env_file = { .types = STRING | LIST, .items = &env_file_item };

static const struct shape extends = { .types = STRING | MAP, .required = WORDS("service"), .fields = FIELDS(
	FIELD("service", string), FIELD("file", string)
) };

static const struct shape healthcheck = { .types = MAP, .fields = FIELDS(
	FIELD("disable", truth), FIELD("interval", string), FIELD("retries", number),
	FIELD("test", string_or_list), FIELD("timeout", string), FIELD("start_period", string),
	FIELD("start_interval", string)
) };

static const struct shape log_options = { .types = MAP, .fields = FIELDS(FIELD("*", option_or_null)) };
static const struct shape logging = { .types = MAP, .fields = FIELDS(
	FIELD("driver", string), FIELD("options", log_options)
) };

static const struct shape joined = { .types = MAP | NOTHING, .fields = FIELDS(
	FIELD("aliases", strings), FIELD("interface_name", string), FIELD("ipv4_address", string),
	FIELD("ipv6_address", string), FIELD("link_local_ips", strings), FIELD("mac_address", string),
	FIELD("driver_opts", options), FIELD("priority", only_number), FIELD("gw_priority", only_number)
) };
static const struct shape service_networks = { .types = LIST | MAP, .items = &string, .unique = true,
	.fields = FIELDS(FIELD("*", joined)) };

static const struct shape port = { .types = STRING | NUMBER | MAP, .fields = FIELDS(
	FIELD("name", string), FIELD("mode", string), FIELD("host_ip", string), FIELD("target", integer),
	FIELD("published", integer), FIELD("protocol", string), FIELD("app_protocol", string)
) };
static const struct shape ports = { .types = LIST, .items = &port };

static const struct shape recursive = { .types = STRING,
	.words = WORDS("enabled", "disabled", "writable", "readonly") };
static const struct shape selinux = { .types = STRING, .words = WORDS("z", "Z") };
static const struct shape bind = { .types = MAP, .fields = FIELDS(
	FIELD("propagation", string), FIELD("create_host_path", truth), FIELD("recursive", recursive),
	FIELD("selinux", selinux)
) };
static const struct shape mount_volume = { .types = MAP, .fields = FIELDS(
	FIELD("labels", list_or_dict), FIELD("nocopy", truth), FIELD("subpath", string)
) };
static const struct shape mount_tmpfs = { .types = MAP, .fields = FIELDS(
	FIELD("size", natural), FIELD("mode", number)
) };
static const struct shape mount_image = { .types = MAP, .fields = FIELDS(FIELD("subpath", string)) };
static const struct shape mount_type = { .types = STRING,
	.words = WORDS("bind", "volume", "tmpfs", "cluster", "npipe", "image") };
static const struct shape mount = { .types = STRING | MAP, .required = WORDS("type"), .fields = FIELDS(
	FIELD("type", mount_type), FIELD("source", string), FIELD("target", string),
	FIELD("read_only", truth), FIELD("consistency", string), FIELD("bind", bind),
	FIELD("volume", mount_volume), FIELD("tmpfs", mount_tmpfs), FIELD("image", mount_image)
) };
static const struct shape mounts = { .types = LIST, .items = &mount };

static const struct shape order = { .types = STRING, .words = WORDS("start-first", "stop-first") };
static const struct shape rollout = { .types = MAP, .fields = FIELDS(
	FIELD("parallelism", integer), FIELD("delay", string), FIELD("failure_action", string),
	FIELD("monitor", string), FIELD("max_failure_ratio", number), FIELD("order", order)
) };
static const struct shape request = { .types = MAP, .fields = FIELDS(
	FIELD("capabilities", unique_strings), FIELD("count", integer), FIELD("device_ids", unique_strings),
	FIELD("driver", string), FIELD("options", list_or_dict)
) };
/* the same where it has to say what the device can do */
static const struct shape full_request = { .types = MAP, .required = WORDS("capabilities"), .fields = FIELDS(
	FIELD("capabilities", unique_strings), FIELD("count", integer), FIELD("device_ids", unique_strings),
	FIELD("driver", string), FIELD("options", list_or_dict)
) };
static const struct shape requests = { .types = LIST, .items = &full_request };
static const struct shape gpus = { .types = STRING | LIST, .items = &request, .words = WORDS("all") };
static const struct shape discrete = { .types = MAP, .fields = FIELDS(
	FIELD("kind", string), FIELD("value", number)
) };
static const struct shape generic = { .types = MAP, .fields = FIELDS(
	FIELD("discrete_resource_spec", discrete)
) };
static const struct shape generics = { .types = LIST, .items = &generic };
static const struct shape limits = { .types = MAP, .fields = FIELDS(
	FIELD("cpus", number), FIELD("memory", string), FIELD("pids", integer)
) };
static const struct shape reservations = { .types = MAP, .fields = FIELDS(
	FIELD("cpus", number), FIELD("memory", string), FIELD("pids", integer), FIELD("devices", requests),
	FIELD("generic_resources", generics)
) };
static const struct shape resources = { .types = MAP, .fields = FIELDS(
	FIELD("limits", limits), FIELD("reservations", reservations)
) };
static const struct shape restart_policy = { .types = MAP, .fields = FIELDS(
	FIELD("condition", string), FIELD("delay", string), FIELD("max_attempts", integer),
	FIELD("window", string)
) };
static const struct shape preference = { .types = MAP, .fields = FIELDS(FIELD("spread", string)) };
static const struct shape preferences = { .types = LIST, .items = &preference };
static const struct shape placement = { .types = MAP, .fields = FIELDS(
	FIELD("constraints", strings), FIELD("preferences", preferences),
	FIELD("max_replicas_per_node", integer)
) };
static const struct shape deploy = { .types = MAP | NOTHING, .fields = FIELDS(
	FIELD("mode", string), FIELD("endpoint_mode", string), FIELD("replicas", integer),
	FIELD("labels", list_or_dict), FIELD("rollback_config", rollout), FIELD("update_config", rollout),
	FIELD("resources", resources), FIELD("restart_policy", restart_policy), FIELD("placement", placement)
) };

static const struct shape rate = { .types = MAP, .fields = FIELDS(
	FIELD("path", string), FIELD("rate", integer)
) };
static const struct shape rates = { .types = LIST, .items = &rate };
static const struct shape weight = { .types = MAP, .fields = FIELDS(
	FIELD("path", string), FIELD("weight", integer)
) };
static const struct shape weights = { .types = LIST, .items = &weight };
static const struct shape blkio = { .types = MAP, .fields = FIELDS(
	FIELD("device_read_bps", rates), FIELD("device_read_iops", rates), FIELD("device_write_bps", rates),
	FIELD("device_write_iops", rates), FIELD("weight", integer), FIELD("weight_device", weights)
) };
static const struct shape credentials = { .types = MAP, .fields = FIELDS(
	FIELD("config", string), FIELD("file", string), FIELD("registry", string)
) };

static const struct shape hook = { .types = MAP, .required = WORDS("command"), .fields = FIELDS(
	FIELD("command", command), FIELD("user", string), FIELD("privileged", truth),
	FIELD("working_dir", string), FIELD("environment", list_or_dict)
) };
static const struct shape hooks = { .types = LIST, .items = &hook };
static const struct shape action = { .types = STRING,
	.words = WORDS("rebuild", "sync", "restart", "sync+restart", "sync+exec") };
static const struct shape watched = { .types = MAP, .required = WORDS("path", "action"), .fields = FIELDS(
	FIELD("path", string), FIELD("action", action), FIELD("target", string),
	FIELD("ignore", string_or_list), FIELD("include", string_or_list), FIELD("exec", hook)
) };
static const struct shape watch = { .types = LIST, .items = &watched };
static const struct shape develop = { .types = MAP | NOTHING, .fields = FIELDS(FIELD("watch", watch)) };
static const struct shape provider_option = { .types = STRING | NUMBER | BOOLEAN | LIST };
static const struct shape provider_options = { .types = MAP, .fields = FIELDS(FIELD("*", provider_option)) };
static const struct shape provider = { .types = MAP, .required = WORDS("type"), .fields = FIELDS(
	FIELD("type", string), FIELD("options", provider_options)
) };
static const struct shape bound_model = { .types = MAP | NOTHING, .fields = FIELDS(
	FIELD("endpoint_var", string), FIELD("model_var", string)
) };
static const struct shape service_models = { .types = LIST | MAP, .items = &string, .fields = FIELDS(
	FIELD("*", bound_model)
) };

static const struct shape cgroup = { .types = STRING, .words = WORDS("host", "private") };
static const struct shape service = { .types = MAP, .fields = FIELDS(
	FIELD("annotations", list_or_dict), FIELD("attach", truth), FIELD("blkio_config", blkio),
	FIELD("build", build), FIELD("develop", develop), FIELD("gpus", gpus),
	FIELD("models", service_models),
	FIELD("post_start", hooks), FIELD("pre_stop", hooks), FIELD("provider", provider),
	FIELD("cap_add", strings), FIELD("cap_drop", strings), FIELD("cgroup", cgroup),
	FIELD("cgroup_parent", string), FIELD("command", command), FIELD("configs", mounted),
	FIELD("container_name", string), FIELD("cpu_count", natural), FIELD("cpu_percent", percent),
	FIELD("cpu_shares", number), FIELD("cpu_quota", number), FIELD("cpu_period", number),
	FIELD("cpu_rt_period", number), FIELD("cpu_rt_runtime", number), FIELD("cpus", number),
	FIELD("cpuset", string), FIELD("credential_spec", credentials), FIELD("depends_on", depends_on),
	FIELD("deploy", deploy), FIELD("device_cgroup_rules", unique_strings), FIELD("devices", devices),
	FIELD("dns", string_or_list), FIELD("dns_opt", strings), FIELD("dns_search", string_or_list),
	FIELD("domainname", string), FIELD("entrypoint", command), FIELD("env_file", env_file),
	FIELD("label_file", string_or_list), FIELD("environment", list_or_dict), FIELD("expose", numbers),
	FIELD("extends", extends), FIELD("external_links", unique_strings), FIELD("extra_hosts", extra_hosts),
	FIELD("group_add", unique_numbers), FIELD("healthcheck", healthcheck), FIELD("hostname", string),
	FIELD("image", string), FIELD("init", truth), FIELD("ipc", string), FIELD("isolation", string),
	FIELD("labels", list_or_dict), FIELD("links", strings), FIELD("logging", logging),
	FIELD("mac_address", string), FIELD("mem_limit", number), FIELD("mem_reservation", integer),
	FIELD("mem_swappiness", integer), FIELD("memswap_limit", number), FIELD("network_mode", string),
	FIELD("networks", service_networks), FIELD("oom_kill_disable", truth), FIELD("oom_score_adj", score),
	FIELD("pid", nullable), FIELD("pids_limit", number), FIELD("platform", string), FIELD("ports", ports),
	FIELD("privileged", truth), FIELD("profiles", strings), FIELD("pull_policy", string),
	FIELD("pull_refresh_after", string), FIELD("read_only", truth), FIELD("restart", string),
	FIELD("runtime", string), FIELD("scale", integer), FIELD("security_opt", unique_strings),
	FIELD("shm_size", number), FIELD("secrets", mounted), FIELD("sysctls", list_or_dict),
	FIELD("stdin_open", truth), FIELD("stop_grace_period", string), FIELD("stop_signal", string),
	FIELD("storage_opt", log_options), FIELD("tmpfs", string_or_list), FIELD("tty", truth),
	FIELD("ulimits", ulimits), FIELD("use_api_socket", boolean), FIELD("user", string),
	FIELD("uts", string), FIELD("userns_mode", string), FIELD("volumes", mounts),
	FIELD("volumes_from", unique_strings), FIELD("working_dir", string)
) };
static const struct shape services = { .types = MAP, .fields = FIELDS(FIELD("*", service)) };

static const struct shape external = { .types = BOOLEAN | STRING | MAP, .fields = FIELDS(
	FIELD("name", string)
) };
static const struct shape pool = { .types = MAP, .fields = FIELDS(
	FIELD("subnet", string), FIELD("ip_range", string), FIELD("gateway", string),
	FIELD("aux_addresses", string_map)
) };
static const struct shape pools = { .types = LIST, .items = &pool };
static const struct shape ipam = { .types = MAP, .fields = FIELDS(
	FIELD("driver", string), FIELD("config", pools), FIELD("options", string_map)
) };
static const struct shape resource = { .types = MAP | NOTHING, .fields = FIELDS(
	FIELD("name", string), FIELD("driver", string), FIELD("driver_opts", options), FIELD("ipam", ipam),
	FIELD("external", external), FIELD("internal", truth), FIELD("enable_ipv4", truth),
	FIELD("enable_ipv6", truth), FIELD("attachable", truth), FIELD("labels", list_or_dict)
) };
static const struct shape section = { .types = MAP, .fields = FIELDS(FIELD("*", resource)) };
static const struct shape stored = { .types = MAP, .fields = FIELDS(
	FIELD("name", string), FIELD("environment", string), FIELD("file", string), FIELD("content", string),
	FIELD("external", external), FIELD("labels", list_or_dict), FIELD("driver", string),
	FIELD("driver_opts", options), FIELD("template_driver", string)
) };
static const struct shape stored_section = { .types = MAP, .fields = FIELDS(FIELD("*", stored)) };
static const struct shape ai_model = { .types = MAP, .required = WORDS("model"), .fields = FIELDS(
	FIELD("name", string), FIELD("model", string), FIELD("context_size", only_integer),
	FIELD("runtime_flags", strings)
) };
static const struct shape models = { .types = MAP, .fields = FIELDS(FIELD("*", ai_model)) };

static const struct shape top = { .types = MAP, .fields = FIELDS(
	FIELD("version", string), FIELD("name", string), FIELD("services", services),
	FIELD("networks", section), FIELD("volumes", section), FIELD("secrets", stored_section),
	FIELD("configs", stored_section), FIELD("models", models)
) };

static unsigned
type_of(const struct node *n)
{
	static const unsigned scalars[] = { STRING, INTEGER, FRACTION, BOOLEAN, NOTHING, DATE };
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

/* What a message says may stand where TYPES may: `a string or a list`. */
static const char *
wanted(struct arena *a, unsigned types)
{
	static const struct { unsigned type; const char *name; } names[] = { { STRING, "a string" },
		{ INTEGER, "an integer" }, { FRACTION, "a number" }, { BOOLEAN, "true or false" },
		{ NOTHING, "nothing" }, { MAP, "a mapping" }, { LIST, "a list" } };
	AUTO(buf) b = BUF_INIT;

	if (types & FRACTION)		/* of which an integer is one */
		types &= ~(unsigned)INTEGER;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (types & names[i].type)
			buf_printf(&b, "%s%s", b.len > 0 ? " or " : "", names[i].name);
	return arena_dup(a, buf_str(&b)).ptr;
}

static const struct shape *
field_shape(const struct field *fields, struct str key)
{
	for (; fields && fields->shape; fields++) {
		if (str_eq(fields->key, key) || str_eq(fields->key, STR("*")))
			return fields->shape;
	}
	return NULL;
}

static bool
is_same_scalar(const struct node *a, const struct node *b)
{
	return a->kind == NODE_SCALAR && b->kind == NODE_SCALAR && a->type == b->type &&
	    str_eq(a->value, b->value);
}

/* The first item of LIST that an earlier one is the same as; NULL where there is none. */
static const struct node *
find_twin(const struct node *list)
{
	enum { UNIQUE_MAX = 200 };	/* of a longer list only the first are compared */

	for (size_t i = 1; i < list->count && i < UNIQUE_MAX; i++)
		for (size_t k = 0; k < i; k++)
			if (is_same_scalar(list->entries[k].value, list->entries[i].value))
				return list->entries[i].value;
	return NULL;
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

/* Looks at a value where SHAPE is wanted; what it holds is looked at afterwards. */
typedef void judgement(struct load *, const struct node *, const struct shape *, const struct keypath *);

static void
judge_kind(struct load *l, const struct node *n, const struct shape *shape, const struct keypath *path)
{
	unsigned type = type_of(n);
	const struct node *twin;

	/* a date becomes a text only when all files are merged, and another file may have one */
	if (type == DATE && !(shape->types & DATE) && shape->types & STRING) {
		l->has_date = true;
		return;
	}
	if (!(type & shape->types)) {
		load_problem(l, n, "%s must be %s, not a %s", keypath_name(l->arena, path),
		    wanted(l->arena, shape->types), node_type_name(n));
		return;
	}
	if (shape->least < shape->most && is_outside(n, shape))
		load_problem(l, n, "%s must be from %" PRId64 " to %" PRId64, keypath_name(l->arena, path),
		    shape->least, shape->most);
	if (shape->words && n->kind == NODE_SCALAR && !str_is_one_of(n->value, shape->words))
		load_problem(l, n, "%s can't be '%.*s'", keypath_name(l->arena, path),
		    STR_ARG(node_as_written(n)->value));
	if (n->kind == NODE_SEQUENCE && shape->unique && (twin = find_twin(n)))
		load_problem(l, twin, "%s: items must be unique; '%.*s' is there twice",
		    keypath_name(l->arena, path), STR_ARG(node_as_written(twin)->value));
	for (const char *const *key = shape->required; n->kind == NODE_MAPPING && !n->written && key && *key;
	    key++)
		if (!node_get(n, str_from(*key)))
			load_problem(l, n, "%s: %s is required", keypath_name(l->arena, path), *key);
}

static void
judge_date(struct load *l, const struct node *n, const struct shape *shape, const struct keypath *path)
{
	if (type_of(n) == DATE && !(shape->types & DATE))
		load_problem(l, n, "%s must be %s, not a %s", keypath_name(l->arena, path),
		    wanted(l->arena, shape->types), node_type_name(n));
}

static void
look(struct load *l, const struct node *n, const struct shape *shape, const struct keypath *path,
    judgement *judge)
{
	judge(l, n, shape, path);
	for (size_t i = 0; n->kind == NODE_MAPPING && !n->written && i < n->count; i++) {
		struct keypath at = keypath_entry(path, n, i);
		const struct shape *below = field_shape(shape->fields, at.key);

		if (below)
			look(l, n->entries[i].value, below, &at, judge);
	}
	for (size_t i = 0; n->kind == NODE_SEQUENCE && shape->items && i < n->count; i++) {
		struct keypath at = keypath_entry(path, n, i);

		look(l, n->entries[i].value, shape->items, &at, judge);
	}
}

void
schema_check(struct load *l, const struct node *model)
{
	look(l, model, &top, NULL, judge_kind);
}

void
schema_check_dates(struct load *l, const struct node *model)
{
	if (l->has_date)
		look(l, model, &top, NULL, judge_date);
}
